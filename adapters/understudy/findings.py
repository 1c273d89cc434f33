"""Who does what by when, what was settled and what stays open, as the material says it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from adapters.understudy import frames
from adapters.understudy.entries import Entry
from adapters.understudy.material import ANSWER, Material
from adapters.understudy.passages import Passage
from adapters.understudy.signs import DUE, by_words, is_told_by_heading, signs, words

_SHORT = 8
"""Words below which a sentence leans on the one beside it."""
_LOOKED_BACK = 7
"""Passages before a decision among which what it settles is looked for."""
_LABELLED = re.compile(r"(?:action(?: item)?|todo|to do|next(?: week)?)\s*:\s*", re.IGNORECASE)
_FIELD = re.compile(r"\s*\b(owner|who|assignee|due|deadline)\s*:\s*([^.;|\n]+)[.;]?", re.IGNORECASE)
_NOBODY = re.compile(r"not (?:decided|assigned|known)|open|tbd|nobody|none|-|–|\?", re.IGNORECASE)
_I_WILL = re.compile(
    r"(?:(?:yes|ok|okay|sure|good)[,.] )?(?:I(?: will|[’']ll| can do| am going to)|will [a-z]+"
    r"|starting on)\b(?! be\b| not\b| wait\b)",
    re.IGNORECASE,
)
_NAME = r"([^\W\d_][\w’'-]+(?: [^\W\d_][\w’'-]+)?)"
_X_WILL = re.compile(rf"^(?:And |So )?{_NAME} (will|shall|takes|writes|is to|to|[a-z]+s) (?!be\b)")
_TOLD = re.compile(rf"^{_NAME}(?:( please)|,) (.*)$", re.DOTALL)
_SOMEBODY = re.compile(
    r"\b(?:some(?:one|body)(?: from \w+)?|we) (?:must|should|has to|have to|needs? to)\b", re.I
)
_IMPERATIVE = re.compile(
    r"(?:please|send|write|check|call|ask|make|put|bring|prepare|update|review|find|fix|book|tell"
    r"|give|draft|order|do|you (?!have|are|know|can|said|were)\w+)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^(?:(?:And|But|So|Then|Yes|OK|Okay|Well)[,.]? )+(?=\w)")
_REFERS_BACK = re.compile(r"\bthat is (?:decided|agreed|settled)\b|^(?:agreed|decided)\b", re.I)
_PROPOSES = re.compile(r"\bso we\b|\bwe (?:could|should|would|will|ship|print|do|take|go)\b", re.I)
_LEANS = re.compile(r"\b(?:it|that|them|those|this(?! (?:week|month|year))|first version)\b", re.I)


@lru_cache(maxsize=4)
def actions(material: Material) -> tuple[Entry, ...]:
    """Every action that somebody took on, was told to do, or that nobody took."""
    found: list[Entry] = []
    last = -1
    for place, passage in enumerate(material.passages):
        if not (action := _action(material, place, passage)):
            continue
        taken = _taken_up(material, last, place, found[-1], action) if found else None
        if taken:
            found[-1], last = taken, place
        elif len(words(action.text)) > 2:
            # An assent such as “Will do.” says nothing without what it answers.
            found.append(action)
            last = place
    return tuple(found)


def _action(material: Material, place: int, passage: Passage) -> Entry | None:
    text = passage.text
    if passage.row:
        return None
    if (passage.is_item and "action" in signs(passage)) or _LABELLED.match(text):
        return _labelled(material, passage)
    told = _TOLD.match(text)
    owner = _person(material, told[1]) if told else ""
    if told and owner and (told[2] or _IMPERATIVE.match(told[3])):
        return _plain(material, place, owner)
    if text.endswith("?"):
        return None
    if passage.speaker and _I_WILL.match(text):
        return _plain(material, place, passage.speaker)
    if owner := _doer(material, text, passage):
        return _plain(material, place, owner)
    return _plain(material, place, "") if _SOMEBODY.search(text) else None


def _person(material: Material, name: str) -> str:
    first, *rest = name.split()
    if not material.is_name(first):
        return ""
    return name if rest and material.is_name(rest[0]) else first


def _doer(material: Material, text: str, passage: Passage) -> str:
    """Who `will …`; of one who `does …`, only in an answer; of one `to …`, only a known person."""
    if not (found := _X_WILL.match(text)):
        return ""
    name = _person(material, found[1])
    sure = found[2] in ("will", "shall", "takes", "writes", "is to") or passage.source == ANSWER
    return name if sure or (found[2] == "to" and name.split(" ")[0] in material.people) else ""


def _labelled(material: Material, passage: Passage) -> Entry:
    text = _LABELLED.sub("", passage.text, count=1)
    told = {key.casefold(): value.strip() for key, value in _FIELD.findall(text)}
    text = _FIELD.sub("", text).strip().rstrip(".")
    owner = told.get("owner") or told.get("who") or told.get("assignee")
    owner = owner or _doer(material, text, passage) or passage.speaker
    return _owed(
        text,
        passage,
        "" if _NOBODY.match(owner) else owner,
        "" if _NOBODY.match(due := told.get("due") or told.get("deadline") or _due(text)) else due,
    )


def _plain(material: Material, place: int, owner: str) -> Entry:
    passage = material.passages[place]
    text = passage.text
    before = material.passages[place - 1] if place else None
    if before and before.turn == passage.turn and len(words(text)) <= _SHORT:
        leans = _LEANS.search(text) and "that we" not in text and not before.text.endswith("?")
        text = f"{before.text} {text}" if leans else text
    return _owed(_BEFORE.sub("", text), passage, owner, _due(passage.text))


def _owed(text: str, passage: Passage, owner: str, due: str) -> Entry:
    more = {frames.OWNER: owner, frames.DUE: due, "quote": text}
    return Entry(text=text, source=passage.source, more=more, group="actions")


def _due(text: str) -> str:
    found = list(DUE.finditer(text))
    led = [match for match in found if match[0] != match[1]] or found
    return led[-1][1] if led else ""


def _taken_up(material: Material, last: int, place: int, asked: Entry, now: Entry) -> Entry | None:
    """The action before with its owner and date, when this one is somebody taking it on."""
    before, here = material.passages[last], material.passages[place]
    owner, due = now.more[frames.OWNER], now.more[frames.DUE]
    was = asked.more[frames.OWNER]
    if before.source != here.source or not here.speaker:
        return None
    if last == place - 1 and here.turn == before.turn and was == owner and not asked.more["due"]:
        text = f"{asked.text} {here.text}"
        return replace(asked, text=text, more={**now.more, "quote": text})
    answers = here.turn == before.turn + 1 and material.passages[place - 1].turn == before.turn
    if not answers or was not in ("", owner) or before.speaker == owner:
        return None
    quote = f"{asked.more['quote']} {here.said}"
    more = {frames.OWNER: owner, frames.DUE: due or asked.more[frames.DUE], "quote": quote}
    return replace(asked, more=more)


# --- decisions and questions -------------------------------------------------------


@lru_cache(maxsize=4)
def decisions(material: Material) -> tuple[Entry, ...]:
    """Everything that the material says was settled, each with who was against it."""
    passages = material.passages
    return tuple(
        Entry(
            text=(text := _in_full(passages, place)),
            source=passage.source,
            more={frames.OBJECTION: _objection(passages, place), "quote": text},
            group="decisions",
        )
        for place, passage in enumerate(passages)
        if not passage.row and not passage.text.endswith("?") and _settles(passage)
    )


def _settles(passage: Passage) -> bool:
    return "decision" in (signs(passage) if passage.is_item else by_words(passage.text))


def _in_full(passages: Sequence[Passage], place: int) -> str:
    """The sentence that settles, with its neighbour when it is too short to stand alone."""
    here = passages[place]
    if len(words(here.text)) >= _SHORT or here.is_item:
        return here.text
    back = passages[max(0, place - _LOOKED_BACK) : place] if _REFERS_BACK.search(here.text) else ()
    for before in reversed(back):
        if (
            before.source == here.source
            and _PROPOSES.search(before.text)
            and before.text[-1] != "?"
        ):
            return f"{before.text} {here.text}"
    if place + 1 < len(passages):
        after = passages[place + 1]
        if after.turn == here.turn and not after.text.endswith("?"):
            return f"{here.text} {after.text}"
    before = passages[place - 1] if place else None
    return f"{before.text} {here.text}" if before and before.turn == here.turn else here.text


def _objection(passages: Sequence[Passage], place: int) -> str:
    """What somebody else says against it right before or after."""
    here = passages[place]
    for near in passages[max(0, place - 2) : place + 6]:
        other = near.speaker != here.speaker or (near.turn == here.turn and near != here)
        if other and near.source == here.source and "objection" in by_words(near.text):
            return near.said
    return ""


@lru_cache(maxsize=4)
def questions(material: Material) -> tuple[Entry, ...]:
    """Questions and gaps that the material names itself, in full."""
    return tuple(_questions(material.passages))


def _questions(passages: Sequence[Passage]) -> Iterator[Entry]:
    for place, passage in enumerate(passages):
        text = passage.text
        if "question" not in signs(passage) or passage.row or _LABELLED.match(text):
            continue
        if text.endswith("?"):
            if passage.speaker and _is_answered(passages, place):
                continue
        elif passage.speaker and len(words(text)) < _SHORT and "question" in by_words(text):
            if not place or passages[place - 1].turn != passage.turn:
                continue
            text = f"{passages[place - 1].text} {text}"
        if len(words(text)) > 2:
            said = replace(passage, text=text).said
            if passage.heading and is_told_by_heading(passage, ("question",)):
                said = f"{passage.heading}: {said}"
            yield Entry(text=said, source=passage.source, more={"quote": passage.text})


def _is_answered(passages: Sequence[Passage], place: int) -> bool:
    """Whether the one who asks goes on, or the next to speak neither asks nor does not know."""
    after = passages[place + 1] if place + 1 < len(passages) else None
    if after is None or after.source != passages[place].source:
        return False
    return after.turn == passages[place].turn or "question" not in by_words(after.text)
