"""The Jinja sandbox of playbooks, and how values read in a text.

What a run knows is data, so an attribute is always a key of a mapping: no method, no global and
nothing of Python's own can be reached from a playbook.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import cast

import jinja2
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import JsonValue

from bot.playbook.wording import hint

MAX_ITEMS = 10_000
MAX_ROUNDS = 100_000
COUNTED = "counted"
"""The filter that every loop's list is put through; playbooks cannot name it."""

_FILTERS = """
abs capitalize count d default dictsort first float int items join last length list lower map max
min reject rejectattr replace reverse round select selectattr sort string sum title tojson trim
truncate unique upper wordcount
"""
_TESTS = """
boolean defined divisibleby eq equalto even false float ge greaterthan gt in integer iterable le
lessthan lower lt mapping ne none number odd sequence string true undefined upper
== != < <= > >=
"""
FILTERS = frozenset(_FILTERS.split())
TESTS = frozenset(_TESTS.split())


class TemplateError(ValueError):
    """A template or expression is wrong, or did not fit its values; the text may be shown."""

    def __init__(self, what: str, line: int = 1) -> None:
        super().__init__(what)
        self.line = line


def text(value: object) -> str:
    """A value as people read it: lists as bullets, mappings as `key: value` lines."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case Mapping():
            pairs = cast("Mapping[object, object]", value).items()
            return "\n".join(_pair(str(key), text(part)) for key, part in pairs)
        case Undefined():
            return str(value)
        case Iterable():
            items = cast("Iterable[object]", value)
            return "\n".join("- " + text(item).replace("\n", "\n  ") for item in items)
        case _:
            return str(value)


def _pair(key: str, value: str) -> str:
    return f"{key}:\n  " + value.replace("\n", "\n  ") if "\n" in value else f"{key}: {value}"


def to_json(value: object) -> JsonValue:
    """A value that an expression came to, as JSON. Raises TemplateError."""
    match value:
        case None | _Nothing():
            return None
        case float() if not math.isfinite(value):
            raise TemplateError("a number grew beyond all bounds")
        case str() | bool() | int() | float():
            return value
        case Undefined():
            return str(value)
        case Mapping():
            pairs = cast("Mapping[object, object]", value).items()
            return {str(key): to_json(part) for key, part in pairs}
        case Iterable():
            return [to_json(item) for item in _capped(cast("Iterable[object]", value))]
        case _:
            raise TemplateError("an expression must come to text, a number, a list or an object")


def _capped(items: Iterable[object]) -> Iterable[object]:
    for count, item in enumerate(items):
        if count == MAX_ITEMS:
            raise TemplateError(f"a list grew beyond {MAX_ITEMS:,} items")
        yield item


_rounds: ContextVar[list[int]] = ContextVar("rounds")


def counting_rounds() -> None:
    """Begin to count the rounds of one text's loops, however they are nested."""
    _rounds.set([MAX_ROUNDS])


def _counted(items: Iterable[object]) -> Iterator[object]:
    left = _rounds.get()
    for item in items:
        left[0] -= 1
        if left[0] < 0:
            raise TemplateError(f"the text goes round its loops more than {MAX_ROUNDS:,} times")
        yield item


# --- what is not there ------------------------------------------------------------------


class _Missing(jinja2.StrictUndefined):
    """A name or key that is not there: an error wherever it is used, but for `default`."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or f'"{self._undefined_name}" is not known here'


class _Nothing(jinja2.ChainableUndefined):
    """What stands for None, such as a skipped step: empty, and in no comparison true."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return "nothing is there to reckon with: a step was skipped or an input left out"

    def __lt__(self, other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, _Nothing)

    def __hash__(self) -> int:
        return hash(None)


NOTHING = _Nothing()


# --- the sandbox ----------------------------------------------------------------


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "%", "**"})

    def getattr(self, obj: object, attribute: str) -> object:
        """A key of a mapping; Python's own attributes are out of reach."""
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """A key of a mapping, or a place or slice of a list or text."""
        if isinstance(obj, _Nothing):
            return obj
        if isinstance(obj, Undefined):
            return obj[cast("str", argument)]
        try:
            found = _part(obj, argument)
        except (LookupError, TypeError):
            return self.undefined(_lacks(obj, argument), obj=obj, name=str(argument))
        return NOTHING if found is None else found

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Arithmetic on numbers only: a text times a million would be a text, too."""
        if operator == "**" or not (_is_number(left) and _is_number(right)):
            raise TemplateError(f'"{operator}" works on numbers only')
        return super().call_binop(context, operator, left, right)


def _part(obj: object, argument: object) -> object:
    match obj:
        case Mapping():
            return cast("Mapping[object, object]", obj)[argument]
        case list() | tuple() | str() if isinstance(argument, int | slice):
            return cast("list[object]", obj)[argument]
        case _:
            raise TypeError


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _lacks(obj: object, argument: object) -> str:
    match obj:
        case Mapping():
            keys = [str(key) for key in cast("Mapping[object, object]", obj)]
            there = ", ".join(keys[:20]) or "nothing"
            return f'there is no "{argument}" in it, only {there}{hint(str(argument), keys)}'
        case list() | tuple() if isinstance(argument, int):
            return f"there is no item {argument} in a list of {len(cast('list[object]', obj))}"
        case _:
            return f'a {_kind(obj)} has no "{argument}"'


def _kind(value: object) -> str:
    match value:
        case str():
            return "text"
        case bool():
            return "yes or no"
        case int() | float():
            return "number"
        case _:
            return "list"


def _join(items: Iterable[object], separator: str = "") -> str:
    """Jinja's own would write an object as Python does."""
    return separator.join(text(item) for item in items)


def _as_json(value: object) -> str:
    """Jinja's own escapes for HTML, which a prompt is not."""
    return json.dumps(to_json(value), ensure_ascii=False)


def _is_none(value: object) -> bool:
    return value is None or isinstance(value, _Nothing)


def _sandbox() -> _Sandbox:
    env = _Sandbox(
        undefined=_Missing,
        finalize=text,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=0,
    )
    cast("dict[str, object]", env.globals).clear()
    filters = cast("dict[str, object]", env.filters)
    tests = cast("dict[str, object]", env.tests)
    for table, kept in ((filters, FILTERS), (tests, TESTS)):
        for name in table.keys() - kept:
            del table[name]
    filters.update({"join": _join, "string": text, "tojson": _as_json, COUNTED: _counted})
    tests["none"] = _is_none
    return env


ENV = _sandbox()
