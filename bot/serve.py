"""podium serve: the house with its doors open, until it is told to stop."""

import asyncio
import logging
import secrets
import signal
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from bot.live import Live
from bot.settings import Settings
from bot.threads import Threads
from bot.wiring import hold, model, now, open_house

log = logging.getLogger("podium.serve")


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises AlreadyServing, LogUnavailable, TeamFileError."""
    from adapters.web.app import Web

    from adapters.clock import Clock
    from adapters.database import Database

    hold(settings.data)
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database)
        stack.push_async_callback(database.close)
        live = Live()
        web = Web(
            board=database.board,
            members=database.members,
            live=live,
            secret=_secret(settings.data),
            now=now,
        )
        chats = {"web": web.chat}
        player = model(settings)
        house = await stack.enter_async_context(
            open_house(settings, log=database.log, chats=chats, live=live, player=player)
        )
        threads = Threads(desk=house.desk, live=live, views=database.views, chats=chats)
        stack.push_async_callback(threads.close)
        clock = Clock(house.desk.tick)
        await threads.recover()
        taken_up = await house.desk.recover()
        log.info("recovered runs=%s", taken_up)
        clock.start()
        stack.callback(clock.close)
        await web.serve(house.reception, host=settings.web_host, port=settings.web_port)


def _secret(folder: Path) -> bytes:
    """What sessions are signed with: made once, kept in the data folder, readable by us alone."""
    path = folder / "session.key"
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()


async def until_told() -> None:
    """Wait for SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told.set)
    await told.wait()
