"""Which steps of a playbook wait for which, as its texts say."""

import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, assert_never

from bot.playbook.model import Act, Answer, Choose, Do, Judge, Playbook, Step, Work
from bot.playbook.templates import names_in, names_in_expression

ALWAYS = ("today", "requester")
"""Names that every text may use beside inputs and steps."""

ITEM = "item"
"""The name that stands for one of the list in a step with `each`."""

_JINJAS = ("and", "else", "false", "if", "in", "is", "loop", "none", "not", "or", "self", "true")
RESERVED = frozenset((*ALWAYS, ITEM, *_JINJAS))
"""Names that no input or step may have: they mean something else in a text."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text of a step that names inputs and steps, and the key it stands under."""

    key: str
    text: str
    kind: Literal["template", "expression"]

    @property
    def names(self) -> frozenset[str]:
        """What it names. Raises TemplateError."""
        return names_in(self.text) if self.kind == "template" else names_in_expression(self.text)


def texts(step: Step) -> Iterator[Text]:
    """Every text of a step in which names are looked up."""
    if step.when is not None:
        yield Text(key="when", text=step.when, kind="expression")
    match step:
        case Work():
            if step.each is not None:
                yield Text(key="each", text=step.each, kind="expression")
            yield Text(key="do", text=step.do, kind="template")
        case Choose():
            yield Text(key="from", text=step.from_, kind="expression")
            yield Text(key="ask", text=step.ask, kind="template")
        case Answer() | Do():
            yield Text(key="ask", text=step.ask, kind="template")
        case Act():
            yield Text(key="say", text=step.say, kind="template")
        case Judge():
            pass
        case _:
            assert_never(step)


def names(step: Step) -> frozenset[str]:
    """Every name a step uses: in its texts, its `judge` and its `after`. Raises TemplateError."""
    told = (*step.after, *(step.judge if isinstance(step, Judge) else ()))
    return frozenset(told).union(*(found.names for found in texts(step)))


def dependencies(playbook: Playbook) -> Mapping[str, frozenset[str]]:
    """For each step the steps it waits for, in the file's order. Raises TemplateError."""
    return _graph(playbook).waits_for


def downstream(playbook: Playbook, steps: Iterable[str]) -> frozenset[str]:
    """These steps and everything that, directly or not, waits for them."""
    return _reach(_graph(playbook).feeds, frozenset(steps))


def order(playbook: Playbook) -> tuple[str, ...]:
    """The steps so that none stands before what it waits for. Raises ValueError on a cycle."""
    graph = _graph(playbook)
    if graph.cycle:
        raise ValueError(f"steps wait for each other: {' -> '.join(graph.cycle)}")
    return graph.order


def cycle(playbook: Playbook) -> tuple[str, ...] | None:
    """Steps that wait for each other in a ring, the first named again at the end."""
    return _graph(playbook).cycle


@dataclass(frozen=True, kw_only=True)
class _Graph:
    waits_for: Mapping[str, frozenset[str]]
    feeds: Mapping[str, frozenset[str]]
    order: tuple[str, ...]
    cycle: tuple[str, ...] | None


# A playbook holds dicts, so it has no hash: its graph is kept beside the object that lives.
_kept: dict[int, tuple[weakref.ref[Playbook], _Graph]] = {}


def _graph(playbook: Playbook) -> _Graph:
    kept = _kept.get(id(playbook))
    if kept and kept[0]() is playbook:
        return kept[1]
    graph = _linked(
        tuple(
            (name, names(step).intersection(playbook.steps))
            for name, step in playbook.steps.items()
        )
    )
    place = id(playbook)
    _kept[place] = weakref.ref(playbook, lambda _: _kept.pop(place, None)), graph
    return graph


@lru_cache(maxsize=512)
def _linked(links: tuple[tuple[str, frozenset[str]], ...]) -> _Graph:
    waits_for = dict(links)
    feeds = {
        name: frozenset(other for other, sources in links if name in sources) for name in waits_for
    }
    ordered = _ordered(waits_for)
    return _Graph(
        waits_for=MappingProxyType(waits_for),
        feeds=MappingProxyType(feeds),
        order=ordered,
        cycle=_ring(waits_for, waits_for.keys() - set(ordered)),
    )


def ring(waits_for: Mapping[str, frozenset[str]]) -> tuple[str, ...] | None:
    """Names that wait for each other in a ring, the first named again at the end."""
    return _ring(waits_for, waits_for.keys() - set(_ordered(waits_for)))


def _ordered(waits_for: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """As many steps as can be put in order; those on a cycle or behind one are left out."""
    done: dict[str, None] = {}
    left = list(waits_for)
    while ready := [name for name in left if waits_for[name] <= done.keys()]:
        done.update(dict.fromkeys(ready))
        left = [name for name in left if name not in done]
    return tuple(done)


def _ring(waits_for: Mapping[str, frozenset[str]], stuck: Set[str]) -> tuple[str, ...] | None:
    """One cycle among stuck steps, each of which waits for a stuck one."""
    if not stuck:
        return None
    path: list[str] = []
    name = next(name for name in waits_for if name in stuck)
    while name not in path:
        path.append(name)
        name = next(other for other in waits_for if other in waits_for[name] & stuck)
    return (*path[path.index(name) :], name)


def _reach(feeds: Mapping[str, frozenset[str]], steps: frozenset[str]) -> frozenset[str]:
    reached: set[str] = set()
    queue = deque(steps & feeds.keys())
    while queue:
        name = queue.popleft()
        if name not in reached:
            reached.add(name)
            queue.extend(feeds[name])
    return frozenset(reached)
