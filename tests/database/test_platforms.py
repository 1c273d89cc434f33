"""What is kept for platforms of others, in both databases."""

import asyncio
from datetime import timedelta

from adapters.database import Database
from bot.ports import Post
from tests.database.samples import MINUTE, NOON


async def test_a_post_is_new_once_and_then_known_with_its_message(database: Database):
    posts = database.posts
    assert await posts.begin("r1/root", NOON) is None
    assert await posts.begin("r1/root", NOON + MINUTE) == Post(message="", at=NOON)
    await posts.posted("r1/root", "slack:T1:C1::1.2")
    assert await posts.begin("r1/root", NOON) == Post(message="slack:T1:C1::1.2", at=NOON)


async def test_of_many_who_begin_a_post_one_is_first(database: Database):
    begun = await asyncio.gather(*(database.posts.begin("r1/root", NOON) for _ in range(10)))
    assert begun.count(None) == 1


async def test_a_delivery_is_kept_once_and_left_until_it_is_done(database: Database):
    inbox = database.inbox
    assert await inbox.keep("d1", '{"a": 1}', NOON)
    assert await inbox.keep("d2", "{}", NOON - MINUTE)
    assert not await inbox.keep("d1", "other", NOON)
    assert await inbox.left() == [("d2", "{}"), ("d1", '{"a": 1}')]
    await inbox.done("d2")
    assert await inbox.left() == [("d1", '{"a": 1}')]
    assert not await inbox.keep("d2", "{}", NOON)


async def test_deliveries_that_are_done_are_forgotten_in_the_end(database: Database):
    await database.inbox.keep("old", "{}", NOON)
    await database.inbox.done("old")
    await database.inbox.keep("left", "{}", NOON)
    later = NOON + timedelta(days=3)
    for n in range(1_001):
        await database.inbox.keep(f"n{n}", "{}", later)
    assert await database.inbox.keep("old", "{}", later)
    assert ("left", "{}") in await database.inbox.left()


async def test_an_installation_is_kept_replaced_and_forgotten(database: Database):
    installs = database.installs
    assert await installs.installed("T1") == ""
    await installs.install("T1", "sealed")
    await installs.install("T1", "sealed anew")
    assert await installs.installed("T1") == "sealed anew"
    await installs.forget("T1")
    assert await installs.installed("T1") == ""
