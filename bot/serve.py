"""podium serve: the house with its doors open, until it is told to stop."""

import asyncio
import gc
import logging
import secrets
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from bot.desk import Desk
from bot.health import Health, Pulse
from bot.live import Live
from bot.platforms import platforms
from bot.ports import Chat, Query, Sight
from bot.settings import Settings
from bot.threads import Threads
from bot.wiring import Book, hold, model, now, open_database, open_house, pricer, tools

log = logging.getLogger("podium.serve")

_EVERY_RUN = 1_000_000
_SECRET_BYTES = 32


async def serve(
    settings: Settings, tell: Callable[[str], None], say: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT; `tell` shows the link that lets the owner in, `say` a line.

    Raises CannotStart, LogUnavailable, TeamFileError, OSError.
    """
    # What is imported, down to a model's library, stays: to look through it would only be slow.
    gc.disable()
    from adapters.clock import Clock
    from adapters.documents import UnreadableFile, read_document
    from adapters.web.app import Web

    stop = _stop_signals()
    hold(settings.data)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.database))
        live = Live()
        web = Web(
            board=database.board,
            members=database.members,
            live=live,
            read_document=read_document,
            unreadable=UnreadableFile,
            secret=_secret(settings.data),
            now=now,
            token=settings.web_token.get_secret_value(),
        )
        given = settings.slack_key.get_secret_value().encode()
        key = given or _secret(settings.data, "slack.key")
        others = platforms(settings, database, live, key, tell=say)
        chats: dict[str, Chat] = {"web": web.chat}
        sights: dict[str, Sight] = {"web": web.chat}
        for name, one in others.items():
            chats[name], sights[name] = one.chat, one.sight
        player = await stack.enter_async_context(model(settings))
        gc.freeze()
        gc.enable()
        house = await stack.enter_async_context(
            open_house(
                settings,
                log=database.log,
                chats=chats,
                live=live,
                player=player,
                sights=sights,
                people={"web": web.people, **others},
                views=database.views,
                book=Book(timetable=database.timetable, fires=database.fires),
            )
        )
        threads = Threads(desk=house.desk, live=live, views=database.views, chats=chats)
        stack.push_async_callback(threads.close)
        pulse = Pulse(house.tick, now)
        clock = Clock(pulse.beat)
        await threads.recover()
        log.info("recovered runs=%s", await house.desk.recover())
        await house.recur()
        clock.start()
        stack.callback(clock.close)
        health = Health(
            settings=settings,
            kept_in=database.place,
            ping=database.ping,
            shelf=house.shelf,
            team=house.desk.team,
            tools=tools(),
            pricer=pricer(settings) if settings.has_model else None,
            pulse=pulse,
            pages=web.pages,
            unread=lambda: database.timetable.unreadable,
            platforms={name: one.health for name, one in others.items()},
        )
        site = web.serve(
            house.reception,
            host=settings.web_host,
            port=settings.web_port,
            health=health.conditions,
            metrics=_metrics(house.desk),
        )
        await stack.enter_async_context(site)
        tell(await web.new_link())
        for name, one in others.items():
            serving = one.serve(house.reception, web=settings.public_url or web.url)
            trouble = await stack.enter_async_context(serving)
            say(f"{name.title()}: {trouble or 'connected'}")
        await stop.wait()


def _metrics(desk: Desk) -> Callable[[], Awaitable[str]]:
    async def metrics() -> str:
        runs = await desk.find(Query(limit=_EVERY_RUN))
        lines = ["# TYPE podium_runs gauge"]
        for status, count in sorted(Counter(run.status for run in runs).items()):
            lines.append(f'podium_runs{{status="{status}"}} {count}')
        lines += ["# TYPE podium_gates_open gauge"]
        lines.append(f"podium_gates_open {sum(len(run.gates) for run in runs)}")
        lines += ["# TYPE podium_spent_usd counter"]
        lines.append(f"podium_spent_usd {sum(run.spent_usd for run in runs):.6f}")
        return "\n".join(lines) + "\n"

    return metrics


def _secret(folder: Path, name: str = "session.key") -> bytes:
    """A key such as sessions are signed with: made once, kept in the data folder, ours alone."""
    path, new = folder / name, folder / f"{name}.new"
    if not path.exists() or path.stat().st_size < _SECRET_BYTES:
        # Whole or not at all: whoever knows that a key is empty signs what they like with it.
        new.unlink(missing_ok=True)
        new.touch(mode=0o600, exist_ok=False)
        new.write_bytes(secrets.token_bytes(_SECRET_BYTES))
        new.replace(path)
    return path.read_bytes()


def _stop_signals() -> asyncio.Event:
    """Set by SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told.set)
    return told
