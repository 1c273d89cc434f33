"""Whenever the process dies, what comes of a schedule is the same: nothing lost, nothing twice."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.run.decide import Refused, Stale
from bot.run.events import Started
from bot.schedule.model import Mark, Schedule, Terms
from bot.schedule.rule import Interval
from tests.core.planner import PLACE, Planner, planner
from tests.fakes_chat import FakeChat
from tests.run.director import ANA, NINE
from tests.run.sketch import sketch

DAY = timedelta(days=1)
Step = Callable[["Life"], Awaitable[None]]


@dataclass
class Fate:
    """The process dies at its `call`-th call of a port: before it has effect, or `after` it has."""

    call: int
    after: bool
    calls: int = 0
    dead: bool = False

    async def strike(self, port: Callable[[], Awaitable[Any]]) -> Any:
        self.calls += 1
        self.breathe()
        if self.calls == self.call and not self.after:
            self.die()
        given = await port()
        if self.calls == self.call:
            self.die()
        self.breathe()
        return given

    def die(self) -> None:
        self.dead = True
        self.breathe()

    def breathe(self) -> None:
        if self.dead:
            raise asyncio.CancelledError


class Mortal:
    """A port as a process has it whose fate is sealed."""

    def __init__(self, port: object, fate: Fate) -> None:
        self._port = port
        self._fate = fate

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._port, name)

        async def call(*args: object, **named: object) -> Any:
            return await self._fate.strike(lambda: method(*args, **named))

        return call


class Life:
    """A schedule's, and the processes' that look after it, of which the first is to die."""

    def __init__(self, book: Planner, schedule: Schedule, fate: Fate) -> None:
        self._book = book
        self._fate = fate
        self.schedule = schedule
        self.chat: Any = FakeChat()
        self.now = NINE
        self.process = self._process()

    def _process(self) -> Planner:
        kept = self._book.database
        ports: dict[str, Any] = {
            name: Mortal(getattr(kept, name), self._fate)
            for name in ("timetable", "fires", "log", "views")
        }
        database = dataclasses.replace(kept, **ports)
        chat: Any = Mortal(self.chat, self._fate)
        process = Planner(self._book.folder, database, chat)
        process.now = self.now
        return process

    async def go(self, step: Step) -> None:
        """Take a step; where the process died of it, another begins and takes it again."""
        with suppress(asyncio.CancelledError):
            await step(self)
        if not self._fate.dead:
            return
        await self.process.recurring.close()
        self._fate.dead = False
        self.process = self._process()
        await self.process.recurring.recover()
        await self.process.recurring.quiet()
        with suppress(Refused, Stale):  # it had been done
            await step(self)

    async def run(self, n: int) -> str:
        return (await self._book.past(self.schedule))[n].fire.run

    async def became(self) -> object:
        """All that can be told afterwards, whatever its names are."""
        schedule = await self._book.get(self.schedule)
        fires = [one.fire for one in await self._book.past(self.schedule)]
        logs = [await self._book.database.log.read(fire.run) for fire in fires if fire.run]
        return (
            (schedule.state, schedule.fired, schedule.failures, schedule.untold),
            (schedule.next_due, schedule.held),
            [(fire.due, fire.outcome, fire.stage, fire.why, bool(fire.run)) for fire in fires],
            [sum(isinstance(record.event, Started) for record in records) for records in logs],
            sorted(
                (one.place, sketch(one.card).replace(schedule.id, "it"))
                for one in self.chat.messages.values()
            ),
        )


def at(day: int, seconds: int = 0) -> Step:
    async def tick(life: Life) -> None:
        life.now = life.process.now = NINE + day * DAY + timedelta(seconds=seconds)
        await life.process.tick(life.now)

    return tick


def drafted(n: int) -> Step:
    async def draft(life: Life) -> None:
        await life.process.draft(await life.run(n))

    return draft


def broken(n: int) -> Step:
    async def fail(life: Life) -> None:
        await life.process.fail(await life.run(n))

    return fail


def approved(n: int) -> Step:
    async def approve(life: Life) -> None:
        await life.process.approve(await life.run(n))

    return approve


LIVES: dict[str, tuple[dict[str, object], Sequence[Step]]] = {
    "a result that still waits keeps the next back": (
        {},
        (at(1), drafted(0), at(2), approved(0), at(3)),
    ),
    "the next waits for the last result": (
        {"waiting": "wait"},
        (at(1), drafted(0), at(2), approved(0), at(3)),
    ),
    "only the latest of those missed": ({"missed": "latest"}, (at(4, 3), at(4, 4))),
    "all of those missed": ({"missed": "all", "waiting": "start"}, (at(3, 3), at(3, 4))),
    "what it starts is gone, thrice": ({"playbook": "gone"}, (at(1), at(2), at(3), at(3, 1))),
    "its runs fail, thrice": (
        {},
        (at(1), broken(0), at(2), broken(1), at(3), broken(2), at(3, 1)),
    ),
    "it ends": ({"times": 1}, (at(1), at(1, 1), drafted(0), approved(0))),
}


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Planner]:
    async with planner(tmp_path) as made:
        yield made


async def lived(book: Planner, n: int, name: str, fate: Fate) -> object:
    """What becomes of a schedule of its own."""
    terms, steps = LIVES[name]
    base = {
        "title": "Weekly",
        "playbook": "report",
        "inputs": {"team": "Acme"},
        "place": PLACE,
        "rule": Interval(minutes=24 * 60, since=NINE),
        "zone": "UTC",
    }
    schedule = Schedule(
        id=f"the-{n}",
        owner=ANA,
        made_at=NINE,
        terms=Terms.model_validate(base | terms),
        saved=True,
        next_due=NINE + DAY,
    )
    assert await book.database.timetable.change(schedule)
    life = Life(book, schedule, fate)
    for step in steps:
        await life.go(step)
    became = await life.became()
    now = await book.get(schedule)
    over = Mark(by=ANA, at=NINE - 2 * DAY)
    changes = {"deleted": over, "next_due": None, "held": None, "untold": ""}
    changed = now.model_copy(update={**changes, "version": now.version + 1})
    assert await book.database.timetable.change(changed)
    await life.process.recurring.close()
    return became


@pytest.mark.parametrize("name", LIVES)
async def test_a_process_that_dies_changes_nothing(book: Planner, name: str) -> None:
    undisturbed = Fate(call=0, after=False)
    expected = await lived(book, 0, name, undisturbed)
    assert undisturbed.calls > 10
    numbers = count(1)
    for call in range(1, undisturbed.calls + 1):
        for after in (False, True):
            fate = Fate(call=call, after=after)
            assert await lived(book, next(numbers), name, fate) == expected, fate
