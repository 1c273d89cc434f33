"""The grammar of what people type, the same words on every platform."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.playbook.inputs import default
from bot.playbook.model import Choice, Date, Files, Input, Long, Many, Playbook, Text, YesNo
from bot.playbook.wording import nearest

WORDS: Mapping[str, str] = {
    "delegate": "start a playbook: /delegate launch-brief product: Acme 2",
    "needs-me": "what waits for your decision, here and elsewhere",
    "runs": "what is under way, and what was: /runs acme",
    "playbooks": "what can be delegated",
    "schedule": "start a playbook again and again: /schedule weekly-report, /schedule list",
    "help": "these words",
}
SCHEDULE_WORDS: Mapping[str, str] = {
    "list": "your schedules, and those where you can read",
    "run": "start one now, beside its times: /schedule run weekly report",
    "pause": "let one rest",
    "resume": "let one go on",
    "edit": "change what one starts, when and where",
    "history": "what became of one's times",
    "delete": "end one; for a day that can be undone",
    "undo": "take a deletion back",
}
_DECIDING = ("approve", "revise", "reject", "cancel")
_QUOTES = {'"': '"', "“": "”", "«": "»"}
_NAME = re.compile(r"(?:(?<=\s)|^)([a-z][a-z0-9_]*)\s*:(?=[\s\"“«]|[^/\s]|$)")
_ASKED = re.compile(rf"(?:^|[\s\"'(/])/?(needs?[-_ ]me|{'|'.join(WORDS)})\b", re.IGNORECASE)


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
class Schedule:
    """A new schedule of what is `wanted`; or with a `verb`, what to do with the one `named`."""

    wanted: Delegate = Delegate()
    verb: str = ""
    named: str = ""


@dataclass(frozen=True)
class Decide:
    """A decision in a word, which only buttons can take."""

    word: str


@dataclass(frozen=True)
class Help:
    """Also the answer to what is not understood: `unknown` is the word, `near` the nearest."""

    unknown: str = ""
    near: str = ""


Typed = Delegate | NeedsMe | Runs | Playbooks | Schedule | Decide | Help


def parse(text: str) -> Typed:
    """What a line says, with or without the slash."""
    word, rest = _split(text.strip())
    word = word.removeprefix("/").lower()
    rest = rest.strip()
    match word:
        case "delegate" if rest.lower() == "help":
            return Help()
        case "delegate":
            return _delegate(rest)
        case "needs-me" | "needs_me":
            return NeedsMe()
        case "runs":
            return Runs(rest)
        case "playbooks":
            return Playbooks()
        case "schedule" | "schedules" if rest.lower() == "help":
            return Help()
        case "schedule" | "schedules":
            return _schedule(rest)
        case "help" | "":
            return Help()
        case _ if word.rstrip(".,:!") in _DECIDING:
            return Decide(word.rstrip(".,:!"))
        case _:
            return Help(unknown=word, near=nearest(word, WORDS) or "")


def spoken(text: str, playbooks: Iterable[str]) -> str:
    """A sentence to Podium as the line that it means: from the first word of the grammar on, or
    a playbook by its name; a misspelt word as it is, and anything else asks for help.
    """
    plain = text.strip()
    if found := _ASKED.search(plain):
        word = "needs-me" if found[1].lower().startswith("need") else found[1].lower()
        # "What are my runs today?" looks for nothing; "runs acme" does.
        gives_all = word in ("delegate", "schedule") or not found.start(1)
        rest = plain[found.end() :] if gives_all else ""
        return f"/{word}{rest}"
    for name in playbooks:
        if re.match(name.replace("-", "[- ]") + r"(?![\w-])", plain, re.IGNORECASE):
            rest = plain[len(name) :]
            return f"/delegate {name}{rest if ':' in rest else ''}"
    said = parse(plain)
    misspelt = isinstance(said, Help) and said.near not in ("", "help")
    return plain if misspelt or isinstance(said, Decide) else "/help"


@dataclass(frozen=True)
class Offer:
    """A whole line that a line could become; `shown` is what is new in it, `about` what it is."""

    line: str
    shown: str
    about: str


def completions(text: str, playbooks: Mapping[str, Playbook]) -> list[Offer]:
    """What the line so far could become, best first."""
    if not text.startswith("/"):
        return []
    word, space, rest = text[1:].partition(" ")
    if not space:
        fit = {name: about for name, about in WORDS.items() if name.startswith(word.lower())}
        return [Offer(f"/{name} ", f"/{name}", about) for name, about in fit.items()]
    word = word.lower()
    if word not in ("delegate", "schedule"):
        return []
    name, space, rest = rest.partition(" ")
    if not space:
        known = {one: book.about for one, book in playbooks.items()}
        known |= SCHEDULE_WORDS if word == "schedule" else {}
        fit = {one: about for one, about in known.items() if one.startswith(name.lower())}
        return [Offer(f"/{word} {one} ", one, about) for one, about in fit.items()]
    playbook = playbooks.get(name.lower())
    return _of_inputs(text, rest, playbook) if playbook else []


def _of_inputs(text: str, rest: str, playbook: Playbook) -> list[Offer]:
    """What an input that stands last could be, and the inputs that are not given yet."""
    given, before = _pairs(rest)
    last = next(reversed(given), "")
    offers: list[Offer] = []
    if last in playbook.inputs and not rest.rstrip().endswith(tuple(_QUOTES.values())):
        offers = _values(text, given[last], playbook.inputs[last])
        if not given[last]:
            return offers
    begun = "" if not rest or rest[-1].isspace() else rest.split()[-1]
    line = text[: len(text) - len(begun)]
    names = [name for name in _missing(playbook, given, before) if name.startswith(begun)]
    return offers + [
        Offer(f"{line}{name}: ", f"{name}:", _wanted(playbook.inputs[name])) for name in names
    ]


def _values(text: str, said: str, spec: Input) -> list[Offer]:
    """What can be chosen for an input whose value so far is the end of the line."""
    match spec:
        case Choice(options=options):
            begun = said
        case Many(options=options):
            begun = said.rpartition(",")[2].strip()
        case YesNo():
            begun, options = said, ("yes", "no")
        case Date():
            begun, options = said, ("today", "tomorrow")
        case _:
            return []
    line = text.rstrip()
    line = line[: len(line) - len(begun)].rstrip() + " "
    usual = default(spec)
    usual = usual if isinstance(usual, list) else [usual]
    return [
        Offer(f"{line}{_said(option)} ", option, "the usual" if option in usual else "")
        for option in options
        if option.casefold().startswith(begun.casefold()) and option != begun
    ]


def _said(option: str) -> str:
    """An option as it is typed: in quotes where it would be read as something else."""
    if not _NAME.search(option) and option[:1] not in _QUOTES:
        return option
    return '"' + option.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _missing(playbook: Playbook, given: Iterable[str], before: str) -> list[str]:
    """Inputs that can still be typed; the words before the first name are the first text."""
    inputs = playbook.inputs.items()
    names = [n for n, spec in inputs if n not in given and not isinstance(spec, Files)]
    texts = (n for n in names if before and isinstance(playbook.inputs[n], Text | Long))
    taken = next(texts, "")
    return [name for name in names if name != taken]


def _wanted(spec: Input) -> str:
    needed = spec.required and default(spec) in (None, [])
    return spec.about + ("" if needed else " (optional)" if spec.about else "optional")


def _split(text: str) -> tuple[str, str]:
    """The first word, and what comes after it."""
    found = re.match(r"\S+", text)
    word = found[0] if found else ""
    return word, text[len(word) :]


def _schedule(text: str) -> Schedule:
    word, rest = _split(text)
    verb = word.lower()
    if verb in SCHEDULE_WORDS:
        named = rest.strip()
        return Schedule(verb=verb, named=named[4:] if named.startswith("now ") else named)
    return Schedule(_delegate(text))


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
