"""cards: what should be seen of a run in its thread. Pure: the same run gives the same cards."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from pydantic import JsonValue

from bot.cards.changes import changes
from bot.cards.model import (
    Block,
    Button,
    Card,
    Checklist,
    Prose,
    Stamp,
    Style,
    Table,
    Tone,
    Words,
)
from bot.cards.steps import items, people, plain
from bot.playbook.model import Answer, Judge
from bot.playbook.templates import text
from bot.policy import PODIUM, Team, deciders
from bot.run.state import CLOSED, EXPIRED, Draft, Gate, Run, Taken

UNDERSTUDY = "understudy"
_OPTIONS_AS_BUTTONS = 5
_DONE = {"choose": "chosen", "do": "done"}
OUTCOMES: dict[str, tuple[str, Tone]] = {
    "approved": ("Approved", "good"),
    "rejected": ("Rejected", "bad"),
    "cancelled": ("Cancelled", "warn"),
    "ended": ("Ended early", "warn"),
    "expired": ("Expired", "warn"),
    "empty": ("Ended with nothing to deliver", "warn"),
}


def cards(run: Run, team: Team) -> tuple[Card, ...]:
    """All cards of a run in the order of their thread; the first is the root, in the channel."""
    thread: list[Card] = []
    for taken in run.taken.values():
        thread += _taken(run, taken, team)
    for gate in run.gates.values():
        thread += _waiting(run, gate, team)
    titled = (replace(c, run_title=run.started.title) for c in (*thread, *_outcome(run, team)))
    return (root(run, team), *titled)


def root(run: Run, team: Team) -> Card:
    """The one message in the channel: who is at work, and what it has cost."""
    buttons = () if run.outcome else (Button(label="Cancel", action=f"cancel:{run.id}"),)
    label, tone = state(run, _awaited(run, team))
    said = "Scheduled" if run.started.schedule else "Asked for"
    asked = Stamp(said, team.name(run.started.requester), run.started_at)
    return Card(
        key="root",
        title=run.started.title,
        blocks=(Words(label, tone), asked, Checklist(items(run, team))),
        buttons=buttons,
        footer=footer(run),
        tone=tone,
    )


def footer(run: Run) -> str:
    """What the run has cost so far, and whether a model was called at all."""
    spent = money(run.spent_usd)
    cost = f"{spent} of {money(run.budget_usd)}" if run.budget_usd is not None else spent
    return " · ".join(part for part in (f"{cost} spent", made_by(run)) if part)


def made_by(run: Run) -> str:
    """What must be said where no model, or not only a model, did the work."""
    if UNDERSTUDY not in run.models:
        return ""
    whole = "No model was called: the understudy worked from your material alone."
    return whole if len(run.models) == 1 else "Parts are by the understudy: no model was called."


def money(usd: float) -> str:
    return f"${usd:,.2f}" if usd >= 0.1 or usd == 0 else f"${usd:.4f}"


def gate_text(run: Run, gate: Gate) -> str:
    """What a gate asks, in one sentence."""
    match gate.kind:
        case "review":
            return f"Draft {gate.id.rpartition('-')[2]} waits to be judged."
        case "choose" | "answer" | "do":
            return gate.ask
        case "retry":
            return _failed(run)
        case "usd":
            needed = money(gate.needed_usd)
            return (
                f"The budget of {money(run.budget_usd or 0)} does not reach: {money(run.spent_usd)}"
                f" is spent and the next call may pass it by {needed}. Allow more, or end here?"
            )
        case "minutes":
            return (
                f"The specialists have worked for {run.budget_minutes:g} minutes without handing "
                "in a draft. Give them more time, or end here?"
            )
        case _:
            assert_never(gate.kind)


def _failed(run: Run) -> str:
    found = [(n, f.why) for n, state in run.steps.items() for f in state.failures.values()]
    names = ", ".join(dict.fromkeys(plain(name) for name, _ in found))
    whys = " ".join(dict.fromkeys(_sentence(why) for _, why in found))
    return f"{names} failed. {whys} What is finished is kept. Try again, or end here?"


def _sentence(why: str) -> str:
    return why if why.endswith((".", "!", "?")) else f"{why}."


def state(run: Run, awaited: str = "a person") -> tuple[str, Tone]:
    """How far the whole run is, in a few words."""
    if run.outcome:
        return OUTCOMES[run.outcome]
    if any(state.failures for state in run.steps.values()):
        return (f"Something failed: waits for {awaited}", "bad")
    if run.gates:
        return (f"Waits for {awaited}", "warn")
    return ("At work", "plain")


def _awaited(run: Run, team: Team) -> str:
    asked = dict.fromkeys(who for gate in run.gates.values() for who in gate.by)
    return people(run, tuple(asked), team)


# --- gates -----------------------------------------------------------------------


def gate_card(run: Run, gate: Gate, team: Team) -> Card:
    """The card on which an open gate is decided."""
    return next(_waiting(run, gate, team))


def _waiting(run: Run, gate: Gate, team: Team) -> Iterator[Card]:
    people = tuple(sorted(deciders(gate.by, run.started.requester, team, gate.own_work)))
    if draft := judged(run, gate):
        yield _draft(run, draft, approvals(gate), _buttons(run, gate), people)
    else:
        blocks = (Words(gate_text(run, gate)), *_options(gate))
        yield _gate(gate, blocks, _buttons(run, gate), people)
    for n in range(1, gate.reminders + 1):
        last = n == gate.reminders
        yield _reminder(run, gate, n, people if last else ())


def judged(run: Run, gate: Gate) -> Draft | None:
    """The draft that a review is about."""
    return next((d for d in run.drafts if gate.id == f"review-{d.number}"), None)


def _taken(run: Run, taken: Taken, team: Team) -> Iterator[Card]:
    stamp = Stamp(verdict(taken), team.name(taken.by), taken.at)
    said = text(_given(taken.said))
    note = (Prose(said),) if said else ()
    if draft := judged(run, taken.gate):
        yield _draft(run, draft, (*approvals(taken.gate), stamp, *note), ())
    else:
        yield _gate(taken.gate, (Words(taken.gate.ask), stamp, *note), ())
    for n in range(1, taken.gate.reminders + 1):
        yield _reminder(run, taken.gate, n, ())


def verdict(taken: Taken) -> str:
    """What was decided, in a word or two."""
    nobody = taken.verb in (CLOSED, EXPIRED)
    return (taken.verb if nobody else _DONE.get(taken.gate.kind, taken.verb)).capitalize()


def _given(said: JsonValue) -> JsonValue:
    """An answer without the fields that were left empty."""
    if isinstance(said, dict):
        return {name: value for name, value in said.items() if value not in (None, "", [])}
    return said


def approvals(gate: Gate) -> tuple[Block, ...]:
    """How many have said yes, where one is not enough."""
    if gate.approvals == 1:
        return ()
    given = len(gate.approved_by)
    return (Words(f"{given} of {gate.approvals} approvals given"),)


def _gate(
    gate: Gate,
    blocks: tuple[Block, ...],
    buttons: tuple[Button, ...],
    mentions: tuple[str, ...] = (),
) -> Card:
    titles = {
        "choose": "A choice",
        "answer": "A question",
        "do": "For you to do",
        "retry": "Something failed",
        "usd": "The budget",
        "minutes": "The time",
    }
    return Card(
        key=f"gate-{gate.id}",
        title=titles[gate.kind],
        blocks=tuple(block for block in blocks if block != Words("")),
        buttons=buttons,
        tone=_asking(gate) if buttons else "plain",
        mentions=mentions,
    )


def _asking(gate: Gate) -> Tone:
    return "bad" if gate.kind == "retry" else "warn"


def _reminder(run: Run, gate: Gate, number: int, mentions: tuple[str, ...]) -> Card:
    ask = "Still waiting." if mentions else "This was a reminder."
    return Card(
        key=f"reminder-{gate.id}-{number}",
        title="Reminder",
        blocks=(Words(f"{ask} {gate_text(run, gate)}" if mentions else ask),),
        mentions=mentions,
    )


def _options(gate: Gate) -> tuple[Block, ...]:
    if gate.kind != "choose":
        return ()
    return tuple(Prose(text(item), label=str(n)) for n, item in enumerate(gate.items, 1))


def _buttons(run: Run, gate: Gate) -> tuple[Button, ...]:
    def button(label: str, verb: str, style: Style = "plain", option: int | None = None) -> Button:
        ending = "" if option is None else f":{option}"
        return Button(label=label, action=f"{verb}:{run.id}:{gate.id}{ending}", style=style)

    end = button("End here", "end", "danger")
    match gate.kind:
        case "review":
            reject = button("Reject", "reject", "danger")
            return (button("Approve", "approve", "primary"), button("Revise", "revise"), reject)
        case "choose" if len(gate.items) > _OPTIONS_AS_BUTTONS:
            return (button("Choose", "pick", "primary"),)
        case "choose":
            return tuple(
                button(_short(f"{n + 1} · {_line(text(item))}"), "choose", option=n)
                for n, item in enumerate(gate.items)
            )
        case "answer":
            step = run.step(gate.step)
            ready = step.options if isinstance(step, Answer) else ()
            own = button(
                "Another answer" if ready else "Answer", "answer", "plain" if ready else "primary"
            )
            return (*(button(_short(o), "say", option=n) for n, o in enumerate(ready)), own)
        case "do":
            return (button("Done", "done", "primary"), button("Done, with a note", "note"))
        case "retry":
            return (button("Try again", "retry", "primary"), end)
        case "usd":
            more = money(run.playbook.budget.usd or 0)
            other = button("Another amount", "extend")
            return (button(f"Allow {more} more", "more", "primary"), other, end)
        case "minutes":
            more = f"Give {run.playbook.budget.minutes:g} minutes more"
            return (button(more, "more", "primary"), button("Another time", "extend"), end)
        case _:
            assert_never(gate.kind)


def _short(label: str) -> str:
    return label if len(label) <= 75 else f"{label[:74]}…"


def _line(said: str) -> str:
    lines = (line.strip("#*-> ").strip() for line in said.splitlines())
    return next((line for line in lines if line), "")


# --- drafts ----------------------------------------------------------------------


def _draft(
    run: Run,
    draft: Draft,
    below: tuple[Block, ...],
    buttons: tuple[Button, ...],
    mentions: tuple[str, ...] = (),
) -> Card:
    blocks: list[Block] = [Prose(text(draft.value))]
    if draft.number > 1:
        before = run.drafts[draft.number - 2]
        changed = changes(text(before.value), text(draft.value))
        blocks.append(Prose(changed, label=f"What changed since draft {before.number}"))
    blocks += _scores(run, draft)
    return Card(
        key=f"draft-{draft.number}",
        title=f"Draft {draft.number}",
        blocks=(*blocks, *below),
        buttons=buttons,
        footer=made_by(run),
        mentions=mentions,
    )


def _scores(run: Run, draft: Draft) -> Iterator[Block]:
    """The judge's evidence on the draft, line by line of the rubric."""
    step = run.playbook.steps[run.playbook.deliver.from_]
    verdict = draft.verdict
    if not verdict or not isinstance(step, Judge):
        return
    rows = tuple(
        (step.rubric[score.line], f"{score.score} of 10", score.reason)
        for score in verdict.scores
        if score.candidate == verdict.best
    )
    label = f"Judged by {step.by}"
    if verdict.why:
        label += f": {verdict.why}"
    yield Table(("Rubric", "Score", "Why"), rows, label=label)


# --- the end ----------------------------------------------------------------------


def _outcome(run: Run, team: Team) -> Iterator[Card]:
    if not run.outcome or not run.ended_at:
        return
    (label, tone), by = OUTCOMES[run.outcome], run.ended_by
    words = [Words(_sentence(run.reason[0].upper() + run.reason[1:]))] if run.reason else []
    posts = [Words(f"Posted to {post.post}.") for post in run.playbook.deliver.then]
    yield Card(
        key="outcome",
        title=label,
        blocks=(
            *([] if by == PODIUM else [Stamp("Closed", team.name(by), run.ended_at)]),
            *words,
            *(posts if run.outcome == "approved" and not run.reason else []),
        ),
        tone=tone,
    )


def post_card(run: Run, step: str, said: str) -> Card:
    """A message that a playbook posts to a channel."""
    return Card(
        key=step, title=run.started.title, blocks=(Prose(said),), footer=made_by(run), tone="good"
    )
