"""What a task asks for: sections, fields, how many, and a title."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from adapters.understudy.signs import Sign
from adapters.understudy.words import NUMBER_WORDS

Kind = Sign | Literal["summary", "sources", "claim", ""]
Form = Literal["list", "paragraph", "table"]


_PROSE = re.compile(r"\bparagraph\b|\b(?:two|three|four) (?:[\w-]+ )?sentences|^the answer\b", re.I)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the text that is asked for; `about` is what the task says belongs in it."""

    label: str
    about: str = ""
    kinds: tuple[Kind, ...] = field(default=())

    @property
    def form(self) -> Form:
        if re.search(r"\ba table\b", self.about):
            return "table"
        if _PROSE.search(self.about):
            return "paragraph"
        return "paragraph" if "summary" in self.kinds else "list"


_BOLD = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\*\*(.+?):?\*\*\s*:?\s*(.*)$", re.MULTILINE)
_LEAD_IN = re.compile(
    r"^[^\n]*\b(?:sections?|headings?|parts|structure|outline|in this order)\b[^\n]*:[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+([^:\n`]{2,60}?)(?::\s*(.*)|\s*)$")
_INLINE = re.compile(r"\b(?:sections|headings)(?:, in this order)?: ([^\n.]{3,200})", re.I)
_FIELD = re.compile(r"^\s*[-*+]\s+`(\w+)`\s*:\s*(.*)$", re.MULTILINE)
_NUMBER = rf"(\d+|{'|'.join(NUMBER_WORDS)})"
_RANGE = re.compile(rf"\b{_NUMBER} (?:to|or|-|–) {_NUMBER}\b(?! (?:sentences|words|lines))", re.I)
_MOST = re.compile(
    rf"\b(?:at most|up to|no more than|into) {_NUMBER}\b(?! (?:\w+ )?(?:sentences?|words|lines))",
    re.I,
)
_JUST = re.compile(
    rf"\b(?:propose|give|name|list|find|pick|write|the) {_NUMBER}\b"
    r"(?! (?:\w+ )?(?:sentences?|words))",
    re.IGNORECASE,
)
_WORDS = re.compile(rf"\b(?:at most|up to|no more than) {_NUMBER} words\b", re.IGNORECASE)
_TITLE = re.compile(
    r"\b(?:write|draft|make|prepare|compose|produce)\s+(?:me |us )?(?:a|an|the|one|two|three)?\s*"
    r"(?:one-page |short )?(.{4,120}?)"
    r"(?=,? in the house|,? in at most|,? in a \w+ tone|,? leading |, out of| that answers|[.]\s"
    r"|\n|$| from the | of at most|: |,? for (?:its|people|a) )",
    re.IGNORECASE,
)
_THAT_ANSWERS = re.compile(r" that answers this question: ([^\n]{3,140})$", re.MULTILINE)
# A heading's words and what they ask for; the first that fits a label decides.
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("sources", r"^(?:the )?sources$|^references"),
    ("summary", r"in short|summary|overview|tl;?dr|at a glance|bottom line|verdict"),
    ("claim", r"\bangles?\b|\bhooks?\b|\bkey messages?\b|selling points?"),
    ("objection", r"disagree|contested|objection|differ|must not be claimed|controvers"),
    ("limit", r"does not|limits?\b|cannot|must not|exclu"),
    ("question", r"open|question|not known|unknown|missing|unresolved|gaps?\b|not clear"),
    ("risk", r"risks?\b|problems?|issues?|blocked|against|concerns?|wrong|late\b|threat"),
    ("decision", r"decisions?\b|decided|agreed|settled"),
    ("action", r"actions?\b|next (?:steps?|week)|^next$|to-?dos?|who does|plan\b|follow"),
    ("done", r"\bdone\b|progress|finished|released|achiev|shipped"),
    ("figure", r"figures?|numbers?|results?|shown|measure|prices?|costs?|budget|metrics|kpi"),
    ("date", r"dates?\b|when\b|timeline|schedule|deadlines?|milestones?"),
)


def kinds(label: str, about: str = "") -> tuple[Kind, ...]:
    """What a heading asks for; a second kind counts when both stand in the heading itself."""
    if found := _kinds(label):
        return found if re.search(r" and |&|,", label) else found[:1]
    return _kinds(about.partition(",")[0])[:1]


def _kinds(text: str) -> tuple[Kind, ...]:
    return tuple(kind for kind, words in _KINDS if re.search(words, text, re.IGNORECASE))


def sections(task: str) -> tuple[Section, ...]:
    """The sections that a task names; none when it leaves the form open."""
    found = [(label, about) for label, about in _BOLD.findall(task)]
    if len(found) < 2:
        found = list(_listed(task))
    if len(found) < 2 and (inline := _INLINE.search(task)):
        found = [(label.strip(), "") for label in re.split(r"[,;]| and ", inline[1])]
    if len(found) < 2:
        return ()
    return tuple(
        Section(label=label.strip(), about=about.strip(), kinds=kinds(label, about))
        for label, about in found
        if label.strip()
    )


def _listed(task: str) -> Iterator[tuple[str, str]]:
    lead_in = _LEAD_IN.search(task)
    if not lead_in:
        return
    for line in task[lead_in.end() :].strip("\n").splitlines():
        item = _LISTED.match(line)
        if not item:
            return
        yield item[1], item[2] or ""


def fields(task: str) -> Mapping[str, str]:
    """What a task says of each field of its result, by name."""
    return dict(_FIELD.findall(task))


def how_many(text: str) -> tuple[int, int] | None:
    """The least and the most that a text asks for."""
    if found := _RANGE.search(text):
        return _count(found[1]), _count(found[2])
    if found := _MOST.search(text):
        return 1, _count(found[1])
    found = _JUST.search(text)
    return (_count(found[1]), _count(found[1])) if found else None


def most_words(text: str) -> int | None:
    """How long a text may be, if the task says so in words."""
    found = _WORDS.search(text)
    return _count(found[1]) if found else None


def _count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBER_WORDS[word.lower()]


def title(task: str) -> str:
    """What the task calls the thing to be made, in its own words."""
    found = _TITLE.search(task)
    if not found:
        return ""
    named = " ".join(found[1].split()).strip(" ,;:.")
    if asked := _THAT_ANSWERS.match(task, found.end()):
        named = f"{named}: {asked[1]}"
    return named[:1].upper() + named[1:]
