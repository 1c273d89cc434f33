"""The head of a run's page: how it stands, who asked for it, what it may cost. Pure."""

from collections.abc import Mapping
from typing import TypedDict

from adapters.web import render
from adapters.web.address import playbook_path, schedule_path
from adapters.web.places import thread_at
from adapters.web.prose import harmless
from bot.cards import Stamp
from bot.cards.run import footer, state, verdict
from bot.policy import PODIUM
from bot.run.state import CLOSED, Run


class Head(TypedDict):
    """`stamp` is HTML, the last decision; all else is plain text, empty where there is none."""

    state: str
    tone: str
    by: str
    at: str
    until: str
    cost: str
    stamp: str
    playbook: str
    playbook_path: str
    schedule: str
    thread: str
    exports: str
    cancel: str


def head(run: Run, names: Mapping[str, str]) -> Head:
    label, tone = state(run)
    thread = thread_at(run.started.place, run.id)
    return Head(
        state=label,
        tone=tone,
        by=render.name_of(run.started.requester, names),
        at=run.started_at.isoformat(),
        until=run.ended_at.isoformat() if run.ended_at else "",
        cost=footer(run),
        stamp=_stamp(run, label, names),
        playbook=harmless(run.playbook.name),
        playbook_path=playbook_path(run.playbook.name),
        schedule=schedule_path(run.started.schedule) if run.started.schedule else "",
        thread=thread.path if thread else "",
        exports=f"/runs/{run.id}",
        cancel="" if run.outcome else f"cancel:{run.id}",
    )


def _stamp(run: Run, state: str, names: Mapping[str, str]) -> str:
    """The last thing that a person decided; where the state says what, only who and when."""
    if run.outcome and run.ended_by != PODIUM and run.ended_at:
        verb, by, at = state, run.ended_by, run.ended_at
    else:
        people = [t for t in run.taken.values() if t.by != PODIUM and t.verb != CLOSED]
        if not people:
            return ""
        last = max(people, key=lambda taken: taken.at)
        verb, by, at = verdict(last), last.by, last.at
    return render.stamp(Stamp("" if verb == state else verb, by, at), names).lstrip()
