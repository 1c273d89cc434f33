"""Lists: runs, and what waits for a person, each with the way to its thread. Pure."""

from bot.cards import Block, Button, Card, Entry, Prose, Stamp, Words
from bot.cards.run import approvals, gate_card, gate_text, judged, money
from bot.playbook.templates import text
from bot.policy import Team
from bot.ports import Summary
from bot.run.state import Draft, Gate, Run

_EXCERPT = 200


def entry(run: Summary, by: str, thread: str) -> Entry:
    """A run's line in a list; `by` is what its requester is called."""
    return Entry(
        run=run.run,
        title=run.title,
        state=run.outcome or run.status,
        by=by,
        spent=money(run.spent_usd),
        at=run.changed_at,
        thread=thread,
    )


def need_card(run: Run, gate: Gate, team: Team, thread: str) -> Card:
    """An open gate in a list: enough to know it again, and to decide it where that is enough."""
    card = gate_card(run, gate, team)
    draft = judged(run, gate)
    said = _glance(draft) if draft else (Words(gate_text(run, gate)),)
    asked = Stamp("Asked for", team.name(run.started.requester), run.started_at)
    return Card(
        key=f"{run.id}/{card.key}",
        title=f"{run.started.title} · {card.title}",
        blocks=(asked, Stamp("Put to you", "", gate.opened_at), *said, *approvals(gate)),
        buttons=card.buttons,
        tone=card.tone,
        thread=thread,
    )


def cancel_card(run: Summary, thread: str) -> Card:
    """A run that can be cancelled from a list."""
    cancel = Button(label="Cancel", action=f"cancel:{run.run}", style="danger")
    return Card(key=f"{run.run}/root", title=run.title, buttons=(cancel,), thread=thread)


def _glance(draft: Draft) -> tuple[Block, ...]:
    """What a draft scored, and how it begins."""
    best = draft.verdict.best if draft.verdict else 0
    scores = [s.score for s in draft.verdict.scores if s.candidate == best] if draft.verdict else []
    scored = [Words(f"Scored {sum(scores) / len(scores):.1f} of 10")] if scores else []
    lines = (line.strip("#*-> ") for line in text(draft.value).splitlines())
    said = " ".join(" ".join(lines).split())
    begins = said if len(said) <= _EXCERPT else f"{said[:_EXCERPT].rsplit(' ', 1)[0]} …"
    return (*scored, Prose(begins))
