"""Which passages go where: by the words asked for, by what they show, by how central they are."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment
from adapters.understudy.outline import Kind
from adapters.understudy.passages import Passage
from adapters.understudy.ranking import ANSWER, Material, documents_of, material_of, query
from adapters.understudy.records import Record, records
from adapters.understudy.signs import signs
from adapters.understudy.words import flat, is_labelled_action, words
from bot.run.events import Document

_FRAGMENT = 5
"""Words below which a passage does not stand by itself."""
_SUMMARY_KINDS: tuple[Kind, ...] = ("decision", "risk", "figure", "done", "date")
_NEAR_BEST = 0.6
"""The part of the best score that a passage must reach to stand beside it."""
_SAME_PLACE = 0.08
_MOST_ROWS = 10
_HEARD = 0.2
"""How much of the best answer's words a passage must have to be an answer at all."""
_FOUND = 0.3
"""What a passage of the kind that is asked for has before its words count."""
_CHANGES = re.compile(
    r"\b(?:from \w+.{0,30} to|less|fewer|faster|than|instead|sav(?:e|es|ed)|free|by itself"
    r"|without|no longer|spent|half|twice)\b",
    re.IGNORECASE,
)
_GAINS = re.compile(r"\b(?:hours?|days?|weeks?|minutes|percent|euros|dollars)\b|[%€$]", re.I)
_FIRST_PERSON = re.compile(
    r"\b(?:I|I[’']d) (?:would|want|can|could|think|believe|wish)\b|\bwe keep\b"
)
# `Tom takes the leaflet, Idris changes the form`: two things.
_APART = re.compile(r",\s+(?:and\s+)?(?=[^\W\d_a-z]\w+ (?:will |is to |[a-z]+s )|I )")
_LEADS = re.compile(r"\b(?:lead|leads|leading|begin|start|open)s? with\b", re.IGNORECASE)
_REFERS = re.compile(r"^(?:see|cf\.?|as above|note that)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a task is worked from: the material, and what the team handed over for it."""

    material: Material
    records: tuple[Record, ...] = ()
    subject: Mapping[str, float] = field(default_factory=dict[str, float])
    item: Mapping[str, float] = field(default_factory=dict[str, float])
    favoured: frozenset[int] = frozenset()
    shunned: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()

    def passage(self, place: int) -> Passage:
        return self.material.passages[place]

    def whole(self, place: int) -> list[int]:
        """A row brings its table along, if that is short."""
        rows = self.material.table(place) if self.passage(place).row else [place]
        return rows if len(rows) <= _MOST_ROWS else [place]

    def best(
        self,
        wanted: Mapping[str, float],
        kinds: Sequence[Kind],
        count: int,
        used: Collection[int] = (),
        *,
        strict: bool = True,
        heading: str = "",
    ) -> list[int]:
        """Places of the passages that fit best, the best first, no two of them alike.

        Those far behind the best are left out, but for a list that wants all that there is. What
        stands under just this heading fits well, whatever its words.
        """
        asked = self.material.relevance({**wanted, **self.item}, used)
        about = self.material.relevance(self.subject, used)
        if heading:
            asked |= dict.fromkeys(self.material.under.get(flat(heading), ()), 1.0)
        if "summary" in kinds or not asked:
            asked = {p: max(asked.get(p, 0), about[p]) for p in about} | asked
        scores = {
            place: score
            for place in range(len(self.material.passages))
            if place not in used
            and (score := self._score(place, asked.get(place, 0), about.get(place, 0), kinds)) > 0
        }
        return self._varied(scores, count, used, strict=strict)

    def _varied(
        self, scores: Mapping[int, float], count: int, used: Collection[int], *, strict: bool
    ) -> list[int]:
        """The best, where what comes from the same place as one chosen counts a little less."""
        least = (_NEAR_BEST if strict else _NEAR_BEST / 3) * max(scores.values(), default=0)
        left = sorted(scores, key=lambda place: (-scores[place], place))[: 20 + 10 * count]
        same = _SAME_PLACE if strict else 3 * _SAME_PLACE
        chosen: list[int] = []
        taken: Counter[tuple[str, str]] = Counter()
        while left and len(chosen) < count:
            worth = {p: scores[p] - same * taken[_where(self.passage(p))] for p in left}
            place = max(left, key=lambda place: (worth[place], -place))
            if worth[place] < least:
                break
            left.remove(place)
            if not any(self.material.alike(place, other) for other in (*chosen, *used)):
                chosen.append(place)
                taken[_where(self.passage(place))] += 1
        return chosen

    def _score(self, place: int, relevance: float, about: float, kinds: Sequence[Kind]) -> float:
        passage = self.passage(place)
        shown = signs(passage)
        if place in self.shunned and not {"objection", "question", "limit", "risk"} & set(kinds):
            return 0
        if "claim" in kinds:
            fits = _is_claim(passage)
        elif "summary" in kinds:
            fits = True
        elif not kinds:
            fits = relevance >= _HEARD
        else:
            fits = bool(shown & set(kinds))
            relevance += _FOUND + 0.2 * len(shown & set(kinds))
        if not fits:
            return 0
        if "summary" in kinds:
            relevance += 0.12 * len(shown & set(_SUMMARY_KINDS))
        elif "claim" in kinds:
            relevance = relevance / 2 + 0.3 * bool(_CHANGES.search(passage.text))
            relevance += 0.25 * bool(_GAINS.search(passage.text))
        elif "figure" in kinds:
            relevance += 0.15 * bool(passage.row and relevance > _FOUND)
        elif "decision" in shown:
            relevance += 0.15
        score = relevance + 0.3 * about + 0.3 * self.material.central[place]
        score += 0.25 * (place in self.favoured)
        return score - _shyness(passage, kinds) - 0.9 * (place in self.material.openings)


def _where(passage: Passage) -> tuple[str, str]:
    return passage.source, passage.heading


def _is_claim(passage: Passage) -> bool:
    """Whether a passage says something that speaks for itself: a figure, and nothing against it."""
    shown = signs(passage)
    return "figure" in shown and not passage.row and not shown & {"risk", "question", "objection"}


def _shyness(passage: Passage, kinds: Collection[Kind]) -> float:
    """How little a passage says by itself, or how far it is from what is asked."""
    count, always, action, opinion = _traits(passage)
    shy = always
    if count < 2 * _FRAGMENT and "summary" in kinds:
        shy += 0.3
    if passage.text.endswith("?") and "question" not in kinds:
        shy += 0.6
    if passage.row and "figure" not in kinds:
        shy += 0.8
    if action and "action" not in kinds:
        shy += 1.0
    return shy + 0.5 * (opinion and not _PERSONAL & set(kinds))


@lru_cache(maxsize=32_768)
def _traits(passage: Passage) -> tuple[int, float, bool, bool]:
    """Its words, how little it says whatever is asked, and if it is an action or an opinion."""
    text, count = passage.text, len(words(passage.text))
    label = not passage.row and _is_label(text)
    always = 0.7 * (count < _FRAGMENT) + 0.5 * label + 0.5 * bool(_REFERS.search(text))
    opinion = bool(_FIRST_PERSON.search(text)) or "objection" in signs(passage)
    return count, always, is_labelled_action(text), opinion


# What a person says of themselves belongs where these are asked for.
_PERSONAL = frozenset({"objection", "risk", "limit", "action", "question", "done"})


def _is_label(text: str) -> bool:
    """A line about the document rather than its matter: `Version 1.4, 9 November 2026.`"""
    told = words(text)
    return ":" in text[:25] or (len(told) < 9 and not any(w[0].islower() for w in told[1:]))


def source_of(assignment: Assignment) -> Source:
    """The material of a task, read once for all tasks of a run that add nothing to it."""
    documents = documents_of(assignment.brief)
    answers = tuple(
        Document(name=ANSWER, source="", text=_APART.sub("\n- ", f"- {given.text}"))
        for given in assignment.material
        if given.tag == "input" and given.text.strip()
    )
    material = material_of(documents, answers)
    entries = tuple(
        record
        for given in assignment.material
        if given.tag == "result"
        for record in records(given)
    )
    return Source(
        material=material,
        records=entries,
        subject=query((_subject(assignment), 1.0)),
        item=query((_item_words(assignment), 1.0)),
        favoured=_standing_in(material, "\n".join(_kept(entries))),
        shunned=_standing_in(material, "\n".join(_contested(entries))),
        named=_standing_in(material, "\n".join((assignment.task, *_leads(assignment)))),
    )


def _subject(assignment: Assignment) -> str:
    """The first lines of the task and the brief's short inputs: what all of it is about."""
    short = [text for text in assignment.brief.inputs.values() if len(text) <= 300]
    return "\n".join((assignment.task.split("\n\n")[0], *short))


def asked_in(assignment: Assignment) -> str:
    """The one item of a fan-out that this task is for."""
    return "\n".join(given.text for given in assignment.material if given.tag == "item")


def _item_words(assignment: Assignment) -> str:
    item = asked_in(assignment)
    return f"{item} {frames.ASKED.get(item, '')}"


def is_contested(record: Record) -> bool:
    group = record.group.casefold()
    return "contested" in group or "must not" in group or "not be claimed" in group


def _leads(assignment: Assignment) -> list[str]:
    """Long texts that the task says to lead with."""
    return [given.text for given in assignment.material if _LEADS.search(given.label)]


def _kept(entries: Sequence[Record]) -> list[str]:
    return [t for r in entries if not is_contested(r) for t in r.fields.values()]


def _contested(entries: Sequence[Record]) -> list[str]:
    return [t for r in entries if is_contested(r) for t in r.fields.values()]


def _standing_in(material: Material, text: str) -> frozenset[int]:
    """The passages that a text quotes."""
    if not text:
        return frozenset()
    text = flat(text)
    return frozenset(
        place
        for place, passage in enumerate(material.passages)
        if len(passage.text) > 12 and flat(passage.text) in text
    )
