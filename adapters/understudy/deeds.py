"""Who does what by when, and what was settled, as the material says it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from adapters.understudy.passages import Passage
from adapters.understudy.ranking import ANSWER, Material
from adapters.understudy.signs import DUE, is_open, is_settled, is_told_by_heading, objects, signs
from adapters.understudy.words import words

_SHORT = 8
"""Words below which a sentence leans on the one beside it."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An action: `text` is its words, `owner` and `due` as they were said, empty when not."""

    text: str
    owner: str
    due: str
    quote: str
    passage: Passage


@dataclass(frozen=True, kw_only=True)
class Decision:
    text: str
    objection: str
    passage: Passage


_LABELLED = re.compile(r"(?:action(?: item)?|todo|to do|next(?: week)?)\s*:\s*", re.IGNORECASE)
_OWNER = re.compile(r"\s*\b(?:owner|who|assignee|responsible)\s*:\s*([^.;|\n]+)[.;]?", re.I)
_DUE_LABEL = re.compile(r"\s*\b(?:due|deadline|until)\s*:\s*([^.;|\n]+)[.;]?", re.IGNORECASE)
_NOBODY = re.compile(r"not (?:decided|assigned|known)|open|tbd|nobody|none|-|–|\?", re.IGNORECASE)
_I_WILL = re.compile(
    r"(?:(?:yes|ok|okay|sure|good|no problem)[,.] )?"
    r"(?:I(?: will|[’']ll| can do| am going to| am starting)|will do|will [a-z]+|"
    r"starting on)\b(?! be\b| not\b| wait\b)",
    re.IGNORECASE,
)
_NAME = r"([^\W\d_][\w’'-]+(?: [^\W\d_][\w’'-]+)?)"
_X_WILL = re.compile(
    rf"^(?:And |Then |So )?{_NAME} (will|shall|takes|writes|is to|to|[a-z]+s) (?!be\b)"
)
# `@bo can you tell sales?`
_MENTIONED = re.compile(
    r"@([\w.-]*\w)\b[,:]? [^.?!]{0,20}\b(?:please|(?:can|could|will) you)\b", re.I
)
_SOMEBODY = re.compile(
    r"\b(?:some(?:one|body)(?: from \w+)?|we) (?:must|should|has to|have to|needs? to)\b", re.I
)
_IMPERATIVE = re.compile(
    r"^(?:please )?(?:send|write|check|call|ask|make|put|bring|prepare|update|review|find|fix|book"
    r"|talk|share|set|tell|give|draft|order|do|you (?!have|are|know|can|said|were|live)\w+|the \w+"
    r" (?:for|of) .*please)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^(?:(?:And|But|So|Then|Yes|OK|Okay|Well)[,.]? )+(?=\w)")
_REFERS_BACK = re.compile(
    r"\bthat is (?:decided|agreed|settled)\b|^(?:agreed|decided)\b", re.IGNORECASE
)
_PROPOSES = re.compile(
    r"\b(?:so|then) we\b|\bwe (?:could|should|would|will|ship|print|do|take|go|leave)\b", re.I
)
_LOOKED_BACK = 7
"""Passages before a decision among which what it settles is looked for."""
_LEANS = re.compile(
    r"\b(?:it|that|them|those|this(?! (?:week|month|quarter|year)))\b|\bfirst version\b", re.I
)


@lru_cache(maxsize=4)
def deeds(material: Material) -> tuple[Deed, ...]:
    """Every action that somebody took on, was told to do, or that nobody took."""
    found: list[Deed] = []
    for place, passage in enumerate(material.passages):
        if deed := _deed(material, place, passage):
            taken = _takes_up(found[-1] if found else None, deed, material, place)
            if taken:
                found[-1] = taken
            elif not _is_empty(deed):
                found.append(deed)
    return tuple(found)


def _deed(material: Material, place: int, passage: Passage) -> Deed | None:
    text = passage.text
    if passage.row:
        return None
    if (passage.is_item and "action" in signs(passage)) or _LABELLED.match(text):
        return _labelled(passage, _name_in(material, passage))
    told = _told(material, text)
    if text.endswith("?") and not (told and re.search("[,@]", text)):
        return None
    if passage.speaker and _I_WILL.match(text):
        return _plain(material, place, passage.speaker)
    if (found := _X_WILL.match(text)) and (owner := _doer(material, found, passage)):
        return _plain(material, place, owner)
    if told:
        return _plain(material, place, told)
    return _plain(material, place, "") if _SOMEBODY.search(text) else None


def _told(material: Material, text: str) -> str:
    """Whom a sentence tells to do something: `Idris, send everybody the numbers`."""
    if mentioned := _MENTIONED.search(text):
        return mentioned[1]
    found = re.match(rf"{_NAME}(,| please) ", text)
    if not found or not (name := _person(material, found[1])):
        return ""
    rest = text[found.end() :]
    return name if found[2] == " please" or _IMPERATIVE.match(rest) else ""


def _person(material: Material, name: str) -> str:
    parts = name.split()
    if not material.is_name(parts[0]):
        return ""
    return name if len(parts) > 1 and material.is_name(parts[1]) else parts[0]


def _doer(material: Material, found: re.Match[str], passage: Passage) -> str:
    """Who `will …`; of one who `does …`, only in an answer; of one `to …`, only a known person."""
    name = _person(material, found[1])
    if found[2] in ("will", "shall", "takes", "writes", "is to") or passage.source == ANSWER:
        return name
    return name if found[2] == "to" and name.split(" ")[0] in material.people else ""


def _name_in(material: Material, passage: Passage) -> str:
    found = _X_WILL.match(_LABELLED.sub("", passage.text))
    return _doer(material, found, passage) if found else ""


def _labelled(passage: Passage, named: str) -> Deed:
    text = _LABELLED.sub("", passage.text, count=1)
    owner, due = _OWNER.search(text), _DUE_LABEL.search(text)
    who = owner[1].strip() if owner else named
    day = due[1].strip() if due else _due(_OWNER.sub("", text))
    text = _DUE_LABEL.sub("", _OWNER.sub("", text)).strip().rstrip(".")
    if not owner and passage.speaker:
        who = who or passage.speaker
    return Deed(
        text=text,
        owner="" if _NOBODY.match(who) else who,
        due="" if _NOBODY.match(day) else day,
        quote=passage.text,
        passage=passage,
    )


def _plain(material: Material, place: int, owner: str) -> Deed:
    passage = material.passages[place]
    text = passage.text
    count = len(words(text))
    before = material.passages[place - 1] if place else None
    if before and before.turn == passage.turn and not before.text.endswith("?"):
        leans = _LEANS.search(text) and not re.search(r"\bthat we\b", text) and count <= _SHORT
        text = f"{before.text} {text}" if leans else text
    due = _due(passage.text)
    return Deed(text=_BEFORE.sub("", text), owner=owner, due=due, quote=text, passage=passage)


def _due(text: str) -> str:
    found = [match for match in DUE.finditer(text) if match[0] != match[1]] or list(
        DUE.finditer(text)
    )
    return found[-1][1] if found else ""


def _is_empty(deed: Deed) -> bool:
    """An assent such as “Will do.” says nothing without what it answers."""
    return len(words(deed.text)) < 3 and deed.quote == deed.passage.text


def _takes_up(last: Deed | None, deed: Deed, material: Material, place: int) -> Deed | None:
    """The deed before with its owner and date, when this one is somebody taking it on."""
    here = material.passages[place]
    if not last or last.passage.source != here.source or not here.speaker:
        return None
    goes_on = here.turn == last.passage.turn and not last.due and material.passages[place - 1]
    if goes_on == last.passage and last.owner == deed.owner:
        text = f"{last.text} {here.text}"
        return replace(last, text=text, quote=text, due=deed.due)
    begins = material.passages[place - 1].turn != here.turn
    is_next = begins and here.turn - last.passage.turn == 1
    if not is_next or last.owner not in ("", deed.owner) or last.passage.speaker == deed.owner:
        return None
    quote = f"{last.quote} {here.said}"
    return replace(last, owner=deed.owner, due=deed.due or last.due, quote=quote)


# --- decisions ---------------------------------------------------------------------


@lru_cache(maxsize=4)
def decisions(material: Material) -> tuple[Decision, ...]:
    """Everything that the material says was settled, each with who was against it."""
    passages = material.passages
    places = [place for place, passage in enumerate(passages) if _settles(passage)]
    return tuple(
        Decision(
            text=_in_full(passages, place),
            objection=_objection(passages, place),
            passage=passages[place],
        )
        for place in places
    )


def _settles(passage: Passage) -> bool:
    if passage.row or passage.text.endswith("?"):
        return False
    listed = passage.is_item and "decision" in signs(passage)
    return listed or is_settled(passage.text)


def _in_full(passages: Sequence[Passage], place: int) -> str:
    """The sentence that settles, with its neighbour when it is too short to stand alone."""
    here = passages[place]
    if len(words(here.text)) >= _SHORT or here.is_item:
        return here.text
    if _REFERS_BACK.search(here.text) and (proposed := _proposed(passages, place)):
        return f"{proposed} {here.text}"
    if place + 1 < len(passages):
        after = passages[place + 1]
        if after.turn == here.turn and not after.text.endswith("?"):
            return f"{here.text} {after.text}"
    before = passages[place - 1] if place else None
    return f"{before.text} {here.text}" if before and before.turn == here.turn else here.text


def _proposed(passages: Sequence[Passage], place: int) -> str:
    """What was proposed shortly before a decision that only says `that is decided`."""
    before = passages[max(0, place - _LOOKED_BACK) : place]
    found = (p for p in reversed(before) if p.source == passages[place].source)
    return next((p.text for p in found if _PROPOSES.search(p.text) and p.text[-1] != "?"), "")


def _objection(passages: Sequence[Passage], place: int) -> str:
    here = passages[place]
    near = passages[max(0, place - 2) : place + 6]
    return next((p.said for p in near if _is_against(p, here)), "")


def _is_against(passage: Passage, here: Passage) -> bool:
    other = passage.speaker != here.speaker or (passage.turn == here.turn and passage != here)
    return other and passage.source == here.source and objects(passage.text)


@lru_cache(maxsize=4)
def unsettled(material: Material) -> tuple[tuple[str, Passage], ...]:
    """Questions and gaps that the material names itself, in full, and where each stands."""
    return tuple(_unsettled(material))


def _unsettled(material: Material) -> Iterator[tuple[str, Passage]]:
    passages = material.passages
    for place, passage in enumerate(passages):
        if "question" not in signs(passage) or passage.row:
            continue
        text = passage.text
        if text.endswith("?"):
            if passage.speaker and _is_answered(passages, place):
                continue
        elif passage.speaker and len(words(text)) < _SHORT and is_open(text):
            before = passages[place - 1] if place else None
            if not before or before.turn != passage.turn:
                continue
            text = f"{before.text} {text}"
        if len(words(text)) > 2 and not _LABELLED.match(text):
            said = replace(passage, text=text).said
            by_heading = passage.heading and is_told_by_heading(passage, ("question",))
            yield f"{passage.heading}: {said}" if by_heading else said, passage


def _is_answered(passages: Sequence[Passage], place: int) -> bool:
    """Whether the one who asks goes on, or the next to speak neither asks nor does not know."""
    after = passages[place + 1] if place + 1 < len(passages) else None
    if after is None or after.source != passages[place].source:
        return False
    same = after.turn == passages[place].turn
    return same or not (after.text.endswith("?") or is_open(after.text))
