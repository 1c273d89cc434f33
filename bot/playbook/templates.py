"""The texts and expressions of playbooks: what they name, and what they come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import jinja2
from jinja2 import meta, nodes
from jinja2.environment import TemplateExpression
from jinja2.parser import Parser
from pydantic import JsonValue

from bot.playbook.sandbox import (
    COUNTED,
    ENV,
    FILTERS,
    NOTHING,
    TESTS,
    TemplateError,
    counting_rounds,
    text,
    to_json,
)
from bot.playbook.wording import hint

__all__ = [
    "Reads",
    "TemplateError",
    "evaluate",
    "reads_in",
    "reads_in_expression",
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
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NameError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Reads:
    """What a text reads from outside: names, and parts of them: ("a", "b") for a.b."""

    names: frozenset[str] = frozenset()
    parts: frozenset[tuple[str, ...]] = frozenset()


def reads_in(template: str) -> Reads:
    """What a template reads. Raises TemplateError."""
    return _template(template)[1]


def reads_in_expression(expression: str) -> Reads:
    """What an expression reads. Raises TemplateError."""
    return _expression(expression)[1]


def render(template: str, values: Mapping[str, JsonValue]) -> str:
    """The text with values filled in; what is None reads as nothing. Raises TemplateError."""
    compiled, _ = _template(template)
    counting_rounds()
    try:
        return _joined(compiled.generate(_visible(values)))
    except _FAILURES as error:
        raise _fault(error) from error


def evaluate(expression: str, values: Mapping[str, JsonValue]) -> JsonValue:
    """What an expression comes to, as JSON. Raises TemplateError."""
    compiled, _ = _expression(expression)
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
def _template(source: str) -> tuple[jinja2.Template, Reads]:
    try:
        tree = ENV.parse(source)
        _refine(tree)
        reads = _reads(tree)
        return ENV.from_string(tree), reads
    except _FAILURES as error:
        raise _fault(error) from error


@lru_cache(maxsize=_CACHED_TEXTS)
def _expression(source: str) -> tuple[TemplateExpression, Reads]:
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
        reads = _reads(tree)
        return TemplateExpression(ENV.from_string(tree), undefined_to_none=False), reads
    except _FAILURES as error:
        raise _fault(error) from error


def _reads(tree: nodes.Template) -> Reads:
    names = frozenset(meta.find_undeclared_variables(tree))
    bound = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    trails = map(_trail, tree.find_all((nodes.Getattr, nodes.Getitem)))
    return Reads(names, frozenset(t for t in trails if t and t[0] in names - bound))


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
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, COUNTED, [], [], None, None, lineno=loop.lineno)
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
