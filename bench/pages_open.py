"""What 50 open pages cost the server while the runs that they show are at work.

A page is its socket and all that is sent over it; what browsers do with it is not counted.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from adapters.database.database import Database
from adapters.web.address import run_path
from adapters.web.places import GENERAL, Place
from bench.figure import Figure, at_most
from bench.server import PATIENCE_S, Server, serving
from bot.ports import Query
from tests.servers.messages_api import KEY, MessagesApi, Reply
from tests.stories.wire import WireSeat, entered

PAGES, LIVE_RUNS = 50, 5
MEASURED_S, A_MOMENT_S = 15, 5
SETTLE_S = 4
WORDS = "The kettle sings when the water is ready, so nobody has to mind it. " * 120
PAUSE_S = 0.1  # 24 characters every 100 ms: some 60 tokens a second for each specialist
WORKING = Query(status="working")
TOKEN = "the-token-of-this-bench"  # noqa: S105 - it opens nothing else


async def run(quick: bool) -> list[Figure]:
    seconds = A_MOMENT_S if quick else MEASURED_S
    async with MessagesApi(handler=_slowly) as api:
        env = {
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": api.url,
            "PODIUM_WEB_TOKEN": TOKEN,
            "PODIUM_MODEL_CALLS": "50",
        }
        alone = await _measured(env, 0, seconds)
        shown = await _measured(env, PAGES, seconds)
    return [
        Figure(
            name="pages.cpu",
            what=f"page: {PAGES} open pages on {LIVE_RUNS} live runs, CPU more than with none",
            value=100 * (shown[0] - alone[0]),
            unit="%",
            goals=(at_most(25),),
        ),
        Figure(
            name="pages.alone",
            what="page: the same runs, none open",
            value=100 * alone[0],
            unit="%",
        ),
        Figure(
            name="pages.memory",
            what=f"page: {PAGES} open pages, memory more than with none",
            value=(shown[1] - alone[1]) / 1e6,
            unit="MB",
            goals=(at_most(150),),
        ),
    ]


async def _measured(env: Mapping[str, str], pages: int, seconds: float) -> tuple[float, int]:
    """Cores used by the server while the runs are at work, and its memory at the end."""
    with TemporaryDirectory() as folder:
        async with serving(Path(folder), env) as server:
            base = "{0.scheme}://{0.netloc}".format(urlsplit(server.link))
            director = await _seat(base, "/c/general")
            for number in range(LIVE_RUNS):
                await director.type(f'/delegate reply message: "The kettle {number} is late."')
            runs = await _begun(Path(folder))
            seats = [await _seat(base, path) for path in _paths(runs, pages)]
            await asyncio.sleep(SETTLE_S)
            used_s = await _used_s(server, seconds)
            memory = server.memory
            for seat in (director, *seats):
                await seat.leave()
    return used_s / seconds, memory


async def _used_s(server: Server, seconds: float) -> float:
    before = server.cpu_s
    await asyncio.sleep(seconds)
    return server.cpu_s - before


async def _seat(base: str, path: str) -> WireSeat:
    seat = WireSeat(await entered(base, f"/enter?token={TOKEN}"), path)
    await seat.load()
    return seat


async def _begun(folder: Path) -> list[str]:
    """The runs, once all of them are at work."""
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    async with asyncio.timeout(PATIENCE_S):
        while len(found := await database.log.find(WORKING)) < LIVE_RUNS:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # another process begins them
    await database.close()
    return [summary.run for summary in found]


def _paths(runs: Sequence[str], pages: int) -> list[str]:
    """Half of the pages on the runs' own, a quarter on their threads, a quarter at home."""
    own = [run_path(run) for run in runs]
    threads = [Place(GENERAL).thread_of(run).path for run in runs]
    views = [*own, *threads, *own, *("/" for _ in runs)]
    return [views[number % len(views)] for number in range(pages)]


def _slowly(_body: Mapping[str, Any]) -> Reply:
    return Reply(text=WORDS, pause_s=PAUSE_S)
