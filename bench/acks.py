"""How soon Podium confirms what people do in Slack: 50 commands a second for 10 s.

Measured where Slack measures it: from sending the command to having the confirmation.
"""

import asyncio
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure, at_most, percentile
from bench.slack import in_slack
from tests.servers.slack_api import SlackApi
from tests.servers.slack_delivery import Delivery

A_SECOND, SECONDS = 50, 10
PEOPLE = 25
LINES = (
    '/delegate reply message: "A valve leaks in row 14. When do I get a new one, and who pays?"',
    "/needs-me",
    "/runs",
    "/delegate launch-brief",
)


async def run(quick: bool) -> list[Figure]:
    seconds = 2 if quick else SECONDS
    return [
        *await _measured("socket", "its sockets", seconds),
        *await _measured("http", "signed requests", seconds),
    ]


async def _measured(key: str, by: str, seconds: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        async with in_slack(Path(folder), signed=key == "http") as (slack, _):
            await _typed(slack, A_SECOND)  # what the first ones find cold is not asked here
            sent = await _typed(slack, A_SECOND * seconds)
    taken_ms = [one.acked_after_s * 1000 for one in sent if not one.failed]
    what = f"Slack by {by}: {A_SECOND} commands a second for {seconds} s"
    middle, late = statistics.median(taken_ms), percentile(taken_ms, 99)
    lost = len(sent) - len(taken_ms)
    rows = [
        ("p99", "confirmed after, p99", late, "ms", (at_most(150),)),
        ("p50", "confirmed after, median", middle, "ms", ()),
        ("lost", "not confirmed", lost, "", (at_most(0),)),
    ]
    return [
        Figure(name=f"acks.{key}.{n}", what=f"{what}, {of}", value=value, unit=unit, goals=goals)
        for n, of, value, unit, goals in rows
    ]


async def _typed(slack: SlackApi, commands: int) -> list[Delivery]:
    """Everything is sent when its time has come, whether or not what came before is confirmed."""
    people = [slack.person(f"person{n}") for n in range(PEOPLE)]
    began = time.monotonic()
    sent: list[asyncio.Task[Delivery]] = []
    for n in range(commands):
        await asyncio.sleep(began + n / A_SECOND - time.monotonic())
        line = LINES[n % len(LINES)]
        sent.append(asyncio.create_task(people[n % PEOPLE].command(line)))
    return await asyncio.gather(*sent)
