"""What was acknowledged is there after a restart, however the process ended."""

import asyncio
import sys
from pathlib import Path

from adapters.database import Database
from bot.ports import Line, Member, Past, Query, Shown
from tests.database.conftest import kept_in
from tests.database.samples import MINUTE, NOON, fire, records, schedule, summary

ROOT = Path(__file__).parent.parent.parent


async def test_everything_is_there_after_closing_and_opening_again(url: str):
    first = await Database.open(url)
    kept = kept_in(first)
    await kept.log.append(records("a", count=2), summary("a", 2), "delivery")
    card = Shown(key="root", message="web:main:general:1", digest="1")
    await kept.views.record("a", 1, [card])
    line = Line(id="1", place="general", author="web:main:ana", text="hello", at=NOON)
    await kept.board.add(line)
    ana = Member(id="web:main:ana", name="Ana")
    await kept.members.invite(ana, "hash", NOON)
    assert await first.timetable.change(schedule("s"), [fire("s")])
    await first.close()

    second = await Database.open(url)
    kept = kept_in(second)
    assert await kept.log.read("a") == records("a", count=2)
    assert await kept.log.find(Query()) == [summary("a", 2)]
    assert await kept.views.shown("a") == {"root": card}
    assert await kept.views.behind() == ["a"]
    assert await kept.board.lines("general") == [line]
    assert await kept.members.enter("hash", NOON - MINUTE) == ana
    assert await second.timetable.get("s") == schedule("s")
    assert await second.fires.past("s", 9) == [Past(fire=fire("s"))]
    await second.close()


async def test_what_waits_is_written_before_closing(url: str):
    first = await Database.open(url)
    runs = [f"run{n}" for n in range(20)]
    writes = [asyncio.create_task(first.log.append(records(run), summary(run))) for run in runs]
    await asyncio.sleep(0)
    await first.close()
    await asyncio.gather(*writes)

    second = await Database.open(url)
    assert {one.run for one in await second.log.find(Query())} == set(runs)
    await second.close()


async def test_a_killed_process_loses_nothing_that_was_acknowledged(url: str):
    arguments = ("-m", "tests.database.appender", url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    said = [await process.stdout.readline() for _ in range(200)]
    process.kill()
    said += (await process.stdout.read()).splitlines()[:-1]  # the last may be cut short
    await process.wait()
    acknowledged: dict[str, int] = {}
    for run, seq in (line.decode().split() for line in said):
        acknowledged[run] = int(seq)

    database = await Database.open(url)
    for run, seq in acknowledged.items():
        events = await database.log.read(run)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert len(events) >= seq
        assert len(events) % 3 == 0, "an append is kept whole or not at all"
        (found,) = await database.log.find(Query(run=run))
        assert found.version == len(events)
        following = len(events) + 1
        await database.log.append(records(run, following), summary(run, following))
    await database.close()
