"""What can be remarked on a document by looking closely: sums, vague words, things unexplained."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from adapters.understudy.entries import Entry
from adapters.understudy.frames import REMARKS
from adapters.understudy.material import Material
from adapters.understudy.passages import Passage
from adapters.understudy.signs import WHEN, numbers, stems

MOST_COMPARED = 400
"""Passages with figures that are held against each other."""

# Which remarks a reader makes, by the words of the role.
_READERS = {
    "figure number sum add date source check fact table": ("sum", "differs", "vague", "unsourced"),
    "argument assume risk claim hope option opposite": ("absolute", "forecast"),
    "clear outside new stumble word abbreviation explain": ("abbreviation", "undated", "nobody"),
}
_FOUND = {
    "absolute": r"\b(?:everyone|everybody|nobody|no one|always|never|certainly|of course)\b",
    "undated": r"\b(?:soon|in time|later|shortly|in due course|as soon as possible)\b",
    "nobody": r"\b(?:should (?:look|check|be)|may have to|needs to be|has to be|is sent by)\b",
    "forecast": r"\b(?:will (?:hardly|be|leave|have|need|bring|not)|we expect|expects? it)\b",
    "vague": r"\b(?:significantly|most|many|few|several|hardly|roughly|small|large|much|often)\b",
    "abbreviation": r"\b(?-i:[A-Z]{3,6})(?=s?\b)",
}
_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _FOUND.items()}
_GROUND = re.compile(r"\b(?:because|since|according|survey|test|measured|based on)\b|\[", re.I)
_TOTAL = re.compile(r"\b(?:together|in total|in all|altogether|sum)\b", re.IGNORECASE)
_KNOWN = frozenset({"USA", "PDF", "CSV", "SMS", "FAQ", "CEO", "USD", "EUR", "GBP", "ASAP", "TBD"})
_MOST_WORDS = 0.4
"""The part of the shorter passage's words that the other must share."""


def remarks(material: Material, role: str) -> list[Entry]:
    """What a reader of this role remarks, the weightiest first, one remark a passage."""
    told = list(stems(role))
    counts = {terms: sum(told.count(s) for s in set(stems(terms))) for terms in _READERS}
    closest = max(counts, key=lambda terms: counts[terms])
    wanted = _READERS[closest] if counts[closest] else tuple(REMARKS)
    seen: dict[str, Entry] = {}
    for kind, passage, detail in _all(material):
        problem, fix, rank = REMARKS[kind]
        known = seen.get(passage.text)
        if kind in wanted and (not known or str(rank) < known.more["rank"]):
            more = {"problem": problem.format(detail), "fix": fix, "rank": str(rank)}
            more["quote"] = passage.text
            seen[passage.text] = Entry(text=passage.text, source=passage.source, more=more)
    return sorted(seen.values(), key=lambda remark: remark.more["rank"])


def _all(material: Material) -> Iterator[tuple[str, Passage, str]]:
    yield from _sums(material)
    yield from _others(material)
    explained = set(_KNOWN)
    for passage in material.passages:
        for kind, word in () if passage.row else _one(passage.text):
            low = word.casefold()
            if kind == "abbreviation":
                written_out = f"({low}" in material.text or f"{low} (" in material.text
                if word in explained or written_out:
                    continue
                explained.add(word)
            yield kind, passage, word


def _one(text: str) -> Iterator[tuple[str, str]]:
    """What is remarked on one sentence, with the words that show it."""
    figures = numbers(text)
    has_ground = bool(_GROUND.search(text))
    for kind, pattern in _PATTERNS.items():
        excused = (kind == "vague" and figures) or (kind == "forecast" and has_ground)
        for found in [] if excused else islice(pattern.finditer(text), 3):
            yield kind, found[0]
    if len(figures) > 1 and not has_ground and not WHEN.search(text):
        yield "unsourced", ""


# --- figures held against each other ------------------------------------------------


def _sums(material: Material) -> Iterator[tuple[str, Passage, str]]:
    """Sentences and last rows of tables whose figures do not add up."""
    columns: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for passage in material.passages:
        if not passage.row:
            figures = numbers(passage.text)
            if _TOTAL.search(passage.text) and len(figures) > 3 and _is_off(figures):
                yield "sum", passage, ""
        elif last := numbers(passage.row[-1][1]):
            column = columns[passage.source, passage.turn]
            column.append(last[0])
            is_total = re.match(r"(?:total|sum)\b", passage.row[0][1], re.IGNORECASE)
            if is_total and len(column) > 2 and _is_off(column):
                yield "sum", passage, ""


def _is_off(figures: Sequence[float]) -> bool:
    """Whether the last figure is not the sum of those before it."""
    return abs(sum(figures[:-1]) - figures[-1]) > 0.01


def _others(material: Material) -> Iterator[tuple[str, Passage, str]]:
    """Passages of one document that speak of the same thing with other figures."""
    passages = material.passages
    most = max(3, len(passages) // 5)
    rare = frozenset(term for term, found in material.postings.items() if len(found) <= most)
    figures = {place: found for place, p in enumerate(passages) if (found := numbers(p.text))}
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for place in islice(figures, MOST_COMPARED):
        here = passages[place]
        told = material.stems[place] & rare
        near = Counter(other for stem in told for other in holding[stem])
        for other in sorted(near):
            there = passages[other]
            apart = there.source == here.source and there.turn != here.turn
            same = apart and _shared(material, place, other, rare)
            if same and _disagree(figures[place], figures[other]):
                yield "differs", there, f"“{here.text}”"
        for stem in told:
            holding[stem].append(place)


def _shared(material: Material, one: int, other: int, rare: frozenset[str]) -> bool:
    """Whether two passages speak of the same thing: rare words, and a good part of all."""
    a, b = material.stems[one], material.stems[other]
    told = {word for word in a & b if not word[0].isdigit()}
    least = 1 if material.passages[one].row or material.passages[other].row else 2
    enough = len(told) >= _MOST_WORDS * min(len(a), len(b)) and len(told) > 1
    return enough and len(told & rare) >= least


def _disagree(figures: Sequence[float], others: Sequence[float]) -> bool:
    """Whether no figure stands on both sides, give or take rounding."""
    return all(abs(a - b) > 0.01 * max(abs(a), abs(b)) for a in figures for b in others)
