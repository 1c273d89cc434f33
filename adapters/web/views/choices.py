"""What was weighed for a draft: candidates that were judged or chosen from, and variants. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import TypedDict

from pydantic import JsonValue

from adapters.web.prose import harmless, prose
from bot.cards.steps import plain
from bot.playbook.model import Choose, Judge, Work
from bot.playbook.templates import text
from bot.run.events import Verdict
from bot.run.state import Draft, Run, StepState

_MOST_SCORE = 10
_NUMBERED = re.compile(r"\bcandidate \d", re.IGNORECASE)


class ShownScore(TypedDict):
    score: int
    reason: str


class ShownCandidate(TypedDict):
    """`aside` is the judge's number where a reason uses one; `word` says that it was taken."""

    label: str
    aside: str
    word: str
    total: int
    most: int
    scores: list[ShownScore | None]


class ShownChoice(TypedDict):
    """What one was taken of; it can be read side by side where `readable`."""

    key: str
    title: str
    about: str
    why: str
    lines: list[str]
    candidates: list[ShownCandidate]
    readable: bool


def choices(run: Run, draft: Draft | None) -> list[ShownChoice]:
    """What was weighed for a draft: for an older one, what is still known of it."""
    if draft and draft is not run.drafts[-1]:
        return [*_judged_before(run, draft)]
    return [choice for choice, _ in _choices(run)]


def alternatives(run: Run, key: str) -> list[str]:
    """The candidates of a choice as HTML. Takes time when they are long."""
    found = (values for choice, values in _choices(run) if choice["key"] == key)
    return [prose(text(value)) for value in next(found, ())]


Choices = Iterator[tuple[ShownChoice, Sequence[JsonValue]]]


def _choices(run: Run) -> Choices:
    """Choices with the values they are of. What is judged or chosen from is not told twice."""
    told: set[str] = set()
    found = [*_judged(run), *_chosen(run), *_variants(run)]
    for choice, values in found:
        content = repr(sorted(map(text, values)))
        if content not in told:
            told.add(content)
            yield choice, values


def _done(run: Run, name: str) -> StepState | None:
    state = run.steps.get(name)
    return state if state and state.status == "done" else None


def _judged(run: Run) -> Choices:
    for name, step in run.playbook.steps.items():
        if isinstance(step, Judge) and (state := _done(run, name)) and state.verdict:
            values = run.candidates(step)
            alone = len(step.judge) == 1
            labels = [one for judged in step.judge for one in _labels(run, judged, alone=alone)]
            yield _verdict(name, step, state.verdict, labels, readable=True), values


def _judged_before(run: Run, draft: Draft) -> Iterator[ShownChoice]:
    name = run.playbook.deliver.from_
    step = run.playbook.steps[name]
    if isinstance(step, Judge) and draft.verdict:
        count = max((score.candidate for score in draft.verdict.scores), default=-1) + 1
        labels = [f"Candidate {n}" for n in range(1, count + 1)]
        yield _verdict(name, step, draft.verdict, labels, readable=False)


def _labels(run: Run, name: str, *, alone: bool) -> list[str]:
    """What the results of a step are called: not as drafts are, which are counted too."""
    state, step = run.steps.get(name), run.playbook.steps[name]
    parts = sorted(state.results) if state else []
    if len(parts) < 2:
        return [plain(name) for _ in parts]
    word = "variant" if isinstance(step, Work) and step.variants > 1 else "part"
    start = word.capitalize() if alone else f"{plain(name)}, {word}"
    return [f"{start} {part + 1}" for part in parts]


def _verdict(
    name: str, step: Judge, verdict: Verdict, labels: Sequence[str], *, readable: bool
) -> ShownChoice:
    given = {(score.candidate, score.line): score for score in verdict.scores}
    said = [verdict.why, *(score.reason for score in verdict.scores)]
    numbered = any(map(_NUMBERED.search, said))
    candidates: list[ShownCandidate] = []
    for n, label in enumerate(labels):
        scores = [given.get((n, line)) for line in range(len(step.rubric))]
        candidates.append(
            ShownCandidate(
                label=harmless(label),
                aside=f"candidate {n} to the judge" if numbered else "",
                word="Best" if n == verdict.best and labels[1:] else "",
                total=sum(one.score for one in scores if one),
                most=_MOST_SCORE * len(step.rubric),
                scores=[
                    ShownScore(score=one.score, reason=harmless(one.reason)) if one else None
                    for one in scores
                ],
            )
        )
    return ShownChoice(
        key=name,
        title=harmless(plain(name)),
        about=harmless(f"Judged by {step.by}"),
        why=harmless(verdict.why),
        lines=[harmless(line) for line in step.rubric],
        candidates=candidates,
        readable=readable,
    )


def _chosen(run: Run) -> Choices:
    for name, step in run.playbook.steps.items():
        state = run.steps.get(name)
        if isinstance(step, Choose) and state and state.items:
            done = state.status == "done"
            taken = state.items.index(state.value) if done and state.value in state.items else -1
            about = "Chosen by a person" if done else "Waits for a person to choose"
            labels = [f"Option {n}" for n in range(1, len(state.items) + 1)]
            yield _plainly(name, about, labels, taken), state.items


def _variants(run: Run) -> Choices:
    for name, step in run.playbook.steps.items():
        state = _done(run, name)
        if isinstance(step, Work) and step.variants > 1 and state:
            values = [state.results[part] for part in sorted(state.results)]
            labels = _labels(run, name, alone=True)
            yield _plainly(name, f"Variants by {step.by}", labels, -1), values


def _plainly(name: str, about: str, labels: Sequence[str], taken: int) -> ShownChoice:
    return ShownChoice(
        key=name,
        title=harmless(plain(name)),
        about=harmless(about),
        why="",
        lines=[],
        candidates=[
            ShownCandidate(
                label=harmless(label),
                aside="",
                word="Chosen" if n == taken else "",
                total=0,
                most=0,
                scores=[],
            )
            for n, label in enumerate(labels)
        ],
        readable=True,
    )
