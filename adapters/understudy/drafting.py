"""Texts put together out of quotations, section by section."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment
from adapters.understudy.choosing import Source, is_contested
from adapters.understudy.deeds import Deed, decisions, deeds, unsettled
from adapters.understudy.layout import Entry, Part, gap
from adapters.understudy.outline import Kind, Section, kinds, most_words, sections, title
from adapters.understudy.ranking import ANSWER, query
from adapters.understudy.records import Record
from adapters.understudy.signs import DATE, is_told_by_heading, iso, signs
from adapters.understudy.words import COMMON, flat, stems, words

# How many quotations a section holds at most; variants take turns.
_SIZES = (4, 2, 6)
_BY_WEIGHT = 3
"""The variant that puts the weightiest quotation first instead of keeping the documents' order."""
_MOST_HANDED_OVER = 16
_DEFAULT: tuple[tuple[str, Kind], ...] = (
    (frames.SUMMARY, "summary"),
    (frames.FACTS, ""),
    (frames.DATES, "date"),
    (frames.DECISIONS, "decision"),
    (frames.ACTIONS, "action"),
    (frames.QUESTIONS, "question"),
    (frames.RISKS, "risk"),
)
_LEAST = 3
"""Entries from which a section that is too long may lose one."""
_ROWLIKE = 3
"""Semicolons of a text that is rows of a table rather than sentences."""
# Of which kinds a summary takes the first entry, when other steps hand them over.
_TELLING: tuple[Kind, ...] = ("decision", "risk", "done")
# `The launch is on: 2027-02-02`
_DAY = re.compile(r"^([^\n:`*]{4,60}): (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
_MUST_DATE = re.compile(r"\bdate\b", re.IGNORECASE)
_SUMMED_UP = 2
_OWNERLESS = re.compile(r"without an? owner|nobody|unowned", re.IGNORECASE)
_AGAINST = frozenset({"risk", "limit", "objection"})


@dataclass
class Writer:
    """Fills the sections of one text; no passage is used in two of them."""

    assignment: Assignment
    source: Source
    used: set[int] = field(default_factory=set[int])
    told: set[str] = field(default_factory=set[str])

    def write(self) -> str:
        name = title(self.assignment.task) or self._named()
        parts = self._parts()
        if most := most_words(self.assignment.task):
            _shorten(parts, most)
        body = [part.markdown() for part in parts] or [gap("")]
        return "\n\n".join([f"# {name}", *body])

    def _named(self) -> str:
        headings = (passage.heading for passage in self.source.material.passages)
        return next(filter(None, headings), frames.SUMMARY)

    def _parts(self) -> list[Part]:
        asked = sections(self.assignment.task)
        wanted = asked or [
            Section(label=label, kinds=(kind,) if kind else ()) for label, kind in _DEFAULT
        ]
        parts = [Part(label=section.label, form=section.form) for section in wanted]
        # What belongs to one section alone is put there before others look for quotations.
        for section, part in zip(wanted, parts, strict=True):
            part.entries = self._anew(self._handed_over(section))[:_MOST_HANDED_OVER]
            part.about = section.about
            if "question" in section.kinds and _OWNERLESS.search(section.about):
                part.entries += self._ownerless()
        self._set_aside()
        for section, part in zip(wanted, parts, strict=True):
            part.entries = part.entries or self._found(section)
        return parts if asked else [part for part in parts if part.entries]

    def _anew(self, entries: Iterator[Entry]) -> list[Entry]:
        """Entries that were not told yet; from now on they are."""
        found: list[Entry] = []
        for entry in entries:
            if flat(entry.text) not in self.told:
                self.told.add(flat(entry.text))
                found.append(entry)
        return found

    def _set_aside(self) -> None:
        """Passages that stand in the text already, or that a reader found fault with."""
        faulty = [record.main for record in self.source.records if "fix" in record.fields]
        for text in (*self.told, *map(flat, faulty)):
            if (place := self.source.material.places.get(_unsaid(text))) is not None:
                self.used.add(place)

    # --- what belongs to a section ----------------------------------------------------

    def _handed_over(self, section: Section) -> Iterator[Entry]:
        """Entries of other steps' results, else what the material says for certain."""
        if "sources" in section.kinds or "summary" in section.kinds:
            return
        answers = self._answers() if "action" in section.kinds else []
        found = [record for record in self.source.records if self._belongs(record, section)]
        yield from (_entry(record, section, answers) for record in found)
        yield from (_deed(deed) for deed in answers)
        if not found:
            yield from self._certain(section)

    def _ownerless(self) -> list[Entry]:
        """Actions that nobody took on, told again where that is asked for."""
        records = [r for r in self.source.records if "action" in kinds(r.group)]
        return [
            Entry(text=record.main, source=record.source, more=((frames.OWNER, frames.OPEN),))
            for record in records
            if frames.OWNER in record.fields and not record.more.get(frames.OWNER)
        ]

    def _belongs(self, record: Record, section: Section) -> bool:
        """Whether an entry goes under a heading: by its list's name or a word in its fields."""
        label = {word.casefold() for word in words(section.label)}
        if any(value.casefold() in label for value in record.more.values()):
            return True
        if answer := record.fields.get(section.label.casefold()):
            return answer.count("; ") < _ROWLIKE
        if is_contested(record):
            return "objection" in section.kinds
        group = record.group.casefold()
        if (
            not section.kinds
            and group in {word.casefold() for word in words(section.about)} - COMMON
        ):
            return not self._speaks_against(record)
        return bool(set(kinds(record.group)) & set(section.kinds))

    def _speaks_against(self, record: Record) -> bool:
        place = self.source.material.places.get(flat(record.main))
        return place is not None and bool(signs(self.source.passage(place)) & _AGAINST)

    def _answers(self) -> list[Deed]:
        """What people took on or gave out when they were asked at a gate."""
        return [deed for deed in deeds(self.source.material) if deed.passage.source == ANSWER]

    def _certain(self, section: Section) -> Iterator[Entry]:
        """Actions, decisions and open questions, which are told by more than their words."""
        material = self.source.material
        if "action" in section.kinds:
            yield from (_deed(deed) for deed in deeds(material) if deed.passage.source != ANSWER)
        if "decision" in section.kinds:
            for decision in decisions(material):
                more = ((frames.OBJECTION, decision.objection),) if decision.objection else ()
                yield Entry(text=decision.text, source=decision.passage.source, more=more)
        if "question" in section.kinds:
            for text, passage in unsettled(material):
                yield Entry(text=text, source=passage.source)

    # --- what is looked for -------------------------------------------------------------

    def _found(self, section: Section) -> list[Entry]:
        if "sources" in section.kinds:
            return list(self._sources())
        if "summary" in section.kinds and (telling := self._telling(section)):
            return telling
        size = _SIZES[(self.assignment.variant - 1) % len(_SIZES)]
        size = min(size, 3) if section.form == "paragraph" else size
        wanted = query((section.label, 1.0), (section.about, 0.6))
        best = self.source.best(
            wanted,
            section.kinds,
            size,
            self.used,
            strict="summary" not in section.kinds,
            heading=section.label,
        )
        first = [place for place in self._named_first(section) if place not in self.used]
        last = [place for place in self._dated(section) if place not in first]
        middle = [place for place in best if place not in {*first, *last}]
        places = [*first, *middle[: max(1, size - len(first) - len(last))], *last]
        if section.form != "paragraph":
            places = list(dict.fromkeys(row for p in places for row in self.source.whole(p)))
        if self._is_in_order(section):
            places.sort()
        self.used.update(places)
        return [self._quoted(place, section) for place in places]

    def _is_in_order(self, section: Section) -> bool:
        """Whether quotations keep the documents' order, rather than the weightiest first."""
        if section.form == "paragraph":
            return "summary" in section.kinds
        return self.assignment.variant != _BY_WEIGHT

    def _named_first(self, section: Section) -> list[int]:
        """What the task itself quotes, such as the angle to lead with, opens the first section."""
        asked = sections(self.assignment.task)
        return sorted(self.source.named) if asked and section == asked[0] else []

    def _dated(self, section: Section) -> list[int]:
        """Where the material says the date that the task names, for a section that must say it."""
        day = _DAY.search(self.assignment.task)
        if not day or not _MUST_DATE.search(section.about):
            return []
        passages = self.source.material.passages
        relevance = self.source.material.relevance(query((day[1], 1.0)))
        there = [
            place
            for place, passage in enumerate(passages)
            for found in DATE.finditer(passage.text)
            if iso(found[0], self.assignment.brief.today) == day[2]
        ]
        return sorted(set(there), key=lambda place: (-relevance.get(place, 0), place))[:1]

    def _telling(self, section: Section) -> list[Entry]:
        """For a summary: of each kind handed over the first, of a meeting its decisions."""
        weights = [record.fields.get("weight", "") for record in self.source.records]
        if any(weights):
            first = [r for r in self.source.records if r.fields.get("weight") == "must"]
            counts = [len(set(texts)) for texts in self._weighed()]
            said = frames.COUNTED.format(sum(counts), *counts)
            return [Entry(text=said), *(_quotation(record) for record in first[:2])]
        if not self.source.records:
            passages = self.source.material.passages
            spoken = 2 * sum(bool(p.speaker) for p in passages) > len(passages)
            found = decisions(self.source.material)[:_SUMMED_UP] if spoken else ()
            return [Entry(text=d.text, source=d.passage.source) for d in found]
        told = kinds(section.about)
        wanted: Sequence[Kind] = [kind for kind in _TELLING if kind in told] or _TELLING
        return [
            Entry(text=record.main, source=record.source)
            for kind in wanted
            for record in self._first(kind, 2 if len(wanted) == 1 else 1)
        ]

    def _first(self, kind: Kind, most: int) -> list[Record]:
        """The first decisions; of other kinds those that say most."""
        found = [record for record in self.source.records if kind in kinds(record.group)]
        if kind != "decision":
            found.sort(key=lambda record: -len(words(record.main)))
        return found[:most]

    def _weighed(self) -> Iterator[list[str]]:
        for weight in ("must", "should", "could"):
            yield [r.main for r in self.source.records if r.fields.get("weight") == weight]

    def _sources(self) -> Iterator[Entry]:
        """Each document with its first words, which mostly say what it is and of when."""
        seen: set[str] = set()
        for passage in self.source.material.passages:
            if passage.source not in seen:
                seen.add(passage.source)
                yield Entry(text="" if passage.row else passage.text, source=passage.source)

    def _quoted(self, place: int, section: Section) -> Entry:
        passage = self.source.passage(place)
        by_heading = passage.heading and is_told_by_heading(passage, section.kinds)
        text = f"{passage.heading}: {passage.said}" if by_heading else passage.said
        return Entry(text=text, source=passage.source, row=passage.row)


def _shorten(parts: Sequence[Part], most: int) -> None:
    """Leave out the last entries of the longest sections until the words are few enough."""
    lists = [part for part in parts if part.form != "table"]
    while sum(part.words for part in parts) > most:
        longest = max(lists, key=lambda part: len(part.entries), default=None)
        if not longest or len(longest.entries) < _LEAST:
            return
        del longest.entries[-1]


def _unsaid(text: str) -> str:
    """The words of a quotation without who said them."""
    return text.partition(": “")[2].removesuffix("”") or text


def _entry(record: Record, section: Section, answers: list[Deed]) -> Entry:
    if "fix" in record.fields:
        return _finding(record)
    if text := record.fields.get(section.label.casefold()):
        return Entry(text=text)
    more = dict(record.more)
    if frames.OWNER in record.fields:
        for deed in [] if more.get(frames.OWNER) else answers:
            if set(stems(deed.text)) & set(stems(record.main)):
                more |= {frames.OWNER: deed.owner, frames.DUE: deed.due}
                answers.remove(deed)
                break
        more.setdefault(frames.OWNER, "")
    return Entry(text=record.main, source=record.source, more=tuple(more.items()))


def _finding(record: Record) -> Entry:
    text = f"“{record.main}” {record.fields.get('problem', '')} {record.fields['fix']}"
    return Entry(text=text, source=record.source)


def _quotation(record: Record) -> Entry:
    return Entry(text=f"“{record.main}”", source=record.source)


def _deed(deed: Deed) -> Entry:
    more = ((frames.OWNER, deed.owner), (frames.DUE, deed.due))
    return Entry(text=deed.text, source=deed.passage.source, more=more)
