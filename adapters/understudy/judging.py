"""Verdicts by what can be counted: quotations, sources, dates, length, words shared with a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

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
_BESIDE = re.compile(r"^\s*(?:- )?(?:problem|fix|weight|severity|source|state|confidence): ")
_EXTRA = re.compile(r"\s*\[[^\[\]\n]{1,80}\]|\s*\((?:\w+: [^()]*)\)")


def verdict(assignment: Assignment) -> Verdict:
    """Scores for each candidate and line, and the best by their sum; of equals the first."""
    material = source_of(assignment).material
    scores: list[Score] = []
    sums: list[int] = []
    for number, text in enumerate(assignment.candidates):
        candidate = _Candidate(text, material)
        measured = [candidate.measure(line) for line in assignment.rubric]
        points = [round(_MOST * max(0.0, min(1.0, good))) for good, _ in measured]
        sums.append(sum(points))
        scores += [
            Score(candidate=number, line=line, score=points[line], reason=reason)
            for line, (_, reason) in enumerate(measured)
        ]
    best = sums.index(max(sums))
    return Verdict(best=best, why=_why(best, sums, len(assignment.rubric)), scores=tuple(scores))


def _why(best: int, sums: Sequence[int], lines: int) -> str:
    if len(sums) > 1 and len(set(sums)) == 1:
        said = f"Each of the {len(sums)} reaches {sums[best]} of {10 * lines} points"
        return f"{said} by what can be counted, so the first stands: no model was called."
    others = [str(points) for number, points in enumerate(sums) if number != best]
    against = f", the others {' and '.join(others)}" if others else ""
    said = f"It reaches {sums[best]} of {10 * lines} points{against}"
    return f"{said}, by what can be counted: no model was called."


@dataclass(frozen=True)
class _Candidate:
    text: str
    material: Material

    def measure(self, line: str) -> tuple[float, str]:
        """How good it is on a line of the rubric, from 0 to 1, and what was counted for that."""
        for pattern, counted in _MEASURES:
            if re.search(pattern, line, re.IGNORECASE):
                return counted(self)
        quoted, told = self.quoted
        facts = len(FIGURE.findall(self.text)) + len(WHEN.findall(self.text))
        wanted = set(stems(line))
        shared = _share(len(wanted & set(stems(self.text))), len(wanted))
        good = 0.5 * _share(quoted, told) + 0.3 * min(1.0, 3 * _share(facts, told)) + 0.2 * shared
        return good, f"Quoted sentences: {quoted} of {told}; figures and dates: {facts}."

    def sourced(self) -> tuple[float, str]:
        quoted, told = self.quoted
        many = len(self.lines)
        # A table's source stands below it.
        named = sum(line.startswith("|") or bool(_SOURCE.search(line)) for line in self.lines)
        said = f"Lines with a source: {named} of {many}; quoted sentences: {quoted} of {told}."
        return 0.5 * _share(named, many) + 0.5 * _share(quoted, told), said

    def true(self) -> tuple[float, str]:
        quoted, told = self.quoted
        said = f"Sentences that stand in the documents word for word: {quoted} of {told}."
        return _share(quoted, told), said

    def short(self) -> tuple[float, str]:
        count = max(1, len(words(self.text)))
        return ONE_PAGE / count, f"It has {count} words; a page has about {ONE_PAGE}."

    def exact(self) -> tuple[float, str]:
        figures = [figure.strip() for figure in FIGURE.findall(self.text)]
        known = sum(flat(figure) in self.material.text for figure in figures)
        good = _share(known, len(figures)) * min(1.0, len(figures) / 6)
        return good, f"Figures that stand in the documents: {known} of {len(figures)}."

    def answered(self) -> tuple[float, str]:
        gaps = self.text.count(frames.NOT_THERE)
        blocks = self.text.split("\n\n")
        parts = max(1, sum(not block.startswith(("#", ">")) for block in blocks))
        return 1 - gaps / parts, f"Parts that say the material has nothing: {gaps} of {parts}."

    def begins(self) -> tuple[float, str]:
        opening = next(iter(self.lines), "")
        dates, figures = len(WHEN.findall(opening)), len(FIGURE.findall(opening))
        held = f"{dates} date{'s' * (dates != 1)} and {figures} figure{'s' * (figures != 1)}"
        said = f"“{' '.join(opening.split()[:8])} …” holds {held}."
        return 0.3 + 0.5 * bool(dates) + 0.2 * bool(figures), said

    @cached_property
    def lines(self) -> list[str]:
        """The lines that say something: no headings, no rules of tables."""
        lines = (line.strip() for line in self.text.splitlines())
        return [line for line in lines if len(words(line)) > 3 and not line.startswith("#")]

    @cached_property
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
        return sum(self._stands(sentence) for sentence in told), len(told)

    def _stands(self, sentence: str) -> bool:
        # Rows are told as `Farm: Haslam; Crop: apples`, speech as `Ana: “We ship.”`
        pieces = [sentence] if sentence in self.material.text else re.split(r"[;:] ", sentence)
        return all(piece.strip('“”" ') in self.material.text for piece in pieces)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


# Which lines of a rubric are counted how; all others by quotations and figures.
_MEASURES = (
    (r"\bsources?\b|brackets|cite|reference", _Candidate.sourced),
    (r"\bfirst (?:paragraph|section|sentence|line)\b|\bbegins\b|\bopening\b", _Candidate.begins),
    (r"\bone page\b|\bshort\b|\bwords\b|\blength\b|\bconcise\b|\bfits\b", _Candidate.short),
    (r"\bfigures?\b|\bnumbers?\b|\brange\b|\bmeasured\b", _Candidate.exact),
    (r"\binvented\b|\bpromised\b|\bin the document\b|\breally\b|\btrue\b", _Candidate.true),
    (r"\bquestions?\b.*\banswered\b|\bleft out\b|\bnot known\b", _Candidate.answered),
)
