"""What a run was given, in words."""

from collections.abc import Iterator, Mapping

from adapters.web.render import name_of
from bot.cards.steps import plain
from bot.playbook.model import Files, Person
from bot.playbook.templates import text as readable
from bot.run.state import Run


def told(run: Run, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The inputs as they were given, without documents, and what a schedule added."""
    for name, spec in run.playbook.inputs.items():
        value = run.brief.inputs.get(name)
        if isinstance(spec, Files) or value in (None, "", []):
            continue
        if isinstance(spec, Person) and isinstance(value, str):
            value = name_of(value, names)
        yield plain(name), readable(value)
    if run.brief.since:
        yield "Last start", run.brief.since
    if run.brief.last.approved_at:
        yield f"Last result, approved {run.brief.last.approved_at}", readable(run.brief.last.result)
