"""The contract of Views, kept by the fake and by both databases."""

import asyncio

from bot.ports import Shown
from tests.database.conftest import Kept
from tests.database.samples import MINUTE, NOON, records, summary


def card(key: str, digest: str = "1") -> Shown:
    return Shown(key=key, message=f"web:main:general:{key}", digest=digest)


async def append(kept: Kept, run: str, first: int = 1, minutes: int = 0) -> None:
    changed_at = NOON + minutes * MINUTE
    await kept.log.append(records(run, first), summary(run, first, changed_at=changed_at))


async def test_nothing_of_a_new_run_is_shown_and_it_is_behind(kept: Kept):
    await append(kept, "a")
    assert await kept.views.shown("a") == {}
    assert await kept.views.behind() == ["a"]


async def test_cards_are_remembered_by_key_and_the_latest_counts(kept: Kept):
    await append(kept, "a")
    await kept.views.record("a", 1, [card("root"), card("draft-1")])
    await kept.views.record("a", 1, [card("root", "2")])
    assert await kept.views.shown("a") == {"root": card("root", "2"), "draft-1": card("draft-1")}
    assert await kept.views.shown("b") == {}


async def test_a_run_is_behind_until_its_last_version_is_shown(kept: Kept):
    await append(kept, "a")
    await append(kept, "a", 2)
    await kept.views.record("a", 1)
    assert await kept.views.behind() == ["a"]
    await kept.views.record("a", 2)
    assert await kept.views.behind() == []
    await append(kept, "a", 3)
    assert await kept.views.behind() == ["a"]


async def test_the_version_shown_never_goes_back(kept: Kept):
    await append(kept, "a")
    await append(kept, "a", 2)
    await asyncio.gather(kept.views.record("a", 2), kept.views.record("a", 1))
    await kept.views.record("a", 1, [card("root")])
    assert await kept.views.behind() == []
    assert await kept.views.shown("a") == {"root": card("root")}


async def test_who_waited_longest_is_first_of_those_behind(kept: Kept):
    for minutes, run in enumerate("cab"):
        await append(kept, run, minutes=minutes)
    assert await kept.views.behind() == ["c", "a", "b"]


async def test_two_record_at_once(doors: tuple[Kept, Kept]):
    runs = [f"run{n}" for n in range(10)]
    await asyncio.gather(*(append(doors[0], run) for run in runs))
    await asyncio.gather(
        *(
            door.views.record(run, 1, [card("root"), card(name)])
            for runs_, door, name in ((runs, doors[0], "one"), (runs[::-1], doors[1], "two"))
            for run in runs_
        )
    )
    assert await doors[0].views.behind() == []
    for run in runs:
        assert set(await doors[1].views.shown(run)) == {"root", "one", "two"}
