"""Shapes filled out of the material: each field by its name and type, empty where nothing fits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

from pydantic import JsonValue

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment
from adapters.understudy.choosing import Source, asked_in
from adapters.understudy.entries import (
    DUE,
    OWNER,
    PROBLEM,
    QUOTE,
    SPECIAL,
    WHO,
    Found,
    Schema,
    part,
    plain,
    remarked,
)
from adapters.understudy.options import by_evidence, certainty
from adapters.understudy.outline import Kind, fields, how_many, kinds, title
from adapters.understudy.passages import Passage
from adapters.understudy.ranking import query
from adapters.understudy.remarks import remarks
from adapters.understudy.signs import DATE, FIGURE, WHEN, iso, signs
from adapters.understudy.words import words

_MOST = 8
_ANSWER = 2
"""Passages that a text field holds."""
_ENOUGH_ROWS = 3
_MEASURED = re.compile(r"\b(?:measured?|results?|figures?|numbers?)\b", re.IGNORECASE)

_LONG = re.compile(r"answer|summary|overview|description|background|context|abstract|text|body")


@dataclass
class Filler:
    """Fills one shape; a list's passages are not used again in the next list."""

    assignment: Assignment
    source: Source
    used: set[int] = field(default_factory=set[int])
    evidence: list[Passage] = field(default_factory=list[Passage])

    def fill(self, shape: Schema) -> JsonValue:
        return self._value("result", shape, self.assignment.task)

    # --- by type ---------------------------------------------------------------------

    def _value(self, name: str, shape: Schema, about: str) -> JsonValue:
        match shape:
            case {"anyOf": [dict() as inner, *_]}:
                return self._optional(name, cast("Schema", inner), about)
            case {"type": "object", "properties": dict() as parts}:
                told = fields(self.assignment.task)
                # Lists of quotations first: what they hold says how sure a text or option is.
                names = sorted(parts, key=lambda part: _type(parts[part]) != "array")
                filled = {
                    part: self._value(part, cast("Schema", parts[part]), told.get(part, ""))
                    for part in names
                }
                return {part: filled[part] for part in parts}
            case {"type": "array", "items": dict() as item}:
                return self._list(name, cast("Schema", item), about or self._told())
            case {"enum": [*options]}:
                return self._option(name, [str(option) for option in options])
            case {"type": "boolean"}:
                return bool(self.source.best(query((name, 1.0)), (), 1))
            case {"type": "number" | "integer"}:
                return self._number(name, shape) or 0
            case {"format": "date"}:
                return self._date(name) or self.assignment.brief.today
            case _:
                return self._text(name, about)

    def _optional(self, name: str, inner: Schema, about: str) -> JsonValue:
        if inner.get("format") == "date":
            return self._date(name)
        if inner.get("type") in ("number", "integer"):
            return self._number(name, inner)
        value = self._value(name, inner, about)
        return None if value in ("", frames.NOT_THERE_FIELD) else value

    def _told(self) -> str:
        """The task, where a field stands alone in it without words of its own."""
        return "" if fields(self.assignment.task) else self.assignment.task

    def _text(self, name: str, about: str) -> str:
        if re.search(r"title|headline|name|subject", name):
            return title(self.assignment.task) or self._said(name, about, 1)
        if name == "question":
            return self._question() or frames.NOT_THERE_FIELD
        if OWNER.search(name) or DUE.search(name) or WHO.search(name):
            places = self.source.best(query((name, 1.0), (about, 0.5)), ("date",), 1)
            found = WHEN.search(self.source.passage(places[0]).text) if places else None
            return found[0] if found and DUE.search(name) else ""
        return self._said(name, about, _ANSWER if _LONG.search(name) else 1)

    def _said(self, name: str, about: str, count: int) -> str:
        told = [passage for passage in self.evidence if not passage.row] or self.evidence
        chosen = told[:count] or [
            self.source.passage(place)
            for place in self.source.best(
                query((name, 1.0), (about, 0.4)), self._wanted(name, ""), count
            )
        ]
        return " ".join(f"{p.said} [{p.source}]" for p in chosen) or frames.NOT_THERE_FIELD

    def _date(self, name: str) -> str | None:
        """The date that stands nearest to the field's words, if one stands near at all."""
        wanted = set(query((re.sub(r"_?(?:date|day|on)$", "", name).replace("_", " "), 1.0)))
        found: list[tuple[int, int, str]] = []
        for place, passage in enumerate(self.source.material.passages):
            if not wanted <= self.source.material.stems[place]:
                continue
            for match in DATE.finditer(passage.text):
                when = iso(match[0], self.assignment.brief.today)
                if when and "question" not in signs(passage):
                    found.append((_distance(passage.text, match.start(), wanted), place, when))
        nearest = min(found, default=None)
        return nearest[2] if nearest and nearest[0] <= 3 else None

    def _number(self, name: str, shape: Schema) -> float | int | None:
        asked = query((name.replace("_", " "), 1.0))
        for place in self.source.best(asked, ("figure",), _ENOUGH_ROWS):
            if not asked.keys() & self.source.material.stems[place]:
                continue
            for match in FIGURE.finditer(DATE.sub("", self.source.passage(place).text)):
                digits = re.sub(r"[^\d.-]", "", re.sub(r",(?=\d{3})", "", match[0])).strip(".")
                if digits and (shape.get("type") == "number" or "." not in digits):
                    return float(digits) if "." in digits else int(digits)
        return None

    def _option(self, name: str, options: Sequence[str]) -> str:
        if re.search(r"confiden|certain|sure", name):
            return options[min(certainty(self.evidence), len(options) - 1)]
        text = " ".join(p.text for p in self.evidence) or self.source.material.text
        return by_evidence(options, text, 1)

    # --- lists -----------------------------------------------------------------------

    def _list(self, name: str, item: Schema, about: str) -> list[JsonValue]:
        most = (how_many(about) or (0, _MOST))[1]
        match item:
            case {"type": "object", "properties": dict() as parts}:
                found = self._entries(name, about, cast("Mapping[str, Schema]", parts), most)
                if any(QUOTE.search(part) for part in parts):
                    self.evidence = [entry.passage for entry in found]
                return [
                    {p: part(p, cast("Schema", s), entry, parts) for p, s in parts.items()}
                    for entry in found
                ]
            case {"type": "string"} if name == "questions" and not re.search(r"open|asked", about):
                return list(islice(self._questions(), most))
            case {"type": "string"}:
                entries = self._entries(name, about, {}, most)
                return [f"{entry.text} [{entry.passage.source}]" for entry in entries]
            case _:
                return []

    def _entries(
        self, name: str, about: str, parts: Mapping[str, Schema], most: int
    ) -> list[Found]:
        material = self.source.material
        if any(PROBLEM.search(p) for p in parts) and any(QUOTE.search(p) for p in parts):
            return [remarked(remark) for remark in remarks(material, self.assignment.role)][:most]
        wanted = self._wanted(name, about)
        if special := SPECIAL.get(next(iter(wanted), "")):
            return special(self.source)[:most]
        places = self._places(name, about, wanted, most)
        self.used.update(places)
        return [plain(self.source.passage(place)) for place in sorted(places)]

    def _wanted(self, name: str, about: str) -> Sequence[Kind]:
        """What a list holds: by its name, by the question that the task is for, by its words."""
        item = asked_in(self.assignment)
        named = kinds(name) or (kinds(item)[:1] if item in frames.ASKED else ())
        if not named and not QUOTE.search(name):
            named = kinds("", about)
        return named or (("summary", "figure") if _MEASURED.search(about) else ("summary",))

    def _places(self, name: str, about: str, wanted: Sequence[Kind], most: int) -> list[int]:
        longest = re.search(r"at most (\d+) words", self.assignment.task)
        limit = int(longest[1]) if longest else 0
        asked = query((name, 0.5), (about, 0.5))
        count = most * 4 if limit else most
        chosen = self.source.best(
            asked, wanted, count, self.used, strict=bool(QUOTE.search(name)), heading=name
        )
        rows = [place for place in chosen if self.source.passage(place).row]
        if wanted[0] == "figure" and len(rows) >= _ENOUGH_ROWS:
            # Measures are told by a table; sentences with a number in them are not.
            chosen = self.source.material.table(rows[0])
        if limit:
            passages = self.source.material.passages
            chosen = [place for place in chosen if len(words(passages[place].text)) <= limit]
        else:
            chosen = self._with_tables(chosen, most)
        return chosen[:most]

    def _with_tables(self, places: Sequence[int], most: int) -> list[int]:
        """A row brings its table along where there is room for all of it."""
        found: dict[int, None] = {}
        for place in places:
            table = self.source.whole(place)
            room = len(found.keys() | table) <= most
            found |= dict.fromkeys(table if room else [place])
        return list(found)

    def _question(self) -> str:
        """The question that the task is for, or that the director asks."""
        asked = [asked_in(self.assignment), self.assignment.brief.inputs.get("question", "")]
        found = (re.search(r"[^.\n:?]*\?", text) for text in (*asked, self.assignment.task))
        return next((" ".join(match[0].split()) for match in found if match), "")

    def _questions(self) -> list[str]:
        """The question itself, and those that the material has something to say on."""
        asked = [self._question()] if self._question() else []
        return asked + [
            frame
            for frame, answers in frames.ASKED.items()
            if self.source.best(query((answers, 1.0)), kinds(frame)[:1], 1)
        ]


def _type(shape: JsonValue) -> JsonValue:
    return shape.get("type") if isinstance(shape, dict) else None


def _distance(text: str, at: int, wanted: set[str]) -> int:
    """Words between a place in a text and the nearest of the stems wanted."""
    before, after = words(text[:at]), words(text[at:])
    near = [n for n, w in enumerate(reversed(before)) if query((w, 1.0)).keys() & wanted]
    near += [n for n, w in enumerate(after) if query((w, 1.0)).keys() & wanted]
    return min(near, default=99)
