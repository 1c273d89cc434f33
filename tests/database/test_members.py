"""The contract of Members, kept by the fake and by both databases."""

import asyncio
from datetime import timedelta, timezone

import pytest

from bot.ports import Member, Members
from tests.database.conftest import Kept
from tests.database.samples import MINUTE, NOON

ANA = Member(id="web:main:ana", name="Ana")
BO = Member(id="web:main:bo", name="Bo «ö»")


@pytest.fixture
def members(kept: Kept) -> Members:
    return kept.members


async def test_nobody_is_a_member_at_first(members: Members):
    assert await members.all() == []
    assert await members.enter("hash", NOON) is None


async def test_who_was_invited_enters_once(members: Members):
    await members.invite(ANA, "hash", NOON + MINUTE)
    assert await members.enter("hash", NOON) == ANA
    assert await members.enter("hash", NOON) is None
    assert await members.all() == [ANA]


async def test_of_many_at_once_one_enters(doors: tuple[Kept, Kept]):
    await doors[0].members.invite(ANA, "hash", NOON + MINUTE)
    entered = await asyncio.gather(*(doors[n % 2].members.enter("hash", NOON) for n in range(10)))
    assert [one for one in entered if one] == [ANA]


async def test_a_pass_ends_when_its_time_is_up(members: Members):
    await members.invite(ANA, "hash", NOON.astimezone(timezone(timedelta(hours=9))))
    assert await members.enter("hash", NOON) is None
    assert await members.enter("hash", NOON - timedelta(microseconds=1)) == ANA


async def test_each_pass_is_its_own_members(members: Members):
    await members.invite(ANA, "of ana", NOON + MINUTE)
    await members.invite(BO, "of bo", NOON + MINUTE)
    await members.invite(ANA, "of ana too", NOON + MINUTE)
    assert await members.enter("of ana too", NOON) == ANA
    assert await members.enter("of bo", NOON) == BO
    assert await members.enter("of ana", NOON) == ANA
    assert await members.all() == [ANA, BO]


async def test_a_member_who_is_invited_again_has_the_new_name(members: Members):
    await members.invite(ANA, "1", NOON + MINUTE)
    renamed = Member(id=ANA.id, name="Anna")
    await members.invite(renamed, "2", NOON + MINUTE)
    assert await members.all() == [renamed]
    assert await members.enter("1", NOON) == renamed


async def test_a_pass_that_is_given_again_is_good_again(members: Members):
    await members.invite(ANA, "hash", NOON + MINUTE)
    await members.enter("hash", NOON)
    await members.invite(BO, "hash", NOON + 3 * MINUTE)
    assert await members.enter("hash", NOON + 2 * MINUTE) == BO
    assert await members.enter("hash", NOON + 2 * MINUTE) is None
