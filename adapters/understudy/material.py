"""The material of a task, and which passages of it answer a question best."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment, Brief, Kind
from adapters.understudy.entries import Entry, records
from adapters.understudy.passages import Passage, cut, is_labelled_action
from adapters.understudy.signs import COMMON, CRAFT, flat, signs, stem, stems, words
from bot.run.events import Document

ANSWER = "answer"
"""What a person said at a gate, as a source."""

_LONG_INPUT = 150
_ALIKE = 0.7
_BESIDE = 0.3
_NEAR_BEST = 0.6
"""The part of the best score that a passage must reach to stand beside it."""
_MOST_ROWS = 10
_HEARD = 0.2
"""How much of the best answer's words a passage must have to be an answer at all."""
_FRAGMENT = 5
"""Words below which a passage does not stand by itself."""
_OPENED = 4
"""Turns of a longer document."""
_TELLING = frozenset({"decision", "risk", "figure", "done", "date"})
_AGAINST = frozenset({"risk", "question", "objection"})
# What a person says of themselves belongs where these are asked for.
_PERSONAL = frozenset({"objection", "risk", "limit", "action", "question", "done"})
_SMALL = re.compile(r"\b[^\W\d_A-ZÀ-Þ][^\W\d_]+")
# `Maren Holt (product)`, `Owner: Jonas`
_PERSON = re.compile(r"\b([^\W\d_]\w+) [^\W\d_]\w+ \(|\b(?:owner|author|by): ?([^\W\d_]\w+)", re.I)
_GAINS = re.compile(
    r"\b(?:from \w+.{0,30} to|less|fewer|faster|than|instead|sav(?:e|es|ed)|free|by itself|spent"
    r"|without|no longer|half|twice|hours?|days?|weeks?|minutes|percent|euros|dollars)\b|[%€$]",
    re.IGNORECASE,
)
_OPINION = re.compile(r"\b(?:I|I[’']d) (?:would|want|can|could|think|believe|wish)\b|\bwe keep\b")
# `Tom takes the leaflet, Idris changes the form`: two things.
_APART = re.compile(r",\s+(?:and\s+)?(?=[^\W\d_a-z]\w+ (?:will |is to |[a-z]+s )|I )")
_LEADS = re.compile(r"\b(?:lead|leads|leading|begin|start|open)s? with\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Passages, and for each stem the passages that hold it with its weight in them (BM25)."""

    passages: tuple[Passage, ...]
    stems: tuple[frozenset[str], ...]
    postings: Mapping[str, Sequence[tuple[int, float]]]
    central: tuple[float, ...]
    lower: frozenset[str]
    people: frozenset[str]
    openings: frozenset[int]
    places: Mapping[str, int]
    text: str

    def relevance(self, query: Mapping[str, float], used: Collection[int] = ()) -> dict[int, float]:
        """How well passages answer the query: 1 for the best that is not used; none for others."""
        scores: defaultdict[int, float] = defaultdict(float)
        for term, weight in query.items():
            for place, value in self.postings.get(term, ()):
                scores[place] += weight * value
        for place, score in list(scores.items()):
            # What stands beside an answer often belongs to it.
            for beside in (place - 1, place + 1):
                if self._is_beside(place, beside):
                    scores[beside] += _BESIDE * score
        most = max((score for place, score in scores.items() if place not in used), default=1)
        return {place: score / most for place, score in scores.items()}

    def _is_beside(self, place: int, other: int) -> bool:
        if not 0 <= other < len(self.passages) or self.passages[place].row:
            return False
        return self.passages[place].turn == self.passages[other].turn

    def table(self, place: int) -> list[int]:
        """All rows of the table that a row stands in."""
        turn = self.passages[place].turn
        start = end = place
        while start and self.passages[start - 1].turn == turn:
            start -= 1
        while end + 1 < len(self.passages) and self.passages[end + 1].turn == turn:
            end += 1
        return list(range(start, end + 1))

    def alike(self, one: int, other: int) -> bool:
        """Whether two passages say the same in nearly the same words."""
        a, b = self.stems[one], self.stems[other]
        return len(a & b) > _ALIKE * max(len(a), len(b))

    def is_name(self, word: str) -> bool:
        """Whether a word can be a person's name: written large, and never small elsewhere."""
        low = word.casefold()
        return word[:1].isupper() and len(word) > 1 and low not in self.lower | COMMON

    def standing_in(self, text: str) -> frozenset[int]:
        """The passages that a text quotes."""
        text = flat(text)
        return frozenset(n for said, n in self.places.items() if len(said) > 12 and said in text)


def query(*parts: tuple[str, float]) -> dict[str, float]:
    """Stems and weights out of texts and their weights; words of the trade count for nothing."""
    weights: defaultdict[str, float] = defaultdict(float)
    for text, weight in parts:
        for word in words(text):
            if word.casefold() not in COMMON | CRAFT:
                weights[stem(word)] = max(weights[stem(word)], weight)
    return dict(weights)


@lru_cache(maxsize=4)
def material_of(documents: tuple[Document, ...], more: tuple[Document, ...] = ()) -> Material:
    """What documents hold, and what others handed over that is not in them word for word."""
    passages = list(cut(documents))
    text = " ".join(" ".join(document.text for document in documents).split())
    low = text.casefold()
    first_turn = passages[-1].turn + 1 if passages else 0
    passages += [p for p in cut(more, first_turn) if flat(p.text) not in low]
    counts = [Counter(stems(_own_words(p))) for p in passages]
    postings, mass = _postings(passages, counts)
    return Material(
        passages=tuple(passages),
        stems=tuple(frozenset(count) for count in counts),
        postings=postings,
        central=_central(counts, mass),
        lower=frozenset(_SMALL.findall(text)),
        people=frozenset(_people(passages)),
        openings=frozenset(_openings(passages)),
        places={flat(said): n for n, p in enumerate(passages) for said in (p.text, p.said)},
        text=low,
    )


def _postings(
    passages: Sequence[Passage], counts: Sequence[Counter[str]]
) -> tuple[dict[str, list[tuple[int, float]]], dict[str, float]]:
    """For each stem where it stands and its weight there, and what it weighs in all (BM25)."""
    having = Counter(term for count in counts for term in count)
    usual = max(1.0, sum(count.total() for count in counts) / max(1, len(counts)))
    rarity = {
        term: math.log(1 + (len(passages) - many + 0.5) / (many + 0.5))
        for term, many in having.items()
    }
    rarest = math.log(2 + 2 * len(passages))
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    mass: defaultdict[str, float] = defaultdict(float)
    for place, (passage, count) in enumerate(zip(passages, counts, strict=True)):
        size = 1.2 * (0.4 + 0.6 * count.total() / usual)
        beside = _around(passage.source, passage.heading, tuple(name for name, _ in passage.row))
        for term in beside.keys() | count.keys():
            often = count[term] + beside.get(term, 0)
            value = rarity.get(term, rarest) * often * 2.2 / (often + size)
            postings[term].append((place, value))
            if having.get(term, 0) > 1:
                mass[term] += value
    return postings, mass


def _own_words(passage: Passage) -> str:
    """What a passage itself says: of a row its cells, without the table's header."""
    cells = " ".join(cell for _, cell in passage.row)
    return f"{cells or passage.text} {passage.speaker}"


@lru_cache(maxsize=4096)
def _around(source: str, heading: str, header: tuple[str, ...]) -> Mapping[str, float]:
    """What the document's name, the heading and the table's header say of a passage.

    Rows say little themselves, so the name of their document counts for more.
    """
    name = re.sub(r"[._-]", " ", source.rpartition(".")[0])
    weights = dict.fromkeys(stems(name), 0.8 if header else 0.2)
    return weights | dict.fromkeys(stems(f"{heading} {' '.join(header)}"), 0.8)


def _openings(passages: Sequence[Passage]) -> Iterator[int]:
    """The first paragraphs of longer documents, which tell of the document and not its matter."""
    last = {p.source: p.turn for p in passages}
    first = {p.source: p.turn for p in reversed(passages)}
    for place, p in enumerate(passages):
        is_long = last[p.source] - first[p.source] >= _OPENED
        if is_long and p.turn == first[p.source] and not p.speaker and not p.row:
            yield place


def _people(passages: Iterable[Passage]) -> Iterator[str]:
    for passage in passages:
        if passage.speaker:
            yield passage.speaker.split()[0]
        if "(" in passage.text or ":" in passage.text:
            yield from (found[1] or found[2] for found in _PERSON.finditer(passage.text))


def _central(counts: Sequence[Counter[str]], mass: Mapping[str, float]) -> tuple[float, ...]:
    """How much of what the material keeps coming back to is in each passage, from 0 to 1."""
    raw = [
        sum(mass[term] for term in count) / (8 + len(count)) if count else 0.0 for count in counts
    ]
    most = max(raw, default=1) or 1
    return tuple(value / most for value in raw)


# --- what a task is worked from ------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a task is worked from: the material, and what the team handed over for it.

    What `named` quotes is to stand first; what is `shunned` is contested.
    """

    material: Material
    records: tuple[Entry, ...] = ()
    subject: Mapping[str, float] = field(default_factory=dict[str, float])
    item: Mapping[str, float] = field(default_factory=dict[str, float])
    favoured: frozenset[int] = frozenset()
    shunned: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()

    def passage(self, place: int) -> Passage:
        return self.material.passages[place]

    def with_tables(self, places: Iterable[int], most: int) -> list[int]:
        """A row brings its table along, if that is short and there is room for all of it."""
        found: dict[int, None] = {}
        for place in places:
            rows = self.material.table(place) if self.passage(place).row else [place]
            fits = len(rows) <= _MOST_ROWS and len(found.keys() | rows) <= most
            found |= dict.fromkeys(rows if fits else [place])
        return list(found)

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
            under = flat(heading)
            passages = self.material.passages
            asked |= {n: 1.0 for n, p in enumerate(passages) if flat(p.heading) == under}
        if "summary" in kinds or not asked:
            asked = {p: max(asked.get(p, 0), about[p]) for p in about} | asked
        scores = {
            place: score
            for place in range(len(self.material.passages))
            if place not in used
            and (score := self._score(place, asked.get(place, 0), about.get(place, 0), kinds)) > 0
        }
        least = (_NEAR_BEST if strict else _NEAR_BEST / 3) * max(scores.values(), default=0)
        same = 0.08 if strict else 0.24
        left = sorted(scores, key=lambda place: (-scores[place], place))[: 20 + 10 * count]
        chosen: list[int] = []
        while left and len(chosen) < count:
            place = max(left, key=lambda place: (scores[place], -place))
            if scores[place] < least:
                break
            left.remove(place)
            if not any(self.material.alike(place, other) for other in (*chosen, *used)):
                chosen.append(place)
                for other in left:
                    # What comes from the same place as one chosen counts a little less.
                    scores[other] -= same * self._is_near(place, other)
        return chosen

    def _is_near(self, one: int, other: int) -> bool:
        a, b = self.passage(one), self.passage(other)
        return (a.source, a.heading) == (b.source, b.heading)

    def _score(self, place: int, asked: float, about: float, kinds: Sequence[Kind]) -> float:
        passage = self.passage(place)
        shown = signs(passage)
        fits = shown & set(kinds)
        if place in self.shunned and not (_AGAINST | {"limit"}) & set(kinds):
            return 0
        if "summary" in kinds:
            asked += 0.12 * len(shown & _TELLING)
        elif "claim" in kinds:
            if "figure" not in shown or passage.row or shown & _AGAINST:
                return 0
            asked = asked / 2 + 0.5 * bool(_GAINS.search(passage.text))
        elif kinds:
            asked += 0.3 + 0.2 * len(fits) + 0.15 * bool(passage.row)
        if kinds and not fits and not {"summary", "claim"} & set(kinds):
            return 0
        if not kinds and asked < _HEARD:
            return 0
        score = asked + 0.3 * about + 0.3 * self.material.central[place]
        score -= 0.9 * (place in self.material.openings)
        return score + 0.25 * (place in self.favoured) - _shyness(passage, kinds)


def _shyness(passage: Passage, kinds: Collection[Kind]) -> float:
    """How little a passage says by itself, or how far it is from what is asked."""
    count, is_label, is_action, is_opinion = _traits(passage)
    shy = 0.7 * (count < _FRAGMENT) + 0.5 * is_label
    shy += 0.3 * (count < 2 * _FRAGMENT and "summary" in kinds)
    shy += 0.6 * (passage.text.endswith("?") and "question" not in kinds)
    shy += 0.8 * (bool(passage.row) and "figure" not in kinds)
    shy += 1.0 * (is_action and "action" not in kinds)
    return shy + 0.5 * (is_opinion and not _PERSONAL & set(kinds))


@lru_cache(maxsize=32_768)
def _traits(passage: Passage) -> tuple[int, bool, bool, bool]:
    """Its words, and if it is a line about the document, an action, an opinion."""
    text, told = passage.text, words(passage.text)
    # `Version 1.4, 9 November 2026.`
    few = len(told) < 9 and not any(word[0].islower() for word in told[1:])
    refers = text.startswith(("See ", "Note that "))
    label = not passage.row and (":" in text[:25] or few or refers)
    opinion = bool(_OPINION.search(text)) or "objection" in signs(passage)
    return len(told), label, is_labelled_action(text), opinion


def source_of(assignment: Assignment) -> Source:
    """The material of a task, read once for all tasks of a run that add nothing to it."""
    answers = tuple(
        Document(name=ANSWER, source="", text=_APART.sub("\n- ", f"- {given.text}"))
        for given in assignment.material
        if given.tag == "input" and given.text.strip()
    )
    material = material_of(_documents(assignment.brief), answers)
    results = (given for given in assignment.material if given.tag == "result")
    entries = tuple(entry for given in results for entry in records(given))
    leads = (given.text for given in assignment.material if _LEADS.search(given.label))
    short = (text for text in assignment.brief.inputs.values() if len(text) <= 300)
    item = f"{assignment.item} {frames.ASKED.get(assignment.item, '')}"
    return Source(
        material=material,
        records=entries,
        subject=query(("\n".join((assignment.task.split("\n\n")[0], *short)), 1.0)),
        item=query((item, 1.0)),
        favoured=_quoted(material, [entry for entry in entries if not is_contested(entry)]),
        shunned=_quoted(material, [entry for entry in entries if is_contested(entry)]),
        named=material.standing_in("\n".join((assignment.task, *leads))),
    )


def _quoted(material: Material, entries: Sequence[Entry]) -> frozenset[int]:
    texts = [text for entry in entries for text in (entry.text, *entry.more.values())]
    return material.standing_in("\n".join(texts)) if texts else frozenset()


def is_contested(entry: Entry) -> bool:
    return "contested" in entry.group.casefold() or "must not" in entry.group.casefold()


def _documents(brief: Brief) -> tuple[Document, ...]:
    """The documents and the long inputs of a brief, as what may be quoted."""
    names = {document.name for document in (*brief.documents, *brief.pages)}
    inputs = [
        Document(name=name, source="brief", text=text)
        for name, text in brief.inputs.items()
        if len(text) > _LONG_INPUT
        and not all(line.removeprefix("- ") in names for line in text.splitlines())
    ]
    return (*brief.documents, *inputs)
