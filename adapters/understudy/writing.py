"""Texts put together out of quotations, section by section."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from adapters.understudy import frames
from adapters.understudy.assignment import (
    Assignment,
    Kind,
    Section,
    kinds,
    most_words,
    sections,
    title,
)
from adapters.understudy.entries import Entry, gap, markdown
from adapters.understudy.findings import actions, decisions, questions
from adapters.understudy.material import ANSWER, Source, is_contested, query
from adapters.understudy.signs import DATE, flat, is_told_by_heading, iso, signs, stems, words

# How many quotations a section holds at most; variants take turns.
_SIZES = (4, 2, 6)
_BY_WEIGHT = 3
"""The variant that puts the weightiest quotation first instead of keeping the documents' order."""
_MOST_HANDED_OVER = 16
_DEFAULT: tuple[Section, ...] = tuple(
    Section(label=label, kinds=kinds(label)) for label in frames.HEADINGS
)
_LEAST = 3
"""Entries from which a section that is too long may lose one."""
_ROWLIKE = 3
"""Semicolons of a text that is rows of a table rather than sentences."""
# Of which kinds a summary takes the first entry, when other steps hand them over.
_TELLING: tuple[Kind, ...] = ("decision", "risk", "done")
_SUMMED_UP = 2
# `The launch is on: 2027-02-02`
_DAY = re.compile(r"^([^\n:`*]{4,60}): (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
_MUST_DATE = re.compile(r"\bdate\b", re.IGNORECASE)
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
        headings = (passage.heading for passage in self.source.material.passages)
        name = title(self.assignment.task) or next(filter(None, headings), frames.SUMMARY)
        asked = sections(self.assignment.task)
        filled = self._filled(asked or _DEFAULT)
        if most := most_words(self.assignment.task):
            _shorten(filled, most)
        parts = [_markdown(*part) for part in filled if asked or part[1]]
        return "\n\n".join([f"# {name}", *(parts or [gap()])])

    def _filled(self, wanted: Iterable[Section]) -> list[tuple[Section, list[Entry]]]:
        # What belongs to one section alone is put there before others look for quotations.
        parts = [(s, self._anew(self._handed_over(s))[:_MOST_HANDED_OVER]) for s in wanted]
        faulty = [entry.text for entry in self.source.records if "fix" in entry.more]
        places = map(self.source.material.places.get, (*self.told, *map(flat, faulty)))
        self.used.update(place for place in places if place is not None)
        return [(section, entries or self._found(section)) for section, entries in parts]

    def _anew(self, entries: Iterable[Entry]) -> list[Entry]:
        """Entries that were not told yet, with the table's row that they are; now they are told."""
        found: list[Entry] = []
        for entry in entries:
            if flat(entry.text) not in self.told:
                self.told.add(flat(entry.text))
                place = self.source.material.places.get(flat(entry.text))
                row = () if place is None else self.source.passage(place).row
                found.append(replace(entry, row=entry.row or row))
        return found

    # --- what belongs to a section ----------------------------------------------------

    def _handed_over(self, section: Section) -> Iterator[Entry]:
        """Entries of other steps' results, else what the material says for certain."""
        material = self.source.material
        if {"sources", "summary"} & set(section.kinds):
            return
        found = [entry for entry in self.source.records if self._belongs(entry, section)]
        taken_on = list(actions(material)) if "action" in section.kinds else []
        answers = [action for action in taken_on if action.source == ANSWER]
        due = [action for action in taken_on if action.source != ANSWER]
        due = [self._answered(e, answers) for e in found if frames.OWNER in e.more] or due
        due += answers
        if section.form == "table":
            due = sorted(map(_as_row, due), key=lambda e: iso(e.more[frames.DUE], "9999") or "9999")
        yield from due
        yield from (_told(e, section) for e in found if e.text not in {d.text for d in due})
        if not found and "decision" in section.kinds:
            yield from decisions(material)
        if not found and "question" in section.kinds:
            yield from questions(material)
        if "question" in section.kinds and _OWNERLESS.search(section.about):
            for entry in self.source.records:
                if "action" in kinds(entry.group) and not entry.more.get(frames.OWNER, "?"):
                    yield replace(entry, more={frames.OWNER: frames.OPEN})

    def _answered(self, entry: Entry, answers: list[Entry]) -> Entry:
        """An action with the owner that somebody gave it when asked at a gate."""
        for answer in [] if entry.more[frames.OWNER] else answers:
            if set(stems(answer.text)) & set(stems(entry.text)):
                answers.remove(answer)
                return replace(entry, more={**entry.more, **answer.more})
        return entry

    def _belongs(self, entry: Entry, section: Section) -> bool:
        """Whether an entry goes under a heading: by its list's name or a word in its fields."""
        label = {word.casefold() for word in words(section.label)}
        if any(value.casefold() in label for value in entry.more.values()):
            return True
        if answer := entry.more.get(section.label.casefold()):
            return answer.count("; ") < _ROWLIKE
        if is_contested(entry):
            return "objection" in section.kinds
        if not section.kinds and entry.group.casefold() in flat(section.about).split():
            place = self.source.material.places.get(flat(entry.text))
            return place is None or not signs(self.source.passage(place)) & _AGAINST
        return bool(set(kinds(entry.group)) & set(section.kinds))

    # --- what is looked for -------------------------------------------------------------

    def _found(self, section: Section) -> list[Entry]:
        if "sources" in section.kinds:
            return list(self._sources())
        if "summary" in section.kinds and (telling := self._telling(section)):
            return telling
        size = _SIZES[(self.assignment.variant - 1) % len(_SIZES)]
        size = min(size, 3) if section.form == "paragraph" else size
        first = self.source.named - self.used if self._is_first(section) else ()
        fixed = dict.fromkeys((*sorted(first), *self._dated(section)))
        best = self.source.best(
            query((section.label, 1.0), (section.about, 0.6)),
            section.kinds,
            size,
            self.used,
            strict="summary" not in section.kinds,
            heading=section.label,
        )
        best = [place for place in best if place not in fixed][: max(1, size - len(fixed))]
        if section.form != "paragraph":
            best = self.source.with_tables(best, 4 * size)
        if section.form == "list" and self.assignment.variant != _BY_WEIGHT:
            best.sort()
        places = list(dict.fromkeys((*first, *best, *fixed)))
        self.used.update(places)
        return [self._quoted(place, section) for place in places]

    def _is_first(self, section: Section) -> bool:
        return section in sections(self.assignment.task)[:1]

    def _dated(self, section: Section) -> list[int]:
        """Where the material says the date that the task names, for a section that must say it."""
        day = _DAY.search(self.assignment.task)
        if not day or not _MUST_DATE.search(section.about):
            return []
        relevance = self.source.material.relevance(query((day[1], 1.0)))
        there = {
            place: relevance.get(place, 0)
            for place, passage in enumerate(self.source.material.passages)
            for found in DATE.finditer(passage.text)
            if iso(found[0], self.assignment.brief.today) == day[2]
        }
        return sorted(there, key=lambda place: (-there[place], place))[:1]

    def _telling(self, section: Section) -> list[Entry]:
        """For a summary: of each kind handed over the first, of a meeting its decisions."""
        records = self.source.records
        weights = {entry.text: entry.more.get("weight", "") for entry in records}
        if any(weights.values()):
            counts = [list(weights.values()).count(w) for w in ("must", "should", "could")]
            first = [e for e in records if weights[e.text] == "must"][:_SUMMED_UP]
            said = frames.COUNTED.format(sum(counts), *counts)
            return [Entry(text=said), *(replace(e, text=f"“{e.text}”") for e in first)]
        if not records:
            passages = self.source.material.passages
            spoken = 2 * sum(bool(p.speaker) for p in passages) > len(passages)
            return list(decisions(self.source.material)[:_SUMMED_UP]) if spoken else []
        told = [kind for kind in _TELLING if kind in kinds(section.about)] or _TELLING
        most = _SUMMED_UP if len(told) == 1 else 1
        return [
            entry
            for kind in told
            for entry in [e for e in records if kind in kinds(e.group)][:most]
        ]

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


def _markdown(section: Section, entries: list[Entry]) -> str:
    body = markdown(entries, section.form) if entries else gap(section.about)
    return f"## {section.label}\n\n{body}"


def _shorten(parts: list[tuple[Section, list[Entry]]], most: int) -> None:
    """Leave out the last entries of the longest sections until the words are few enough."""
    lists = [entries for section, entries in parts if section.form != "table"]
    while sum(len(words(_markdown(*part))) for part in parts) > most:
        longest = max(lists, key=len, default=[])
        if len(longest) < _LEAST:
            return
        del longest[-1]


def _as_row(action: Entry) -> Entry:
    """Who does what by when, as a table's row."""
    owed = ((key.capitalize(), action.more.get(key) or frames.OPEN) for key in frames.OWED)
    return replace(action, row=((frames.ACTION.capitalize(), action.text), *owed))


def _told(entry: Entry, section: Section) -> Entry:
    """An entry of another step's result as it stands under a heading."""
    if fix := entry.more.get("fix"):
        text = f"“{entry.text}” {entry.more.get('problem', '')} {fix}"
        return Entry(text=text, source=entry.source)
    answer = entry.more.get(section.label.casefold())
    return Entry(text=answer) if answer else entry
