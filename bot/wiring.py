"""The house, put together from the core and the adapters that it needs everywhere."""

import fcntl
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.acts import Acts
from bot.desk import PODIUM, Desk
from bot.intake import Intake
from bot.live import Live
from bot.names import Names
from bot.playbook.catalog import Catalog
from bot.playbook.model import Act
from bot.policy import Team
from bot.ports import (
    Chat,
    Fires,
    Log,
    LogUnavailable,
    Model,
    People,
    Sight,
    Timetable,
    Tool,
    Views,
)
from bot.reception import Reception
from bot.recurring import Recurring
from bot.run.commands import Fail
from bot.run.events import Task
from bot.scheduling import Scheduling
from bot.settings import Settings
from bot.shelf import Shelf
from bot.specialist import Specialist
from bot.team import read_team

if TYPE_CHECKING:
    from adapters.claude.model import Claude
    from adapters.database import Database


_ALL_SEEN: Mapping[str, Sight] = {}
_NAMELESS: Mapping[str, People] = {}


class CannotStart(Exception):
    """What Podium keeps its data in cannot be used; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Book:
    """Where schedules are kept, and what became of their due times."""

    timetable: Timetable
    fires: Fires


@dataclass(frozen=True, kw_only=True)
class House:
    """What every way of running Podium shares; nothing recurs where no book is kept."""

    desk: Desk
    live: Live
    shelf: Shelf
    intake: Intake
    reception: Reception
    recurring: Recurring | None

    async def recur(self) -> None:
        """Take up what schedules left half done, and hear what becomes of their runs."""
        if self.recurring:
            self.live.listen(self.recurring.heard)
            await self.recurring.recover()

    async def tick(self) -> None:
        """What is due now: of runs that wait, and of schedules."""
        await self.desk.tick()
        if self.recurring:
            await self.recurring.tick()


def now() -> datetime:
    return datetime.now(UTC)


def catalog(settings: Settings, team: Team) -> Catalog:
    """What playbooks may name here."""
    from adapters.claude.names import KNOWN_MODELS
    from adapters.tools import TOOLS

    return Catalog(
        models=frozenset(KNOWN_MODELS) | ({settings.model} - {""}),
        tools=frozenset(TOOLS),
        reviewers=frozenset(team.people) | frozenset(team.groups),
    )


def shelf(settings: Settings) -> Shelf:
    """The playbooks of this installation. Raises TeamFileError."""
    return Shelf(settings.playbooks, catalog(settings, read_team(settings.team)))


def tools() -> Mapping[str, Tool]:
    """The tools that specialists may be given here."""
    from adapters.tools import TOOLS

    return TOOLS


@asynccontextmanager
async def model(settings: Settings) -> AsyncGenerator[Model]:
    """The model to call; with no key and no server of one's own, the understudy."""
    if not settings.has_model:
        from adapters.understudy import Understudy

        yield Understudy()
        return
    claude = _claude(settings)
    try:
        yield claude
    finally:
        await claude.close()


def pricer(settings: Settings) -> Model:
    """What says how large a request is and what it may cost, without calling anything."""
    return _claude(settings, counts=False)


def _claude(settings: Settings, *, counts: bool = True) -> "Claude":
    from adapters.claude.model import Claude

    return Claude(
        api_key=settings.anthropic_api_key.get_secret_value(),
        base_url=settings.anthropic_base_url,
        model_override=settings.model,
        price=settings.model_price,
        counts=counts,
    )


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    log: Log,
    chats: Mapping[str, Chat],
    live: Live,
    player: Model,
    sights: Mapping[str, Sight] = _ALL_SEEN,
    people: Mapping[str, People] = _NAMELESS,
    views: Views | None = None,
    book: Book | None = None,
) -> AsyncGenerator[House]:
    """The desk with its workers, ready for commands; all work is stopped on leaving."""
    from adapters.documents import read_document
    from adapters.workers import InProcess

    team = read_team(settings.team)
    workers = InProcess()
    desk = Desk(log=log, workers=workers, live=live, team=team, now=now)
    specialist = Specialist(
        desk=desk, live=live, model=player, tools=tools(), calls_at_once=settings.model_calls
    )
    acts = Acts(desk=desk, chats=chats)

    async def work(task: Task) -> None:
        run = await desk.load(task.run)
        doer = acts if isinstance(run.step(task.step), Act) else specialist
        await doer.work(task)

    async def broke(task: Task, fault: Exception) -> None:
        why = f"Podium itself failed here ({type(fault).__name__}); its log says more."
        await desk.handle(task.run, Fail(task=task, why=why), by=PODIUM)

    workers.begin(work=work, broke=broke, wake=desk.wake)
    books = Shelf(settings.playbooks, catalog(settings, team))
    intake = Intake(shelf=books, chats=chats, read_file=read_document)
    names = Names(team, people)
    recurring = book and Recurring(
        desk=desk,
        intake=intake,
        timetable=book.timetable,
        fires=book.fires,
        chats=chats,
        people=people,
        sights=sights,
        names=names,
        views=views,
    )
    reception = Reception(
        desk=desk,
        intake=intake,
        sights=sights,
        names=names,
        views=views,
        schedules=recurring and Scheduling(recurring=recurring),
    )
    try:
        yield House(
            desk=desk,
            live=live,
            shelf=books,
            intake=intake,
            reception=reception,
            recurring=recurring,
        )
    finally:
        if recurring:
            await recurring.close()
        await workers.close()


@asynccontextmanager
async def open_database(url: str) -> AsyncGenerator["Database"]:
    """The database of a URL, until it is left. Raises CannotStart."""
    from adapters.database import Database, DatabaseTooNew

    try:
        database = await Database.open(url)
    except (DatabaseTooNew, LogUnavailable, ValueError) as error:
        raise CannotStart(str(error)) from error
    try:
        yield database
    finally:
        await database.close()


def make_folder(folder: Path) -> None:
    """Make the data folder, which nobody else may look into. Raises CannotStart."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: OSError) -> CannotStart:
    return CannotStart(
        f"{folder} cannot hold Podium's data: {error.strerror}. Set PODIUM_DATA to a folder "
        "that can be written to."
    )


def hold(folder: Path) -> int:
    """Keep other processes from working on this data folder. Raises CannotStart."""
    make_folder(folder)
    try:
        held = os.open(folder / "serving.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise CannotStart(
            f"Podium is already serving from {folder}. Stop that one, or set PODIUM_DATA to "
            "another folder."
        ) from None
    return held
