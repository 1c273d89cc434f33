"""Which steps of a playbook wait for which, as its texts say."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias, assert_never, cast

from bot.playbook.model import Act, Answer, Choose, Do, Judge, Playbook, Step, Work
from bot.playbook.templates import reads_in, reads_in_expression

LAST = "last"
"""The name of the last approved result of the same schedule."""

ALWAYS = ("today", "requester", LAST, "since")
"""Names that every text may use beside inputs and steps."""

ITEM = "item"
"""The name that stands for one of the list in a step with `each`."""

_JINJAS = ("and", "else", "false", "if", "in", "is", "loop", "none", "not", "or", "self", "true")
RESERVED = frozenset((*ALWAYS, ITEM, *_JINJAS))
"""Names that no input or step may have: they mean something else in a text."""

Links: TypeAlias = Mapping[str, frozenset[str]]
"""For each step the steps it waits for."""


def names(step: Step) -> frozenset[str]:
    """Every name a step uses: in its texts, its `judge` and its `after`. Raises TemplateError."""
    told = (*step.after, *(step.judge if isinstance(step, Judge) else ()))
    return frozenset(told).union(*_in_texts(step))


def _in_texts(step: Step) -> Iterator[frozenset[str]]:
    if step.when is not None:
        yield reads_in_expression(step.when).names
    match step:
        case Work():
            if step.each is not None:
                yield reads_in_expression(step.each).names
            yield reads_in(step.do).names
        case Choose():
            yield reads_in_expression(step.from_).names
            yield reads_in(step.ask).names
        case Answer() | Do():
            yield reads_in(step.ask).names
        case Act():
            yield reads_in(step.say).names
        case Judge():
            pass
        case _:
            assert_never(step)


def dependencies(playbook: Playbook) -> Links:
    """For each step the steps it waits for, in the file's order. Raises TemplateError."""
    return {name: names(step) & playbook.steps.keys() for name, step in playbook.steps.items()}


def downstream(playbook: Playbook, steps: Iterable[str]) -> frozenset[str]:
    """These steps and everything that, directly or not, waits for them."""
    waits_for = dependencies(playbook)
    reached = waits_for.keys() & frozenset(steps)
    while new := {name for name, sources in waits_for.items() if sources & reached} - reached:
        reached |= new
    return frozenset(reached)


def ring(waits_for: Links) -> tuple[str, ...] | None:
    """Names that wait for each other in a ring, the first in the file named again at the end."""
    try:
        TopologicalSorter({name: sorted(waits_for[name]) for name in waits_for}).prepare()
    except CycleError as error:
        *found, _ = reversed(cast("list[str]", error.args[1]))
        first = found.index(next(name for name in waits_for if name in found))
        return (*found[first:], *found[: first + 1])
    return None
