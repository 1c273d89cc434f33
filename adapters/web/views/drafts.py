"""The drafts of a run, how each came out of the one before, and what was weighed. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict
from urllib.parse import quote

from pydantic import JsonValue

from adapters.web.address import run_path
from adapters.web.prose import harmless, prose
from adapters.web.render import name_of
from adapters.web.views.compare import Comparison, Row, compare
from adapters.web.views.paragraphs import paragraphs
from adapters.web.views.wording import counted
from bot.cards.steps import plain
from bot.playbook.model import Choose, Judge, Work
from bot.playbook.templates import text
from bot.policy import PODIUM
from bot.run.events import Verdict
from bot.run.state import CLOSED, EXPIRED, Draft, Run, StepState

_TONES = {"approved": "good", "sent back": "warn", "rejected": "bad", EXPIRED: "warn"}
_MOST_SCORE = 10
_NUMBERED = re.compile(r"\bcandidate \d", re.IGNORECASE)


class ShownDecision(TypedDict):
    """What came of a draft; `said` is HTML, `by` is empty where nobody decided."""

    verb: str
    tone: str
    by: str
    at: str
    said: str


class ShownDraft(TypedDict):
    number: int
    attempt: int
    at: str
    decision: ShownDecision


class ShownText(TypedDict):
    """A draft to read: `html`, and the `markdown` it was made of."""

    number: int
    html: str
    markdown: str
    path: str


class ShownRow(TypedDict):
    """A paragraph of a comparison; each piece is "same", "gone" or "new" and its plain text."""

    kind: str
    looks: str
    pieces: list[tuple[str, str]]


class ShownChanges(TypedDict):
    number: int
    summary: str
    note: str
    rows: list[ShownRow]


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


# --- drafts ------------------------------------------------------------------------


def drafts(run: Run, names: Mapping[str, str]) -> list[ShownDraft]:
    """Every draft, the newest first."""
    return [
        ShownDraft(
            number=draft.number,
            attempt=draft.attempt,
            at=draft.at.isoformat(),
            decision=_decision(run, f"review-{draft.number}", names),
        )
        for draft in reversed(run.drafts)
    ]


def _decision(run: Run, gate: str, names: Mapping[str, str]) -> ShownDecision:
    taken = run.taken.get(gate)
    if taken is None:
        return ShownDecision(verb=_waits(run, gate), tone="warn", by="", at="", said="")
    nobody = taken.verb == CLOSED or taken.by == PODIUM
    verb = "not decided" if taken.verb == CLOSED else taken.verb
    return ShownDecision(
        verb=verb[0].upper() + verb[1:],
        tone=_TONES.get(taken.verb, "plain"),
        by="" if nobody else name_of(taken.by, names),
        at=taken.at.isoformat(),
        said=prose(said) if (said := text(taken.said)) else "",
    )


def _waits(run: Run, gate: str) -> str:
    review = run.gates.get(gate)
    if review is None:
        return "Not judged"
    if review.approvals == 1:
        return "Waits to be judged"
    return f"Waits to be judged: {len(review.approved_by)} of {review.approvals} approvals given"


def markdown(draft: Draft) -> str:
    """What a draft says, as it is copied."""
    return harmless(text(draft.value))


def read(run: Run, draft: Draft) -> ShownText:
    """The draft to read. Takes time when it is long."""
    said = text(draft.value)
    return ShownText(
        number=draft.number,
        html=prose(said),
        markdown=markdown(draft),
        path=f"{run_path(run.id)}/{quote(f'draft-{draft.number}.md')}",
    )


def changed(before: Draft, after: Draft) -> ShownChanges:
    """How the draft came out of the one before it. Takes time when they are long."""
    old, new = text(before.value), text(after.value)
    found = compare(paragraphs(old), paragraphs(new))
    note = "The drafts are too long or too different to compare every paragraph by words: some "
    note += "stand whole, as removed and added."
    return ShownChanges(
        number=after.number,
        summary=_summary(before.number, found, same=old == new),
        note=note if found.coarse else "",
        rows=[_row(row) for row in found.rows],
    )


def _row(row: Row) -> ShownRow:
    return ShownRow(kind=row.kind, looks=row.looks, pieces=list(row.pieces))


def _summary(before: int, found: Comparison, *, same: bool) -> str:
    if same:
        return f"Nothing has changed since draft {before}."
    if all(row.kind == "same" for row in found.rows):
        return f"Every word is as it was in draft {before}; only the layout has changed."
    counts = ((found.added, "added"), (found.removed, "removed"))
    told = [f"{counted(n, 'word')} {verb}" for n, verb in counts if n]
    return f"{' and '.join(told) or 'Only signs changed'} since draft {before}."


# --- what was weighed -----------------------------------------------------------------


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
