"""The drafts of a run, and how each came out of the one before. Pure."""

from collections.abc import Mapping
from typing import TypedDict
from urllib.parse import quote

from adapters.web.address import run_path
from adapters.web.prose import harmless, prose
from adapters.web.render import name_of
from adapters.web.views.compare import Comparison, Row, compare
from adapters.web.views.paragraphs import paragraphs
from adapters.web.views.wording import counted
from bot.playbook.templates import text
from bot.policy import PODIUM
from bot.run.state import CLOSED, EXPIRED, Draft, Run

_TONES = {"approved": "good", "sent back": "warn", "rejected": "bad", EXPIRED: "warn"}


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
