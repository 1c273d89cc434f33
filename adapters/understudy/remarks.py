"""What can be remarked on a document by looking closely: sums, vague words, things unexplained."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from adapters.understudy.frames import REMARKS
from adapters.understudy.passages import Passage
from adapters.understudy.ranking import Material
from adapters.understudy.signs import DATE, FIGURE, WHEN, signs
from adapters.understudy.words import stems, words

MOST_COMPARED = 400
"""Passages with figures that are held against each other."""


@dataclass(frozen=True, kw_only=True)
class Remark:
    passage: Passage
    problem: str
    fix: str
    rank: int


# Which remarks a reader makes, by the words of the role.
_READERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "figure number sum add date source check fact table",
        ("sum", "differs", "vague", "unsourced"),
    ),
    (
        "argument assume risk claim hope option opposite decision",
        ("elsewhere", "absolute", "forecast", "unanswered"),
    ),
    (
        "clear outside new lose stumble word abbreviation explain understand",
        ("abbreviation", "undated", "nobody", "long"),
    ),
)
_ABSOLUTE = re.compile(
    r"\b(?:everyone|everybody|nobody|no one|always|never|certainly|of course)\b", re.I
)
_FORECAST = re.compile(
    r"\b(?:will (?:hardly|be|leave|have|need|bring|not)|we expect|expects? it|should be)\b",
    re.IGNORECASE,
)
_GROUND = re.compile(
    r"\b(?:because|since|according|survey|test|measured|as in|based on)\b|\[", re.I
)
_VAGUE = re.compile(
    r"\b(?:significantly|most|many|few|several|hardly|roughly|low|small|large|much|often)\b",
    re.IGNORECASE,
)
_UNDATED = re.compile(r"\b(?:soon|in time|later|shortly|in due course|as soon as possible)\b", re.I)
_NOBODY = re.compile(
    r"\b(?:should (?:look|check|be)|may have to|needs to be|has to be|is sent by)\b", re.I
)
_TOTAL = re.compile(r"\b(?:together|in total|in all|altogether|sum)\b", re.IGNORECASE)
_SHORTENED = re.compile(r"\b[A-Z]{3,6}s?\b")
_KNOWN = frozenset({"USA", "PDF", "CSV", "SMS", "FAQ", "CEO", "USD", "EUR", "GBP", "ASAP", "TBD"})
_LONG = 32
_TOO_SHORT = 6
_MOST_WORDS = 0.4
"""The part of the shorter passage's words that the other must share; of a row a little more."""
_ROW_WORDS = 0.5


def remarks(material: Material, role: str) -> list[Remark]:
    """What a reader of this role remarks, the weightiest first, one remark a passage."""
    seen: dict[str, Remark] = {}
    wanted = _wanted(role)
    for kind, passage, detail in _all(material):
        if kind in wanted:
            problem, fix, rank = REMARKS[kind]
            remark = Remark(passage=passage, problem=problem.format(detail), fix=fix, rank=rank)
            known = seen.get(passage.text)
            if not known or remark.rank < known.rank:
                seen[passage.text] = remark
    return sorted(seen.values(), key=lambda remark: remark.rank)


def _wanted(role: str) -> tuple[str, ...]:
    told = list(stems(role))
    counts = [sum(told.count(stem) for stem in set(stems(terms))) for terms, _ in _READERS]
    if not any(counts):
        return tuple(REMARKS)
    return _READERS[counts.index(max(counts))][1]


def _all(material: Material) -> Iterator[tuple[str, Passage, str]]:
    yield from _sums(material)
    yield from _others(material)
    explained: set[str] = set()
    for passage in material.passages:
        if not passage.row:
            yield from ((kind, passage, detail) for kind, detail in _one(passage))
            for short in _unexplained(passage, material, explained):
                yield "abbreviation", passage, short


def _one(passage: Passage) -> Iterator[tuple[str, str]]:
    text = passage.text
    for kind, pattern in (("absolute", _ABSOLUTE), ("undated", _UNDATED), ("nobody", _NOBODY)):
        if found := pattern.search(text):
            yield kind, found[0]
    numbers = _numbers(text)
    if _FORECAST.search(text) and not _GROUND.search(text):
        yield "forecast", ""
    if "risk" in signs(passage) and "isk" in passage.heading and not WHEN.search(text):
        yield "unanswered", ""
    if (found := _VAGUE.search(text)) and not numbers:
        yield "vague", found[0]
    if len(numbers) > 1 and not _GROUND.search(text) and not WHEN.search(text):
        yield "unsourced", ""
    if (count := len(words(text))) > _LONG:
        yield "long", str(count)


def _unexplained(passage: Passage, material: Material, seen: set[str]) -> Iterator[str]:
    for found in _SHORTENED.finditer(passage.text):
        short = found[0].removesuffix("s")
        if short in _KNOWN or short in seen:
            continue
        seen.add(short)
        low = short.casefold()
        if f"({low}" not in material.text and f"{low} (" not in material.text:
            yield short


# --- figures held against each other ------------------------------------------------


@lru_cache(maxsize=16_384)
def _numbers(text: str) -> tuple[float, ...]:
    """The figures of a text without its dates and years."""
    if not any(map(str.isdigit, text)):
        return ()
    found = (number.group().strip("+€$£% ") for number in FIGURE.finditer(DATE.sub(" ", text)))
    numbers = (_number(text) for text in found)
    return tuple(n for n in numbers if n is not None and not 1990 <= n <= 2100)


def _number(text: str) -> float | None:
    plain = re.sub(r"[,.](?=\d{3}(?:\D|$))", "", text.replace(" ", "")).replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return None


def _sums(material: Material) -> Iterator[tuple[str, Passage, str]]:
    columns: dict[tuple[str, int], list[float]] = {}
    for passage in material.passages:
        if not passage.row:
            numbers = _numbers(passage.text)
            if _TOTAL.search(passage.text) and len(numbers) > 3 and _is_off(numbers):
                yield "sum", passage, ""
            continue
        table = (passage.source, passage.turn)
        last = _numbers(passage.row[-1][1])
        if not last:
            continue
        if re.match(r"(?:total|sum)\b", passage.row[0][1], re.IGNORECASE):
            above = columns.get(table, [])
            if len(above) > 1 and abs(sum(above) - last[0]) > 0.01:
                yield "sum", passage, ""
        columns.setdefault(table, []).append(last[0])


def _is_off(numbers: Sequence[float]) -> bool:
    """Whether the last figure is not the sum of those before it."""
    return abs(sum(numbers[:-1]) - numbers[-1]) > 0.01


def _others(material: Material) -> Iterator[tuple[str, Passage, str]]:
    """Passages that speak of the same thing with other figures, or from another document."""
    passages, rare = material.passages, _rare(material)
    figures = {place: found for place, p in enumerate(passages) if (found := _numbers(p.text))}
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for place in islice(figures, MOST_COMPARED):
        for stem in material.stems[place] & rare:
            holding[stem].append(place)
    for place, here in enumerate(passages):
        near = Counter(p for stem in material.stems[place] & rare for p in holding.get(stem, ()))
        for other, shared in sorted(near.items()):
            there = passages[other]
            if shared < 2 and not here.row and not there.row:
                continue
            if there.turn == here.turn or not _shared(material, place, other, rare):
                continue
            if there.source != here.source:
                if not here.row and len(words(here.text)) >= _TOO_SHORT:
                    yield "elsewhere", here, _pointed(there, here)
            elif place < other and _disagree(figures.get(place), figures[other]):
                yield "differs", here, _pointed(there, here)


def _shared(material: Material, one: int, other: int, rare: frozenset[str]) -> bool:
    """Whether two passages speak of the same thing: rare words, and a good part of all."""
    a, b = material.stems[one], material.stems[other]
    told = {word for word in a & b if not word[0].isdigit()}
    if material.passages[one].row or material.passages[other].row:
        return len(told) >= _ROW_WORDS * min(len(a), len(b)) and len(told) > 1 and bool(told & rare)
    return len(told) >= _MOST_WORDS * min(len(a), len(b)) and len(told & rare) > 1


def _disagree(numbers: Sequence[float] | None, others: Sequence[float]) -> bool:
    """Whether there are figures on both sides, and none on both, give or take rounding."""
    pairs = [(a, b) for a in numbers or () for b in others]
    return bool(pairs) and all(abs(a - b) > 0.01 * max(abs(a), abs(b)) for a, b in pairs)


def _pointed(there: Passage, here: Passage) -> str:
    """Another passage, with its document where that is another one."""
    return f"“{there.text}”" + ("" if there.source == here.source else f" [{there.source}]")


def _rare(material: Material) -> frozenset[str]:
    """Stems in at most a fifth of the passages: sharing the others says nothing."""
    most = max(3, len(material.passages) // 5)
    counts: Mapping[str, int] = {term: len(found) for term, found in material.postings.items()}
    return frozenset(term for term, count in counts.items() if count <= most)
