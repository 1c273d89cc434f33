"""The material of a task, and which of it answers a question best."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from adapters.understudy.assignment import Brief
from adapters.understudy.passages import Passage, cut
from adapters.understudy.words import COMMON, CRAFT, flat, stem, stems, words
from bot.run.events import Document

ANSWER = "answer"
"""What a person said at a gate, as a source."""

_LONG_INPUT = 150
_ALIKE = 0.7
_SMALL = re.compile(r"\b[^\W\d_A-ZÀ-Þ][^\W\d_]+")
_BESIDE = 0.3
_OPENED = 4
"""Turns that a document has when its first one is about the document rather than its matter."""
# `Maren Holt (product)`, `Owner: Jonas`
_PERSON = re.compile(
    r"\b([^\W\d_]\w+) [^\W\d_]\w+ \(|\b(?:owner|author|written by|by): ?([^\W\d_]\w+)",
    re.IGNORECASE,
)


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
    under: Mapping[str, Sequence[int]]
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
    return _material(tuple(passages), text)


def documents_of(brief: Brief) -> tuple[Document, ...]:
    """The documents and the long inputs of a brief, as what may be quoted."""
    names = {document.name for document in (*brief.documents, *brief.pages)}
    inputs = [
        Document(name=name, source="brief", text=text)
        for name, text in brief.inputs.items()
        if len(text) > _LONG_INPUT and not _lists(text, names)
    ]
    return (*brief.documents, *inputs)


def _lists(text: str, names: Iterable[str]) -> bool:
    return all(line.removeprefix("- ") in names for line in text.splitlines())


def _material(passages: tuple[Passage, ...], text: str) -> Material:
    counts = [Counter(stems(_own_words(p))) for p in passages]
    having = Counter(term for count in counts for term in count)
    postings, mass = _postings(passages, counts, having)
    under: defaultdict[str, list[int]] = defaultdict(list)
    for place, passage in enumerate(passages):
        under[flat(passage.heading)].append(place)
    return Material(
        passages=passages,
        stems=tuple(frozenset(count) for count in counts),
        postings=postings,
        central=_central(counts, mass),
        lower=frozenset(_SMALL.findall(text)),
        people=frozenset(_people(passages)),
        openings=frozenset(_openings(passages)),
        places={flat(p.text): place for place, p in enumerate(passages)},
        under=under,
        text=text.casefold(),
    )


def _postings(
    passages: Sequence[Passage], counts: Sequence[Counter[str]], having: Mapping[str, int]
) -> tuple[dict[str, list[tuple[int, float]]], dict[str, float]]:
    """For each stem where it stands and its weight there, and what it weighs in all (BM25)."""
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
    turns = {p.source: p.turn for p in passages}
    first: dict[str, int] = {}
    for place, passage in enumerate(passages):
        begins = first.setdefault(passage.source, passage.turn)
        long = turns[passage.source] - begins >= _OPENED
        if long and passage.turn == begins and not passage.speaker and not passage.row:
            yield place


def _people(passages: Iterable[Passage]) -> Iterator[str]:
    for passage in passages:
        if passage.speaker:
            yield passage.speaker.split()[0]
        if "(" not in passage.text and ":" not in passage.text:
            continue
        yield from (found[1] or found[2] for found in _PERSON.finditer(passage.text))


def _central(counts: Sequence[Counter[str]], mass: Mapping[str, float]) -> tuple[float, ...]:
    """How much of what the material keeps coming back to is in each passage, from 0 to 1."""
    raw = [
        sum(mass[term] for term in count) / (8 + len(count)) if count else 0.0 for count in counts
    ]
    most = max(raw, default=1) or 1
    return tuple(value / most for value in raw)
