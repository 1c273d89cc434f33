"""Shapes filled out of the material: each field by its name and type, empty where nothing fits."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from pydantic import JsonValue

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment, Kind, fields, how_many, kinds, title
from adapters.understudy.entries import Entry
from adapters.understudy.findings import actions, decisions, questions
from adapters.understudy.material import Source, query
from adapters.understudy.remarks import remarks
from adapters.understudy.signs import DATE, by_words, iso, numbers, signs, stems, words

Schema: TypeAlias = Mapping[str, JsonValue]

_MOST = 8
_ANSWER = 2
"""Passages that a text field holds."""
_ENOUGH_ROWS = 3
_LONG = re.compile(r"answer|summary|overview|description|background|context|text|body")
_QUOTE = re.compile(r"quote|passage|excerpt|evidence|words$|verbatim")
_BEFORE = re.compile(r"\blast report\b")
_PROBLEM = re.compile(r"problem|issue|concern|finding|comment|weakness")
# Fields by their names, and what of an entry they hold.
_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("source", re.compile(r"source|document|file$|where$|from$")),
    ("quote", _QUOTE),
    (frames.OBJECTION, re.compile(r"objection|against|dissent|counter")),
    (frames.DUE, re.compile(r"due|deadline|by_when|until|when$|date|day$")),
    (frames.OWNER, re.compile(r"owner|assignee|responsible")),
    ("who", re.compile(r"who$|person|by$|people|author|speaker|name$")),
    ("fix", re.compile(r"fix|suggest|improve|change|instead|recommend")),
)
# Words for more and less, the most first.
_SCALES = (
    ("must", "should", "could"),
    ("critical", "major", "minor"),
    ("high", "medium", "low"),
    ("red", "amber", "green"),
)
# Options by their names, and words that show them.
_SHOWN = (
    (r"^(?:solved|done|closed|fixed|finished)$", r"\b(?:found it|released|fixed|solved|closed)\b"),
    (r"risk|late|delayed|blocked", r"\b(?:at risk|slips?|late|blocked|waiting)\b"),
)
_UNKNOWN = re.compile(r"unknown|unclear|not (?:stated|known|said)|none|other|neutral|open", re.I)


@dataclass
class Filler:
    """Fills one shape; a list's passages are not used again in the next list."""

    assignment: Assignment
    source: Source
    used: set[int] = field(default_factory=set[int])
    evidence: Sequence[Entry] = ()

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
                shapes = cast("Mapping[str, Schema]", parts)
                names = sorted(shapes, key=lambda part: shapes[part].get("type") != "array")
                filled = {p: self._value(p, shapes[p], told.get(p, "")) for p in names}
                return {part: filled[part] for part in shapes}
            case {"type": "array", "items": dict() as item}:
                # A field that stands alone is told by the task itself.
                told = about or ("" if fields(self.assignment.task) else self.assignment.task)
                return list(self._list(name, cast("Schema", item), told))
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

    def _text(self, name: str, about: str) -> str:
        if re.search(r"title|headline|name|subject", name) and (named := title(about)):
            return named
        if name == "question":
            return self._question() or frames.NOT_THERE_FIELD
        if _holds(name) in (frames.OWNER, frames.DUE, "who"):
            return ""
        count = _ANSWER if _LONG.search(name) else 1
        told = [entry for entry in self.evidence if not entry.row] or self.evidence
        if not told:
            asked = query((name, 1.0), (about, 0.4))
            places = self.source.best(asked, self._wanted(name, ""), count)
            told = [self._plain(place) for place in places]
        return " ".join(f"{e.text} [{e.source}]" for e in told[:count]) or frames.NOT_THERE_FIELD

    def _date(self, name: str) -> str | None:
        """The date that stands nearest to the field's words, if one stands near at all."""
        wanted = set(query((re.sub(r"_?(?:date|day|on)$", "", name).replace("_", " "), 1.0)))
        found: list[tuple[int, int, str]] = []
        for place, passage in enumerate(self.source.material.passages):
            if wanted <= self.source.material.stems[place] and "question" not in signs(passage):
                for match in DATE.finditer(passage.text):
                    if when := iso(match[0], self.assignment.brief.today):
                        far = _distance(passage.text, match.start(), wanted)
                        found.append((far, place, when))
        nearest = min(found, default=None)
        return nearest[2] if nearest and nearest[0] <= 3 else None

    def _number(self, name: str, shape: Schema) -> float | int | None:
        asked = query((name.replace("_", " "), 1.0))
        for place in self.source.best(asked, ("figure",), _ENOUGH_ROWS):
            if not asked.keys() & self.source.material.stems[place]:
                continue
            for number in numbers(self.source.passage(place).text):
                if number.is_integer() or shape.get("type") == "number":
                    return int(number) if number.is_integer() else number
        return None

    def _option(self, name: str, options: Sequence[str]) -> str:
        if re.search(r"confiden|certain|sure", name):
            # The first when figures from two sources carry it, the next when from one, else last.
            measured = {e.source for e in self.evidence if "figure" in by_words(e.text)}
            return options[min(2 - min(2, len(measured)), len(options) - 1)]
        text = " ".join(entry.text for entry in self.evidence) or self.source.material.text
        return _by_evidence(options, text)

    # --- lists -----------------------------------------------------------------------

    def _list(self, name: str, item: Schema, about: str) -> Sequence[JsonValue]:
        if _BEFORE.search(about):
            return []  # what became of earlier words takes a model
        most = how_many(about) or _MOST
        match item:
            case {"type": "object", "properties": dict() as parts}:
                shapes = cast("Mapping[str, Schema]", parts)
                found = self._entries(name, about, shapes, most)
                if any(_QUOTE.search(part) for part in shapes):
                    self.evidence = found
                return [
                    {p: _part(p, s, entry, shapes) for p, s in shapes.items()} for entry in found
                ]
            case {"type": "string"} if name == "questions" and not re.search(r"open|asked", about):
                return [*self._questions()][:most]
            case {"type": "string"}:
                return [f"{e.text} [{e.source}]" for e in self._entries(name, about, {}, most)]
            case _:
                return []

    def _entries(
        self, name: str, about: str, parts: Mapping[str, Schema], most: int
    ) -> Sequence[Entry]:
        material = self.source.material
        if any(_PROBLEM.search(p) for p in parts) and any(_QUOTE.search(p) for p in parts):
            return remarks(material, self.assignment.role)[:most]
        wanted = self._wanted(name, about)
        certain = {"action": actions, "decision": decisions, "question": questions}
        if look := certain.get(wanted[0]):
            return look(material)[:most]
        longest = re.search(r"at most (\d+) words", self.assignment.task)
        limit = int(longest[1]) if longest else 0
        asked = query((name, 0.5), (about, 0.5))
        strict = bool(_QUOTE.search(name))
        count = most * 4 if limit else most
        places = self.source.best(asked, wanted, count, self.used, strict=strict, heading=name)
        rows = [place for place in places if material.passages[place].row]
        if wanted[0] == "figure" and len(rows) >= _ENOUGH_ROWS:
            # Measures are told by a table; sentences with a number in them are not.
            places = material.table(rows[0])
        if limit:
            places = [n for n in places if len(words(material.passages[n].text)) <= limit]
        else:
            places = self.source.with_tables(places, most)
        self.used.update(places[:most])
        return [self._plain(place) for place in sorted(places[:most])]

    def _plain(self, place: int) -> Entry:
        passage = self.source.passage(place)
        more = {"quote": passage.text, "who": passage.speaker}
        return Entry(text=passage.said, source=passage.source, more=more, row=passage.row)

    def _wanted(self, name: str, about: str) -> Sequence[Kind]:
        """What a list holds: by its name, by the question that the task is for, by its words."""
        item = self.assignment.item
        named = kinds(name) or (kinds(item)[:1] if item in frames.ASKED else ())
        if not named and not _QUOTE.search(name):
            named = kinds("", about)
        is_measured = re.search(r"\b(?:measured?|results?|figures?)\b", about)
        return named or (("summary", "figure") if is_measured else ("summary",))

    def _question(self) -> str:
        """The question that the task is for, or that the director asks."""
        asked = (self.assignment.item, self.assignment.brief.inputs.get("question", ""))
        found = (re.search(r"[^.\n:?]*\?", text) for text in (*asked, self.assignment.task))
        return next((" ".join(match[0].split()) for match in found if match), "")

    def _questions(self) -> Sequence[str]:
        """The question itself, and those that the material has something to say on."""
        spoken_to = [
            question
            for question, answers in frames.ASKED.items()
            if self.source.best(query((answers, 1.0)), kinds(question)[:1], 1)
        ]
        return [*filter(None, [self._question()]), *spoken_to]


def _holds(name: str) -> str:
    """What of an entry a field of this name holds; empty for the entry's own words."""
    return next((key for key, pattern in _FIELDS if pattern.search(name)), "")


def _part(name: str, shape: Schema, entry: Entry, parts: Iterable[str]) -> JsonValue:
    """One field of an entry."""
    quote = entry.more.get("quote", entry.text)
    match shape:
        case {"anyOf": [dict() as inner, *_]}:
            return _part(name, cast("Schema", inner), entry, parts) or None
        case {"enum": [*options]}:
            rank = int(entry.more.get("rank", "1"))
            return _by_evidence([str(option) for option in options], quote, rank)
        case {"type": "boolean"}:
            return "risk" in by_words(quote)
        case {"type": "number" | "integer"}:
            return 0
        case {"type": "array"}:
            return []
        case {"format": "date"}:
            return iso(entry.more.get(frames.DUE) or quote, "") or ""
        case _:
            return _words(name, entry, parts)


def _words(name: str, entry: Entry, parts: Iterable[str]) -> str:
    if (problem := entry.more.get("problem")) and _PROBLEM.search(name):
        return problem
    match _holds(name):
        case "source":
            return entry.source
        case "who":
            return entry.more.get("who") or entry.more.get(frames.OWNER, "")
        case "":
            own = next(part for part in parts if not _holds(part))
            return entry.text if name == own else ""
        case key:
            return entry.more.get(key, "")


def _by_evidence(options: Sequence[str], text: str, rank: int = 1) -> str:
    """The option that the text names or shows; on a scale from most to least, that of `rank`."""
    folded = [option.casefold() for option in options]
    for option, low in zip(options, folded, strict=True):
        if len(option) > 3 and re.search(rf"\b{re.escape(low)}\b", text, re.IGNORECASE):
            return option
    for scale in _SCALES:
        if set(folded) <= set(scale):
            ordered = sorted(options, key=lambda option: scale.index(option.casefold()))
            return ordered[min(rank, len(ordered) - 1)]
    for named, shown in _SHOWN:
        for option in options:
            if re.search(named, option, re.IGNORECASE) and re.search(shown, text, re.IGNORECASE):
                return option
    told = set(stems(text))
    unknown = (option for option in options if _UNKNOWN.search(option))
    return next(unknown, max(options, key=lambda option: len(told & set(stems(option)))))


def _distance(text: str, at: int, wanted: set[str]) -> int:
    """Words between a place in a text and the nearest of the stems wanted."""
    before, after = words(text[:at]), words(text[at:])
    near = [n for n, w in enumerate(reversed(before)) if query((w, 1.0)).keys() & wanted]
    near += [n for n, w in enumerate(after) if query((w, 1.0)).keys() & wanted]
    return min(near, default=99)
