"""The house, put together: the only place beside the entry point that knows adapters."""

import fcntl
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.acts import Acts
from bot.desk import PODIUM, Desk
from bot.intake import Intake
from bot.live import Live
from bot.playbook.catalog import Catalog
from bot.playbook.model import Act
from bot.policy import Team
from bot.ports import Chat, Log, LogUnavailable, Model, Sight, Tool
from bot.reception import Reception
from bot.run.commands import Fail
from bot.run.events import Task
from bot.settings import Settings
from bot.shelf import Shelf
from bot.specialist import Specialist
from bot.team import read_team

if TYPE_CHECKING:
    from adapters.claude.model import Claude
    from adapters.database import Database
    from adapters.slack.app import Slack, Tokens


_ALL_SEEN: Mapping[str, Sight] = {}


class CannotStart(Exception):
    """What Podium keeps its data in cannot be used; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class House:
    """What every way of running Podium shares."""

    desk: Desk
    live: Live
    shelf: Shelf
    intake: Intake
    reception: Reception


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
    reception = Reception(desk=desk, intake=intake, sights=sights)
    try:
        yield House(desk=desk, live=live, shelf=books, intake=intake, reception=reception)
    finally:
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


def _slack_tokens(settings: Settings) -> "Tokens":
    from adapters.slack.app import Tokens

    return Tokens(
        bot=settings.slack_bot_token.get_secret_value(),
        app=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        api_url=settings.slack_api_url,
        prefix=settings.slack_prefix,
    )


def slack_manifest(settings: Settings, url: str) -> dict[str, object]:
    """What the app has to be at Slack, for the playbooks as they are. Raises TeamFileError."""
    from adapters.slack.manifest import manifest

    known = shelf(settings).library.playbooks
    abouts = {name: playbook.about for name, playbook in known.items()}
    return manifest(prefix=settings.slack_prefix, playbooks=abouts, url=url)


async def examine_slack(settings: Settings, *, live: bool) -> list[str]:
    """What stands between Podium and Slack, a line each; ✗ begins what has to be mended."""
    from adapters.slack.doctor import examine

    return await examine(_slack_tokens(settings), slack_manifest(settings, ""), live=live)


def open_slack(
    settings: Settings, database: "Database", key: bytes, tell: Callable[[str], None]
) -> "Slack | None":
    """Slack when its tokens are there; when only some are, `tell` says which are missing."""
    if not settings.has_slack:
        return None
    from adapters.documents import UnreadableFile, read_document
    from adapters.slack.app import Slack

    tokens = _slack_tokens(settings)
    if tokens.missing:
        tell(f"Slack is off: {tokens.missing}")
        return None
    return Slack(
        tokens,
        posts=database.posts,
        inbox=database.inbox,
        installs=database.installs,
        key=key,
        read_document=read_document,
        unreadable=UnreadableFile,
        now=now,
    )


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
