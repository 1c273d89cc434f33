"""What changed between two texts, by words within the paragraphs that answer each other. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, groupby
from typing import Literal

from adapters.web.views.paragraphs import Paragraph

Op = Literal["same", "gone", "new"]
Piece = tuple[Op, str]

_MOST_PAIRS = 1_000_000
"""Pairs of equal paragraphs, or of equal words in two paragraphs, that may be looked at."""
_MOST_WORDS = 2_000_000
"""Pairs of equal words in all: about a second."""
_MOST_CELLS = 20_000
_AHEAD = 20
_ALIKE = 0.35
_TORN = 0.75
_GLUE = 3
_WORD = re.compile(
    # Scripts that put nothing between their words are compared sign by sign.
    r"[\u3040-\u30ff\u3400-\u9fff]\s*|[^\W\u3040-\u30ff\u3400-\u9fff]+(?:['’.,-]\w+)*\s*|\W\s*"
)
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)\s*|.+$", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """A paragraph, or two that answer each other; `kind` is "changed" when the words differ."""

    kind: Literal["same", "changed", "gone", "new"]
    looks: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Comparison:
    """`coarse`: the texts are too long or too different to compare all paragraphs by words."""

    rows: tuple[Row, ...]
    added: int
    removed: int
    coarse: bool


def compare(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> Comparison:
    """How one text became the other."""
    effort = _Effort(_MOST_WORDS)
    rows = tuple(chain.from_iterable(_rows(before, after, effort)))
    pieces = [piece for row in rows for piece in row.pieces]
    return Comparison(
        rows=rows,
        added=sum(_count(text) for op, text in pieces if op == "new"),
        removed=sum(_count(text) for op, text in pieces if op == "gone"),
        coarse=effort.spared,
    )


class _Effort:
    """What may still be spent on one comparison; `spared` once something was not done for it."""

    def __init__(self, left: int) -> None:
        self._left = left
        self.spared = False

    def allows(self, cost: int) -> bool:
        if cost > self._left:
            self.spared = True
            return False
        self._left -= cost
        return True


def _count(text: str) -> int:
    return sum(word[0].isalnum() for word in _WORD.findall(text))


# --- paragraphs --------------------------------------------------------------------


def _rows(
    before: Sequence[Paragraph], after: Sequence[Paragraph], effort: _Effort
) -> Iterator[list[Row]]:
    if _pairs(before, after) > _MOST_PAIRS:
        effort.spared = True
        yield [*_whole("gone", before), *_whole("new", after)]
        return
    for op, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            yield _whole("same", after[j1:j2])
        else:
            yield [*_between(before[i1:i2], after[j1:j2], effort)]


def _whole(kind: Op, paragraphs: Sequence[Paragraph]) -> list[Row]:
    return [Row(kind, one.looks, ((kind, one.text),)) for one in paragraphs]


def _between(
    before: Sequence[Paragraph], after: Sequence[Paragraph], effort: _Effort
) -> Iterator[Row]:
    """Rows for paragraphs none of which stayed as it was."""
    i = j = 0
    for i1, j1 in _answering(before, after):
        yield from _whole("gone", before[i:i1])
        yield from _whole("new", after[j:j1])
        yield from _changed(before[i1], after[j1], effort)
        i, j = i1 + 1, j1 + 1
    yield from _whole("gone", before[i:])
    yield from _whole("new", after[j:])


def _answering(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """Which paragraphs answer each other, in order: those that share the most words."""
    left = [frozenset(map(str.strip, _WORD.findall(one.text.casefold()))) for one in before]
    right = [frozenset(map(str.strip, _WORD.findall(one.text.casefold()))) for one in after]
    if len(left) * len(right) > _MOST_CELLS:
        return [*_answering_soon(left, right)]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            alike = _likeness(left[i], right[j])
            paired = alike + best[i + 1][j + 1] if alike >= _ALIKE else 0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    return [*_way(best)]


def _way(best: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """The pairs that the best sum is made of."""
    i = j = 0
    while i < len(best) - 1 and j < len(best[0]) - 1:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            yield i, j
            i, j = i + 1, j + 1


def _answering_soon(
    left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]
) -> Iterator[tuple[int, int]]:
    """The same for many paragraphs: for each the most alike of the few that come next."""
    j = 0
    for i, words in enumerate(left):
        near = range(j, min(j + _AHEAD, len(right)))
        alike, first = max(((_likeness(words, right[n]), -n) for n in near), default=(0, 0))
        if alike >= _ALIKE:
            yield i, -first
            j = 1 - first


def _likeness(left: frozenset[str], right: frozenset[str]) -> float:
    total = len(left) + len(right)
    return 2 * len(left & right) / total if total else 1


def _pairs(left: Sequence[object], right: Sequence[object]) -> int:
    """How many equal pairs there are, which is what the matcher's time grows with."""
    counted = Counter(right)
    return sum(times * counted[one] for one, times in Counter(left).items())


# --- words -------------------------------------------------------------------------


def _changed(before: Paragraph, after: Paragraph, effort: _Effort) -> list[Row]:
    old, new = _WORD.findall(before.text), _WORD.findall(after.text)
    if _pairs(old, new) > _MOST_PAIRS:
        pieces = _by_sentences(before.text, after.text, effort)
    else:
        pieces = _by_words(old, new, effort)
    if pieces is None:
        return [*_whole("gone", [before]), *_whole("new", [after])]
    return [Row("changed", after.looks, tuple(_joined(pieces)))]


def _by_sentences(before: str, after: str, effort: _Effort) -> list[Piece] | None:
    """The pieces of a paragraph as long as a text: its sentences stand for paragraphs."""
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    if len(old) == 1 or len(new) == 1:
        effort.spared = True
        return None
    left, right = ([Paragraph("text", one) for one in text] for text in (old, new))
    rows = chain.from_iterable(_rows(left, right, effort))
    return [piece for row in rows for piece in row.pieces]


def _by_words(old: Sequence[str], new: Sequence[str], effort: _Effort) -> list[Piece] | None:
    """The pieces; None when too little stayed for them to be read, or it would take too long."""
    left, right = [word.rstrip() for word in old], [word.rstrip() for word in new]
    if not effort.allows(_pairs(left, right)):
        return None
    opcodes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    stayed = sum(len("".join(right[j1:j2])) for op, _, _, j1, j2 in opcodes if op == "equal")
    if stayed < (1 - _TORN) * max(len("".join(left)), len("".join(right))):
        return None
    pieces: list[Piece] = []
    for at, (op, i1, i2, j1, j2) in enumerate(opcodes):
        between = 0 < at < len(opcodes) - 1
        if op == "equal" and not (between and len("".join(right[j1:j2])) <= _GLUE):
            pieces.append(("same", "".join(new[j1:j2])))
        else:
            pieces.append(("gone", "".join(old[i1:i2])))
            pieces.append(("new", "".join(new[j1:j2])))
    return pieces


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The same pieces, in which what is gone and what is new each stand together."""
    for stayed, group in groupby(pieces, key=lambda piece: piece[0] == "same"):
        run = [*group]
        kinds: tuple[Op, ...] = ("same",) if stayed else ("gone", "new")
        for kind in kinds:
            if text := "".join(text for op, text in run if op == kind):
                yield kind, text
