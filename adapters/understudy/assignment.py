"""A model request taken apart again, and what its task asks for: sections, fields, a title."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from adapters.understudy.signs import Sign
from bot.playbook.graph import LAST
from bot.ports import Request
from bot.run.events import Document

Kind = Sign | Literal["summary", "sources", "claim"]
Form = Literal["list", "paragraph", "table"]

_INPUT = re.compile(r"(?s)^## ([^\n]+)\n<input>\n(.*?)\n?</input>", re.MULTILINE)
_DOCUMENT = re.compile(r'(?s)<document name="([^"]*)" source="([^"]*)">\n(.*?)\n?</document>')
_TODAY = re.compile(r"^Today is (?:\w+, )?(\d{4}-\d{2}-\d{2})", re.MULTILINE)
_TAG = re.compile(r"<(/?)(document|result|candidate|draft|item|input)\b([^>\n]*)>")
_PART = re.compile(r"^# (Your role: .*|Your task|Rubric|Revision|Shape)$", re.MULTILINE)
_NUMBERED = re.compile(r"^\d+\. ", re.MULTILINE)
_ITEM = re.compile(r"\n- ")
_VARIANT = re.compile(r"This is variant (\d+) of (\d+)[^\n]*")
_TOOLS = re.compile(r"^(Of the tools, only these|The tools are for other).*$", re.MULTILINE)
# How a page of style is told from what the task is about.
_STYLE = re.compile(r"style|tone.of.voice|guideline|glossary", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What all steps of a run see; `pages` tell how to write, not what about."""

    today: str
    inputs: Mapping[str, str]
    documents: tuple[Document, ...]
    pages: tuple[Document, ...]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What stands between tags in a step's own part; `label` is the line of the task before it.

    `tag` is the tag's name, or `last` for the last approved result: to compare takes a model.
    """

    tag: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Assignment:
    brief: Brief
    role: str
    task: str
    given: tuple[Given, ...] = ()
    rubric: tuple[str, ...] = ()
    variant: int = 1
    previous: str = ""
    notes: tuple[str, ...] = ()

    @property
    def candidates(self) -> tuple[str, ...]:
        return tuple(given.text for given in self.given if given.tag == "candidate")

    @property
    def material(self) -> tuple[Given, ...]:
        """What others of the team hand over for this task."""
        return tuple(given for given in self.given if given.tag in ("result", "input", "item"))

    @property
    def item(self) -> str:
        """The one item of a fan-out that this task is for."""
        return "\n".join(given.text for given in self.given if given.tag == "item")


def read(request: Request) -> Assignment:
    """The request as the understudy works from it."""
    told, given = _told(request.instructions)
    parts = dict(_parts(told))
    variant = _VARIANT.search(told)
    number, of = (int(variant[1]), int(variant[2])) if variant else (1, 1)
    task = parts.get("Your task", told)
    return Assignment(
        brief=read_brief(request.brief),
        role=next((f"{name}\n{text}" for name, text in parts.items() if "role" in name), ""),
        task=_TOOLS.sub("", _VARIANT.sub("", task)).strip(),
        given=given,
        rubric=_numbered(parts.get("Rubric", "").partition("\n## Candidate")[0]),
        variant=number,
        previous=_own(next((part.text for part in given if part.tag == "draft"), ""), number, of),
        notes=_notes(parts.get("Revision", "")),
    )


@lru_cache(maxsize=8)
def read_brief(text: str) -> Brief:
    """The brief's parts; the same for all steps of a run, so it is read once."""
    documents = tuple(
        Document(name=name, source=source, text=body)
        for name, source, body in _DOCUMENT.findall(text)
    )
    today = _TODAY.search(text)
    inputs = dict(_INPUT.findall(_DOCUMENT.sub("", text)))
    if not documents and not inputs and text.strip():
        documents = (Document(name="brief", source="", text=text),)
    return Brief(
        today=today[1] if today else "",
        inputs=inputs,
        documents=tuple(d for d in documents if not _is_page(d)),
        pages=tuple(d for d in documents if _is_page(d)),
    )


def _is_page(document: Document) -> bool:
    return bool(_STYLE.search(document.name))


def _told(text: str) -> tuple[str, tuple[Given, ...]]:
    """What stands outside of tags, and what each outermost tag holds."""
    told: list[str] = []
    given: list[Given] = []
    inside: list[str] = []
    depth = at = 0
    outer = ""
    for tag in _TAG.finditer(text):
        (inside if depth else told).append(text[at : tag.start()])
        at = tag.end()
        closes = bool(tag[1])
        if not closes and not depth:
            outer = LAST if f'of="{LAST}.' in tag[3] else tag[2]
        depth = max(0, depth - 1) if closes else depth + 1
        if closes and not depth:
            given.append(Given(tag=outer, label=_label(told), text=_dedented(inside)))
            inside = []
    told.append(text[at:])
    return "".join(told), tuple(given)


def _label(told: list[str]) -> str:
    lines = "".join(told).rstrip().splitlines()
    return lines[-1].strip() if lines else ""


def _dedented(inside: list[str]) -> str:
    return textwrap.dedent("".join(inside).strip("\n"))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    heads = list(_PART.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        yield head[1], text[head.end() : end].strip()


def _own(previous: str, number: int, of: int) -> str:
    """Of several variants handed in before, the one of this number."""
    drafts = _ITEM.split("\n" + previous)[1:]
    if of == 1 or len(drafts) != of:
        return previous
    return textwrap.dedent(f"  {drafts[number - 1]}").strip("\n")


def _numbered(text: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in _NUMBERED.split(text)[1:])


def _notes(text: str) -> tuple[str, ...]:
    said = text.partition("the newest last:\n")[2].rpartition("\n\nHand in the whole result")[0]
    return _numbered(said)


# --- what a task asks for ------------------------------------------------------------

_BOLD = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\*\*(.+?):?\*\*\s*:?\s*(.*)$", re.MULTILINE)
_LEAD_IN = re.compile(
    r"^[^\n]*\b(?:sections?|headings?|structure|outline|in this order)\b[^\n]*:[ \t]*\n+"
    r"((?:\s*(?:[-*+]|\d+[.)])\s+[^\n]+(?:\n|$))+)",
    re.MULTILINE | re.IGNORECASE,
)
_LISTED = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+([^:\n`]{2,60}?)(?::\s*(.*)|\s*)$", re.MULTILINE)
_FIELD = re.compile(r"^\s*[-*+]\s+`(\w+)`\s*:\s*(.*)$", re.MULTILINE)
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10}
_NUMBER = rf"(\d+|{'|'.join(_COUNTS)})\b(?! (?:\w+ )?(?:sentences?|words|lines))"
_MOST = re.compile(rf"\b(?:at most|up to|no more than|into|\w+ to|\w+ or) {_NUMBER}", re.IGNORECASE)
_JUST = re.compile(rf"\b(?:propose|give|name|list|find|pick|write|the) {_NUMBER}", re.IGNORECASE)
_WORDS = re.compile(r"\b(?:at most|up to|no more than) (\d+) words\b", re.IGNORECASE)
_PROSE = re.compile(r"\bparagraph\b|\b(?:two|three|four) (?:[\w-]+ )?sentences|^the answer\b", re.I)
_TITLE = re.compile(
    r"\b(?:write|draft|make|prepare|produce)\s+(?:a|an|the|one)?\s*(?:one-page |short )?(.{4,120}?)"
    r"(?=,? in the house|,? in at most|,? in a \w+ tone|,? leading |, out of| that answers|[.]\s"
    r"|\n|$| from the | of at most|: |,? for (?:its|people|a) )",
    re.IGNORECASE,
)
_THAT_ANSWERS = re.compile(r" that answers this question: ([^\n]{3,140})$", re.MULTILINE)
# A heading's words and what they ask for; the first that fits a label decides.
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("sources", r"^(?:the )?sources$|^references"),
    ("summary", r"in short|summary|overview|verdict"),
    ("claim", r"\bangles?\b|\bkey messages?\b"),
    ("objection", r"disagree|contested|objection|differ|must not be claimed"),
    ("limit", r"does not|limits?\b|cannot|exclu"),
    ("question", r"open|question|not known|unknown|missing|gaps?\b"),
    ("risk", r"risks?\b|problems?|issues?|blocked|against|concerns?"),
    ("decision", r"decisions?\b|decided|agreed"),
    ("action", r"actions?\b|next (?:steps?|week)|^next$|to-?dos?"),
    ("done", r"\bdone\b|progress|finished|released"),
    ("figure", r"figures?|numbers?|results?|shown|measure|prices?|costs?|budget"),
    ("date", r"dates?\b|when\b|timeline|schedule|deadlines?"),
)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the text that is asked for; `about` is what the task says belongs in it."""

    label: str
    about: str = ""
    kinds: tuple[Kind, ...] = ()

    @property
    def form(self) -> Form:
        if re.search(r"\ba table\b", self.about):
            return "table"
        prose = "summary" in self.kinds or _PROSE.search(self.about)
        return "paragraph" if prose else "list"


def kinds(label: str, about: str = "") -> tuple[Kind, ...]:
    """What a heading asks for; a second kind counts when both stand in the heading itself."""
    if found := _kinds(label):
        return found if re.search(r" and |&|,", label) else found[:1]
    return _kinds(about.partition(",")[0])[:1]


def _kinds(text: str) -> tuple[Kind, ...]:
    return tuple(kind for kind, words in _KINDS if re.search(words, text, re.IGNORECASE))


def sections(task: str) -> tuple[Section, ...]:
    """The sections that a task names; none when it leaves the form open."""
    found = _BOLD.findall(task)
    if len(found) < 2 and (listed := _LEAD_IN.search(task)):
        found = _LISTED.findall(listed[1])
    return tuple(
        Section(label=label.strip(), about=about.strip(), kinds=kinds(label, about))
        for label, about in found
        if len(found) > 1 and label.strip()
    )


def fields(task: str) -> Mapping[str, str]:
    """What a task says of each field of its result, by name."""
    return dict(_FIELD.findall(task))


def how_many(text: str) -> int | None:
    """The most that a text asks for."""
    found = _MOST.search(text) or _JUST.search(text)
    return (_COUNTS.get(found[1].lower()) or int(found[1])) if found else None


def most_words(text: str) -> int | None:
    """How long a text may be, if the task says so in words."""
    found = _WORDS.search(text)
    return int(found[1]) if found else None


def title(task: str) -> str:
    """What the task calls the thing to be made, in its own words."""
    found = _TITLE.search(task)
    if not found:
        return ""
    named = " ".join(found[1].split()).strip(" ,;:.")
    if asked := _THAT_ANSWERS.match(task, found.end()):
        named = f"{named}: {asked[1]}"
    return named[:1].upper() + named[1:]
