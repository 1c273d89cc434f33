"""The texts and expressions of playbooks: what they name, and what they come to."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

import jinja2
from jinja2 import meta, nodes
from jinja2.environment import TemplateExpression
from jinja2.parser import Parser
from pydantic import JsonValue

from bot.playbook.sandbox import ENV, FILTERS, NOTHING, TESTS, TemplateError, text, to_json
from bot.playbook.wording import hint

__all__ = [
    "TemplateError",
    "evaluate",
    "names_in",
    "names_in_expression",
    "parts_in",
    "parts_in_expression",
    "render",
    "text",
]

MAX_OUTPUT = 2_000_000
_CACHED_TEXTS = 2048

_ENDS = {
    '"}}"': "'end of print statement'",
    '"%}"': "'end of statement block'",
    "end of text": "'end of template'",
    "unexpected end of text": "unexpected end of template",
    "the text ends before ": "Unexpected end of template. Jinja was looking for the following"
    " tags: ",
}

_Parts: TypeAlias = frozenset[tuple[str, ...]]

_STATEMENTS = (
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
    nodes.Block,
    nodes.Macro,
    nodes.CallBlock,
)
_FAILURES = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)


def names_in(template: str) -> frozenset[str]:
    """The names a template reads from outside. Raises TemplateError."""
    return _template(template)[1]


def names_in_expression(expression: str) -> frozenset[str]:
    """The names an expression reads from outside. Raises TemplateError."""
    return _expression(expression)[1]


def parts_in(template: str) -> _Parts:
    """The parts of names that a template reads: ("a", "b") for a.b. Raises TemplateError."""
    return _template(template)[2]


def parts_in_expression(expression: str) -> _Parts:
    """The parts of names that an expression reads. Raises TemplateError."""
    return _expression(expression)[2]


def render(template: str, values: Mapping[str, JsonValue]) -> str:
    """The text with values filled in; what is None reads as nothing. Raises TemplateError."""
    compiled, _, _ = _template(template)
    try:
        return _joined(compiled.generate(_visible(values)))
    except _FAILURES as error:
        raise _fault(error) from error


def evaluate(expression: str, values: Mapping[str, JsonValue]) -> JsonValue:
    """What an expression comes to, as JSON. Raises TemplateError."""
    compiled, _, _ = _expression(expression)
    try:
        return to_json(compiled(_visible(values)))
    except _FAILURES as error:
        raise _fault(error) from error


def _visible(values: Mapping[str, JsonValue]) -> dict[str, object]:
    return {name: NOTHING if value is None else value for name, value in values.items()}


def _joined(pieces: Iterable[str]) -> str:
    out: list[str] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_OUTPUT:
            raise TemplateError(f"the text grew beyond {MAX_OUTPUT:,} characters")
        out.append(piece)
    return "".join(out)


# --- compiled once for each text -------------------------------------------------


@lru_cache(maxsize=_CACHED_TEXTS)
def _template(source: str) -> tuple[jinja2.Template, frozenset[str], _Parts]:
    try:
        tree = ENV.parse(source)
        _refine(tree)
        names = frozenset(meta.find_undeclared_variables(tree))
        return ENV.from_string(tree), names, _parts(tree, names)
    except _FAILURES as error:
        raise _fault(error) from error


@lru_cache(maxsize=_CACHED_TEXTS)
def _expression(source: str) -> tuple[TemplateExpression, frozenset[str], _Parts]:
    if source.lstrip().startswith(("{{", "{%")):
        raise TemplateError("an expression is written without {{ }}")
    try:
        parser = Parser(ENV, source, state="variable")
        result = nodes.Assign(nodes.Name("result", "store"), parser.parse_expression(), lineno=1)
        if not parser.stream.eos:
            raise TemplateError(f'the expression should end before "{parser.stream.current.value}"')
        tree = nodes.Template([result], lineno=1)
        tree.set_environment(ENV)
        _refine(tree)
        names = frozenset(meta.find_undeclared_variables(tree))
        compiled = TemplateExpression(ENV.from_string(tree), undefined_to_none=False)
        return compiled, names, _parts(tree, names)
    except _FAILURES as error:
        raise _fault(error) from error


def _parts(tree: nodes.Template, names: frozenset[str]) -> _Parts:
    bound = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    reads = tree.find_all((nodes.Getattr, nodes.Getitem))
    found = {trail for read in reads if (trail := _trail(read)) and trail[0] in names - bound}
    return frozenset(found)


def _trail(node: nodes.Expr) -> tuple[str, ...]:
    """The names in a.b["c"]; empty when something else stands among them."""
    match node:
        case nodes.Name():
            return (node.name,)
        case nodes.Getattr():
            key = node.attr
        case nodes.Getitem(arg=nodes.Const(value=str(key))):
            pass
        case _:
            return ()
    before = _trail(node.node)
    return (*before, key) if before else ()


def _refine(tree: nodes.Template) -> None:
    """Refuse what playbooks cannot use, in words; let `~` join texts as people read them."""
    for node in tree.find_all(_STATEMENTS):
        name = type(node).__name__.lower()
        raise TemplateError(f"{name} is not available in playbooks", node.lineno)
    for used in tree.find_all((nodes.Filter, nodes.Test)):
        known = FILTERS if isinstance(used, nodes.Filter) else TESTS
        if used.name not in known:
            what = f'there is no {type(used).__name__.lower()} "{used.name}"'
            raise TemplateError(what + hint(used.name, known), used.lineno)
    for joined in tree.find_all(nodes.Concat):
        joined.nodes = [
            nodes.Filter(part, "string", [], [], None, None, lineno=joined.lineno)
            for part in joined.nodes
        ]


def _fault(error: BaseException) -> TemplateError:
    match error:
        case TemplateError():
            return error
        case jinja2.TemplateSyntaxError():
            what = error.message or "the text cannot be read"
            for ours, jinjas in _ENDS.items():
                what = what.replace(jinjas, ours)
            return TemplateError(what.removesuffix("."), error.lineno)
        case jinja2.TemplateError():
            return TemplateError(str(error))
        case RecursionError():
            return TemplateError("the text is nested too deeply")
        case _:
            return TemplateError(f"the values do not fit: {error or type(error).__name__}")
