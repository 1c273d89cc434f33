"""A run to take away: Markdown for people, JSON for programs. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from pydantic import JsonValue

from adapters.web.render import name_of
from adapters.web.views.brief import told
from adapters.web.views.decisions import Decision, decisions
from adapters.web.views.spending import Spent, spending
from bot.cards.run import made_by, money, state
from bot.playbook.templates import text as readable
from bot.run.events import Recorded
from bot.run.state import Draft, Run


def file_name(run: Run, ending: str) -> str:
    """A name for a file of the run that every system takes."""
    name = re.sub(r"[^\w.-]+", "-", f"{run.playbook.name}-{run.id}", flags=re.ASCII)
    return f"{name.strip('-.')}{ending}"


def as_json(records: Sequence[Recorded], run: Run) -> dict[str, JsonValue]:
    """The run's events as they stand in the log."""
    return {
        "run": run.id,
        "title": run.started.title,
        "events": [record.model_dump(mode="json", exclude={"run"}) for record in records],
    }


def as_markdown(records: Sequence[Recorded], run: Run, names: Mapping[str, str]) -> str:
    """Brief, result, drafts, decisions and costs."""
    return "\n\n".join(part for part in _parts(records, run, names) if part) + "\n"


def draft_markdown(draft: Draft) -> str:
    """A draft as it was handed in."""
    return f"{readable(draft.value).strip()}\n"


def _parts(records: Sequence[Recorded], run: Run, names: Mapping[str, str]) -> Iterator[str]:
    yield f"# {run.started.title}"
    yield (
        f"{state(run)[0]}. Asked for by {name_of(run.started.requester, names)} on "
        f"{run.started_at:%Y-%m-%d %H:%M} UTC, with the playbook {run.playbook.name}."
    )
    yield made_by(run)
    yield "## The brief"
    yield from _brief(run, names)
    if run.drafts:
        last = run.drafts[-1]
        yield "## The result" if run.approved else f"## The latest draft: draft {last.number}"
        yield draft_markdown(last).strip()
    for draft in run.drafts[:-1]:
        yield f"## Draft {draft.number}"
        yield draft_markdown(draft).strip()
    if listed := decisions(records, run):
        yield "## Decisions"
        yield from map(partial(_decision, names), listed)
    costs = spending(records, run)
    if costs.by_step:
        yield "## Costs"
        yield f"{money(costs.total_usd)} in all."
        yield _table("Specialist", costs.by_specialist)
        yield _table("Step", costs.by_step)


def _brief(run: Run, names: Mapping[str, str]) -> Iterator[str]:
    yield from (f"**{name}**: {said}" for name, said in told(run, names))
    documents = run.brief.documents
    if documents:
        listed = "\n".join(f"- {one.name} ({len(one.text):,} characters)" for one in documents)
        yield f"**Documents**:\n\n{listed}"


def _decision(names: Mapping[str, str], one: Decision) -> str:
    by = f" by {name_of(one.by, names)}" if one.by else ""
    line = f"- **{one.about}**: {one.verb}{by}, {one.at:%Y-%m-%d %H:%M} UTC"
    said = [f"  > {part}" for part in one.said.splitlines()]
    return "\n".join([line, *said])


def _table(of: str, listed: Sequence[Spent]) -> str:
    rows = (f"| {one.name} | {one.calls} | {one.failed} | {money(one.usd)} |" for one in listed)
    return "\n".join([f"| {of} | Calls | Failed | Cost |", "| --- | --- | --- | --- |", *rows])
