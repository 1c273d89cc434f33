"""YAML 1.2 as people write it, with the place of every key and value."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

import yaml
from pydantic import JsonValue

from bot.playbook.files import UNSHOWABLE, holds
from bot.playbook.problem import Findings, Level, Place

MAX_NODES = 10_000
MAX_DEPTH = 40

Trail: TypeAlias = tuple[str | int, ...]
"""The keys and places in lists that lead to a value."""

_BARE = re.compile(r"(^|[:-])\s*\{\{")
_QUOTE_BRACES = "a text that begins with { has to stand in quotes"
_ADVICE = {
    "mapping values are not allowed": 'a second ": " in one line; put its text in quotes',
    "'\\t'": "a tab cannot indent in YAML; use spaces",
    "cannot start any token": "a text that begins with a sign such as @ has to stand in quotes",
    "found undefined alias": "a text that begins with * has to stand in quotes",
    "expected <block end>": "this does not fit here; look at the indentation and the quotes",
    "expected ',' or": "a [ or { is not closed, or a comma is missing",
    "found unexpected end of stream": "a quote is not closed",
    "found another document": "a file holds one document; a second one begins here",
}
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,300}|[0-9]{1,300}(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?")
_PLAIN_TAGS: Mapping[type[yaml.Node], str] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a YAML file says, where each key and value of it stands, and what is wrong with it."""

    value: JsonValue
    values: Mapping[Trail, Place]
    keys: Mapping[Trail, Place]
    findings: Findings

    def get(self, trail: Trail) -> JsonValue:
        """The value that a trail leads to; None when it leads nowhere."""
        value = self.value
        for step in trail:
            match value:
                case dict() if isinstance(step, str):
                    value = value.get(step)
                case list() if isinstance(step, int) and step < len(value):
                    value = value[step]
                case _:
                    return None
        return value

    def named(self, trail: Trail) -> list[tuple[Trail, str]]:
        """The names in a value that is one name or a list of them, each with its trail."""
        match self.get(trail):
            case str(name):
                return [(trail, name)]
            case list(items):
                return [
                    ((*trail, n), item) for n, item in enumerate(items) if isinstance(item, str)
                ]
            case _:
                return []

    def at(self, trail: Trail) -> Place:
        """Where a value stands, or the innermost thing around it that is there."""
        while trail and trail not in self.values:
            trail = trail[:-1]
        return self.values.get(trail, Place())

    def key(self, trail: Trail) -> Place:
        """Where a key stands; for an item of a list, the item."""
        return self.keys.get(trail) or self.at(trail)

    def wrong(
        self,
        what: str,
        trail: Trail,
        *,
        on_key: bool = False,
        allowed: Iterable[str] = (),
        word: str = "",
        level: Level = "error",
    ) -> None:
        """Note a problem where the value of a trail stands, or its key."""
        place = self.key(trail) if on_key else self.at(trail)
        self.findings.add(what, place, allowed=allowed, word=word, level=level)


def mapping(value: JsonValue) -> dict[str, JsonValue]:
    """A mapping as it is; an empty one when the value is something else."""
    return value if isinstance(value, dict) else {}


def parse(text: str, findings: Findings, first_line: int = 1) -> Page | None:
    """The YAML in a text that begins in `first_line` of its file; None when it cannot be read."""
    reading = _Reading(findings, first_line - 1)
    try:
        root = _compose(text)
        value = reading.take(root, ()) if root else None
    except _TooMuch as error:
        findings.add(str(error), Place(error.line + first_line))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + first_line, mark.column + 1) if mark else Place(first_line)
        findings.add(_advice(error, text), place)
    except yaml.YAMLError as error:
        findings.add(f"cannot be read as YAML: {error}", Place(first_line))
    else:
        return Page(value=value, values=reading.values, keys=reading.keys, findings=findings)
    return None


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    except (OverflowError, ValueError):
        # PyYAML trusts the numbers of escapes such as "\UFFFFFFFF" and of %YAML lines.
        raise _TooMuch("a number or an escaped character is out of range", loader.line) from None


def _advice(error: yaml.MarkedYAMLError, text: str) -> str:
    problem = error.problem or "a mistake"
    mark = error.problem_mark
    lines = text.split("\n")[mark.line : mark.line + 1] if mark else []
    if any(_BARE.search(line) for line in lines):
        return _QUOTE_BRACES
    for sign, advice in _ADVICE.items():
        if sign in problem:
            return advice
    context = f" {error.context}" if error.context else ""
    return f"cannot be read as YAML: {problem}{context}"


class _TooMuch(Exception):
    """A file that is larger inside than it looks."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


class _Loader(yaml.BaseLoader):
    """Composes nodes, within bounds."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._depth += 1
        self._nodes += 1
        if self._depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise _too_much(self._depth, self.line)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    # YAML 1.2 lets a ? stand inside a text between brackets, where PyYAML ends the text.
    # PyYAML's scanner has no types.
    def scan_plain(self) -> object:
        scan = cast("Callable[[], object]", super().scan_plain)  # pyright: ignore[reportUnknownMemberType]
        if not self.flow_level:
            return scan()
        self.peek = self._peek_past_question
        try:
            return scan()
        finally:
            del self.peek

    def _peek_past_question(self, index: int = 0) -> str:
        peek = cast("Callable[[int], str]", super().peek)  # pyright: ignore[reportUnknownMemberType]
        found = peek(index)
        return "x" if found == "?" else found


def _too_much(depth: int, line: int) -> _TooMuch:
    if depth > MAX_DEPTH:
        return _TooMuch(f"the file is nested deeper than {MAX_DEPTH} levels", line)
    return _TooMuch(f"the file holds more than {MAX_NODES:,} values", line)


@dataclass
class _Reading:
    """Values out of nodes: only true and false are yes or no, and dates stay text."""

    findings: Findings
    shift: int
    values: dict[Trail, Place] = field(default_factory=dict[Trail, Place])
    keys: dict[Trail, Place] = field(default_factory=dict[Trail, Place])

    def take(self, node: yaml.Node, trail: Trail) -> JsonValue:
        # An alias is the node it stands for, so aliases of aliases multiply only here.
        if len(trail) > MAX_DEPTH or len(self.values) >= MAX_NODES:
            raise _too_much(len(trail), node.start_mark.line)
        place = self._place(node)
        self.values[trail] = place
        if node.tag != _PLAIN_TAGS[type(node)]:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self.findings.add(f"tags such as {tag} are not read; write plain values", place)
            return None
        match node:
            case yaml.MappingNode():
                return self._mapping(node, trail)
            case yaml.SequenceNode():
                return [self.take(item, (*trail, index)) for index, item in enumerate(node.value)]
            case _:
                return self._scalar(cast("yaml.ScalarNode", node), place)

    def _place(self, node: yaml.Node) -> Place:
        return Place(node.start_mark.line + 1 + self.shift, node.start_mark.column + 1)

    def _mapping(self, node: yaml.MappingNode, trail: Trail) -> JsonValue:
        taken: dict[str, JsonValue] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._not_a_key(node, place)
                continue
            key = str(key_node.value)
            if key in taken:
                self.findings.add(f'"{key}" stands twice', place)
            else:
                self.keys[(*trail, key)] = place
                taken[key] = self.take(value_node, (*trail, key))
        return taken

    def _not_a_key(self, node: yaml.MappingNode, place: Place) -> None:
        if node.flow_style:
            self.findings.add(_QUOTE_BRACES, self._place(node))
        else:
            self.findings.add("a key is a word, not a list or mapping", place)

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> JsonValue:
        text = str(node.value)
        if bad := UNSHOWABLE.search(text):
            self.findings.add(f"the text {holds(bad[0])}", place)
            return UNSHOWABLE.sub("", text)
        return text if node.style else _plain(text)


def _plain(text: str) -> JsonValue:
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
