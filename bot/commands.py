"""The grammar of what people type, the same words on every platform."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.playbook.model import Files, Playbook
from bot.playbook.wording import nearest

WORDS: Mapping[str, str] = {
    "delegate": "give a playbook to the team: /delegate launch-brief product: Acme 2",
    "needs-me": "what waits for your decision, here and elsewhere",
    "runs": "what is under way, and what was: /runs acme",
    "playbooks": "what can be delegated",
    "help": "these words",
}
_QUOTES = {'"': '"', "“": "”", "«": "»"}
_NAME = re.compile(r"(?:(?<=\s)|^)([a-z][a-z0-9_]*)\s*:(?=[\s\"“«]|[^/\s]|$)")


@dataclass(frozen=True)
class Delegate:
    """`given` by input name; `rest` is what stood before the first name."""

    playbook: str = ""
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    rest: str = ""


@dataclass(frozen=True)
class NeedsMe:
    pass


@dataclass(frozen=True)
class Runs:
    text: str = ""


@dataclass(frozen=True)
class Playbooks:
    pass


@dataclass(frozen=True)
class Help:
    """Also the answer to what is not understood: `unknown` is the word, `near` the nearest."""

    unknown: str = ""
    near: str = ""


Typed = Delegate | NeedsMe | Runs | Playbooks | Help


def parse(text: str) -> Typed:
    """What a line says, with or without the slash."""
    word, rest = _split(text.strip())
    word = word.removeprefix("/").lower()
    rest = rest.strip()
    match word:
        case "delegate":
            return _delegate(rest)
        case "needs-me" | "needs_me":
            return NeedsMe()
        case "runs":
            return Runs(rest)
        case "playbooks":
            return Playbooks()
        case "help" | "":
            return Help()
        case _:
            return Help(unknown=word, near=nearest(word, WORDS) or "")


def completions(text: str, playbooks: Mapping[str, Playbook]) -> list[str]:
    """Whole lines that the line so far could become, best first."""
    if not text.startswith("/"):
        return []
    word, space, rest = text[1:].partition(" ")
    if not space:
        return [f"/{name} " for name in WORDS if name.startswith(word.lower())]
    if word != "delegate":
        return []
    name, space, rest = rest.partition(" ")
    if not space:
        return [f"/delegate {known} " for known in playbooks if known.startswith(name)]
    playbook = playbooks.get(name)
    if playbook is None or (rest and not rest.endswith(" ")):
        return []
    given = _pairs(rest)[0]
    missing = _typeable(playbook, given)
    return [f"{text}{other}: " for other in missing]


def _typeable(playbook: Playbook, given: Iterable[str]) -> list[str]:
    inputs = playbook.inputs.items()
    return [n for n, spec in inputs if n not in given and not isinstance(spec, Files)]


def _split(text: str) -> tuple[str, str]:
    """The first word, and what comes after it."""
    found = re.match(r"\S+", text)
    word = found[0] if found else ""
    return word, text[len(word) :]


def _delegate(text: str) -> Delegate:
    name, rest = _split(text)
    if not name or name.endswith(":"):
        return Delegate(rest=text)
    given, before = _pairs(rest)
    return Delegate(playbook=name.lower(), given=given, rest=before)


def _pairs(text: str) -> tuple[dict[str, str], str]:
    """`name: value` pairs; a value is quoted, or reaches to the next name."""
    pairs: dict[str, str] = {}
    quotes = dict(_QUOTES)
    at = 0
    found = _NAME.search(text)
    before = text[: found.start()] if found else text
    while found:
        value, at = _value(text, found.end(), quotes)
        pairs[found[1]] = value
        found = _NAME.search(text, at)
    return pairs, before.strip()


def _value(text: str, start: int, quotes: dict[str, str]) -> tuple[str, int]:
    while start < len(text) and text[start].isspace():
        start += 1
    opening = text[start : start + 1]
    if closing := quotes.get(opening):
        if (end := _closed(text, start + 1, closing)) is not None:
            said = text[start + 1 : end]
            return re.sub(r"\\(.)", r"\1", said, flags=re.DOTALL), end + 1
        # Nor is any later one closed: without this a line of thousands takes minutes.
        del quotes[opening]
    following = _NAME.search(text, start)
    end = following.start() if following else len(text)
    return text[start:end].strip(), end


def _closed(text: str, start: int, closing: str) -> int | None:
    escaped = False
    for at in range(start, len(text)):
        if escaped:
            escaped = False
        elif text[at] == "\\":
            escaped = True
        elif text[at] == closing:
            return at
    return None
