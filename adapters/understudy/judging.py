"""Verdicts by what can be counted: quotations, sources, dates, length, words shared with a line."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment
from adapters.understudy.material import Material, source_of
from adapters.understudy.passages import sentences
from adapters.understudy.signs import FIGURE, WHEN, flat, stems, words
from bot.run.events import Score, Verdict

ONE_PAGE = 450
"""Words."""
_MOST = 9
"""Points: what counting cannot see keeps the last one."""

_SOURCE = re.compile(r"\[[^\[\]\n]{1,80}\]|^\s*source: \S", re.MULTILINE)
_MARKUP = re.compile(r"^\s*(?:[-*+>#]+|\d+\.)?\s*(?:[a-z_]+: (?=\S))?|\*\*|_")
# Fields of a finding that are the reader's own.
_BESIDE = re.compile(
    r"^\s*(?:- )?(?:problem|fix|suggestion|weight|severity|source|state|confidence): "
)
_EXTRA = re.compile(r"\s*\[[^\[\]\n]{1,80}\]|\s*\((?:\w+: [^()]*)\)")


@dataclass(frozen=True)
class Measure:
    """What was counted in a candidate for one line, and how good that is from 0 to 1."""

    good: float
    found: str


@dataclass(frozen=True)
class _Candidate:
    text: str
    material: Material

    @property
    def lines(self) -> list[str]:
        """The lines that say something: no headings, no rules of tables."""
        lines = (line.strip() for line in self.text.splitlines())
        return [line for line in lines if len(words(line)) > 3 and not line.startswith("#")]

    @property
    def opening(self) -> str:
        return next(iter(self.lines), "")

    @property
    def count(self) -> int:
        return len(words(self.text))

    def quoted(self) -> tuple[int, int]:
        """How many of its sentences stand in the documents word for word, and of how many."""
        told = [
            flat(sentence.strip('“”" '))
            for line in self.lines
            if not _BESIDE.match(line)
            for cell in (line.split("|") if line.startswith("|") else [line])
            for sentence in sentences(_EXTRA.sub("", _MARKUP.sub("", cell)))
            if len(words(sentence)) > 3 and frames.NOT_THERE not in sentence
        ]
        return sum(_stands(sentence, self.material) for sentence in told), len(told)


def _stands(sentence: str, material: Material) -> bool:
    # Rows are told as `Farm: Haslam; Crop: apples`, speech as `Ana: “We ship.”`
    pieces = [sentence] if sentence in material.text else re.split(r"[;:] ", sentence)
    return all(piece.strip('“”" ') in material.text for piece in pieces)


def verdict(assignment: Assignment) -> Verdict:
    """Scores for each candidate and line, and the best by their sum; of equals the first."""
    material = source_of(assignment).material
    candidates = [_Candidate(text, material) for text in assignment.candidates]
    scores: list[Score] = []
    sums: list[int] = []
    for number, candidate in enumerate(candidates):
        measures = [_measure(line, candidate) for line in assignment.rubric]
        points = [round(_MOST * max(0.0, min(1.0, measure.good))) for measure in measures]
        sums.append(sum(points))
        scores += [
            Score(candidate=number, line=line, score=score, reason=measure.found)
            for line, (score, measure) in enumerate(zip(points, measures, strict=True))
        ]
    best = sums.index(max(sums)) if sums else 0
    return Verdict(best=best, why=_why(best, sums, len(assignment.rubric)), scores=tuple(scores))


def _why(best: int, sums: Sequence[int], lines: int) -> str:
    if not sums:
        return "There was nothing to judge."
    said = f"It reaches {sums[best]} of {10 * lines} points"
    others = [str(points) for number, points in enumerate(sums) if number != best]
    against = f", the others {' and '.join(others)}" if others else ""
    return f"{said}{against}, by what can be counted: no model was called."


# --- what is counted ---------------------------------------------------------------


def _measure(line: str, candidate: _Candidate) -> Measure:
    for pattern, measure in _MEASURES:
        if re.search(pattern, line, re.IGNORECASE):
            return measure(candidate)
    return _specific(line, candidate)


def _sourced(candidate: _Candidate) -> Measure:
    lines = candidate.lines
    # A table's source stands below it.
    named = sum(line.startswith("|") or bool(_SOURCE.search(line)) for line in lines)
    quoted, told = candidate.quoted()
    good = 0.5 * _share(named, len(lines)) + 0.5 * _share(quoted, told)
    found = f"Lines with a source: {named} of {len(lines)}; quoted sentences: {quoted} of {told}."
    return Measure(good, found)


def _true(candidate: _Candidate) -> Measure:
    quoted, told = candidate.quoted()
    found = f"Sentences that stand in the documents word for word: {quoted} of {told}."
    return Measure(_share(quoted, told), found)


def _begins(candidate: _Candidate) -> Measure:
    dates = WHEN.findall(candidate.opening)
    figures = FIGURE.findall(candidate.opening)
    good = 0.3 + 0.5 * bool(dates) + 0.2 * bool(figures)
    opening = " ".join(candidate.opening.split()[:8])
    held = f"{_counted(len(dates), 'date')} and {_counted(len(figures), 'figure')}"
    return Measure(good, f"“{opening} …” holds {held}.")


def _short(candidate: _Candidate) -> Measure:
    good = 1.0 if candidate.count <= ONE_PAGE else ONE_PAGE / candidate.count
    return Measure(good, f"It has {candidate.count} words; a page has about {ONE_PAGE}.")


def _figures(candidate: _Candidate) -> Measure:
    figures = [figure.strip() for figure in FIGURE.findall(candidate.text)]
    known = sum(flat(figure) in candidate.material.text for figure in figures)
    good = _share(known, len(figures)) * min(1.0, len(figures) / 6)
    return Measure(good, f"Figures that stand in the documents: {known} of {len(figures)}.")


def _answered(candidate: _Candidate) -> Measure:
    gaps = candidate.text.count(frames.NOT_THERE)
    blocks = candidate.text.split("\n\n")
    parts = max(1, sum(not block.startswith(("#", ">")) for block in blocks))
    return Measure(1 - gaps / parts, f"Parts that say the material has nothing: {gaps} of {parts}.")


def _specific(line: str, candidate: _Candidate) -> Measure:
    """For lines that counting hardly reaches: quotations, and whether figures and dates stand."""
    quoted, told = candidate.quoted()
    facts = len(FIGURE.findall(candidate.text)) + len(WHEN.findall(candidate.text))
    wanted = set(stems(line))
    there = wanted & set(stems(candidate.text))
    shared = _share(len(there), len(wanted))
    good = 0.5 * _share(quoted, told) + 0.3 * min(1.0, 3 * _share(facts, told)) + 0.2 * shared
    return Measure(good, f"Quoted sentences: {quoted} of {told}; figures and dates: {facts}.")


def _counted(many: int, noun: str) -> str:
    return f"{many} {noun}" if many == 1 else f"{many} {noun}s"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


_MEASURES: tuple[tuple[str, Callable[[_Candidate], Measure]], ...] = (
    (r"\bsources?\b|brackets|cite|reference", _sourced),
    (r"\bfirst (?:paragraph|section|sentence|line)\b|\bbegins\b|\bopening\b", _begins),
    (r"\bone page\b|\bshort\b|\bwords\b|\blength\b|\bconcise\b|\bfits\b", _short),
    (r"\bfigures?\b|\bnumbers?\b|\brange\b|\bmeasured\b", _figures),
    (r"\binvented\b|\bpromised\b|\bin the document\b|\breally\b|\btrue\b|\bquotes\b", _true),
    (r"\bquestions?\b.*\banswered\b|\bleft out\b|\bnot known\b", _answered),
)
