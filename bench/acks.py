"""How soon Podium confirms what people do in a chat: 50 commands a second for 10 s.

Measured where the platform measures it: from sending the command to having the confirmation.
"""

import asyncio
import statistics
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.crowd import PEOPLE, Crowd, Opened
from bench.discord import in_discord
from bench.figure import Figure, at_most, percentile
from bench.slack import in_slack

A_SECOND, SECONDS = 50, 10
LINES = (
    '/delegate reply message: "A valve leaks in row 14. When do I get a new one, and who pays?"',
    "/needs-me",
    "/runs",
    "/delegate launch-brief",
)
WAYS: dict[str, tuple[str, Opened]] = {
    "socket": ("Slack by its sockets", in_slack),
    "http": ("Slack by signed requests", partial(in_slack, signed=True)),
    "gateway": ("Discord by its gateway", in_discord),
}


async def run(quick: bool) -> list[Figure]:
    seconds = 2 if quick else SECONDS
    return [figure for way in WAYS for figure in await _measured(way, seconds)]


async def _measured(way: str, seconds: int) -> list[Figure]:
    name, opened = WAYS[way]
    with TemporaryDirectory() as folder:
        async with opened(Path(folder)) as (crowd, _):
            await typed(crowd, A_SECOND, A_SECOND)  # what the first find cold is not asked here
            taken_s = await typed(crowd, A_SECOND * seconds, A_SECOND)
    taken_ms = [one * 1000 for one in taken_s if one is not None]
    what = f"{name}: {A_SECOND} commands a second for {seconds} s"
    middle, late = statistics.median(taken_ms), percentile(taken_ms, 99)
    lost = len(taken_s) - len(taken_ms)
    rows = [
        ("p99", "confirmed after, p99", late, "ms", (at_most(150),)),
        ("p50", "confirmed after, median", middle, "ms", ()),
        ("lost", "not confirmed", lost, "", (at_most(0),)),
    ]
    return [
        Figure(name=f"acks.{way}.{n}", what=f"{what}, {of}", value=value, unit=unit, goals=goals)
        for n, of, value, unit, goals in rows
    ]


async def typed(crowd: Crowd, commands: int, a_second: int) -> list[float | None]:
    """The seconds until each was confirmed; None for one that never was.

    Everything is sent when its time has come, whether or not what came before is confirmed.
    """
    began = time.monotonic()
    sent: list[asyncio.Task[float | None]] = []
    for n in range(commands):
        await asyncio.sleep(began + n / a_second - time.monotonic())
        line = LINES[n % len(LINES)]
        sent.append(asyncio.create_task(crowd.type(n % PEOPLE, line)))
    return await asyncio.gather(*sent)
