"""Many schedules: 1,000 due in the same second while a chat is at work, and 10,000 at rest.

The due ones start the weekly report in the channels of the page, with the understudy for a model;
what is typed meanwhile is typed in Slack. Started is what the log says has begun.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.database import Database
from adapters.web.places import Place
from bench.acks import typed
from bench.crowd import CHANNELS, channel
from bench.figure import Figure, at_most, percentile
from bench.server import PATIENCE_S, Server, serving
from bench.slack import in_slack
from bot.ports import Query
from bot.schedule.model import Schedule, Terms
from bot.schedule.rule import Interval

DUE, AT_REST = 1_000, 10_000
A_SECOND, BEFORE_S, AFTER_S = 5, 2, 20
SETTLE_S, MEASURED_S, A_MOMENT_S = 5, 60, 5
A_WEEK = 7 * 24 * 60
FAR = timedelta(hours=2)


async def run(quick: bool) -> list[Figure]:
    return [*await _at_once(100 if quick else DUE), *await _at_rest(quick)]


# --- due at once ------------------------------------------------------------------


async def _at_once(schedules: int) -> list[Figure]:
    with TemporaryDirectory() as folder:
        async with in_slack(Path(folder)) as (crowd, _):
            await typed(crowd, A_SECOND * BEFORE_S, A_SECOND)  # what is cold is not asked here
            due = datetime.now(UTC) + timedelta(seconds=BEFORE_S)
            await _schedule(Path(folder), schedules, due)
            typing = asyncio.create_task(typed(crowd, A_SECOND * AFTER_S, A_SECOND))
            started_s = await _started(Path(folder), schedules, due)
            taken_s = await typing
    taken_ms = [1000 * one for one in taken_s if one is not None]
    lost = len(taken_s) - len(taken_ms)
    meanwhile = f"{A_SECOND} commands a second in Slack meanwhile"
    rows = [
        ("started", "all have started after", max(started_s), "s", (at_most(10),)),
        ("half", "half of them have started after", percentile(started_s, 50), "s", ()),
        ("p99", f"{meanwhile}: confirmed after, p99", percentile(taken_ms, 99), "ms", _SOON),
        ("worst", f"{meanwhile}: the slowest", max(taken_ms), "ms", (at_most(3_000),)),
        ("lost", f"{meanwhile}: not confirmed", lost, "", (at_most(0),)),
    ]
    what = f"{schedules:,} schedules due in the same second"
    return [
        Figure(name=f"schedules.{key}", what=f"{what}: {of}", value=value, unit=unit, goals=goals)
        for key, of, value, unit, goals in rows
    ]


_SOON = (at_most(150),)


async def _schedule(folder: Path, schedules: int, due: datetime) -> None:
    """Keep so many, all due at one moment, of a member of the page."""
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    [owner, *_] = await database.members.all()
    made = (_schedule_of(owner.id, n, due) for n in range(schedules))
    kept = await asyncio.gather(*map(database.timetable.change, made))
    await database.close()
    assert all(kept)


def _schedule_of(owner: str, n: int, due: datetime) -> Schedule:
    terms = Terms(
        title=f"Report {n}",
        playbook="weekly-report",
        inputs={"team": f"Team {n}"},
        place=Place(f"#{channel(n % CHANNELS)}").channel_id,
        rule=Interval(minutes=A_WEEK, since=due),
        zone="Europe/Berlin",
    )
    made_at = due - FAR
    return Schedule(id=f"s{n}", owner=owner, made_at=made_at, terms=terms, saved=True, next_due=due)


async def _started(folder: Path, schedules: int, due: datetime) -> list[float]:
    """Seconds from the due time to each start, once all have started."""
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    query = Query(playbook="weekly-report", limit=schedules)
    async with asyncio.timeout(PATIENCE_S):
        while len(runs := await database.log.find(query)) < schedules:  # noqa: ASYNC110
            await asyncio.sleep(1)  # nobody tells another process
    await database.close()
    return [(run.started_at - due).total_seconds() for run in runs]


# --- at rest ------------------------------------------------------------------------


async def _at_rest(quick: bool) -> list[Figure]:
    """Both are served side by side, so that whatever else the machine does hits them alike."""
    seconds = A_MOMENT_S if quick else MEASURED_S
    with TemporaryDirectory() as empty, TemporaryDirectory() as full:
        async with serving(Path(empty)) as without, serving(Path(full)) as with_them:
            await _schedule(Path(full), AT_REST, datetime.now(UTC) + FAR)
            await asyncio.sleep(SETTLE_S)
            none, all_ = await asyncio.gather(_used(without, seconds), _used(with_them, seconds))
    what = f"{AT_REST:,} schedules at rest: CPU of one core"
    rows = [
        ("idle", "more than with none", round(all_ - none, 2), (at_most(1),)),
        ("idle_none", "of the same with none", none, ()),
    ]
    return [
        Figure(name=f"schedules.{key}", what=f"{what}, {of}", value=value, unit="%", goals=goals)
        for key, of, value, goals in rows
    ]


async def _used(server: Server, seconds: float) -> float:
    """Per cent of one core that it uses."""
    before = server.cpu_s
    await asyncio.sleep(seconds)
    return 100 * (server.cpu_s - before) / seconds
