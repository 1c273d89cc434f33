"""What is asked for again and again is done once a moment."""

import asyncio

from adapters.web.sections.soon import Soon


async def test_what_is_asked_for_thrice_is_done_once_and_can_be_asked_for_again():
    done: asyncio.Queue[str] = asyncio.Queue()
    soon = Soon(lambda: done.put_nowait("done"), 0)
    for _ in range(3):
        soon.ask()
    assert done.empty()
    await done.get()
    assert done.empty()
    soon.ask()
    await done.get()


async def test_what_was_dropped_is_not_done():
    done: list[str] = []
    later = asyncio.Event()
    soon = Soon(lambda: done.append("done"), 0)
    soon.ask()
    soon.drop()
    Soon(later.set, 0).ask()
    await later.wait()
    assert not done


async def test_what_is_asked_for_now_does_not_wait_for_its_moment_and_is_done_once():
    done: asyncio.Queue[str] = asyncio.Queue()
    soon = Soon(lambda: done.put_nowait("done"), 3600)
    soon.ask()
    soon.ask_now()
    await done.get()
    assert done.empty()


async def test_doing_it_may_ask_for_it_again():
    done: list[str] = []
    twice = asyncio.Event()

    def act() -> None:
        done.append("done")
        if len(done) < 2:
            soon.ask()
        else:
            twice.set()

    soon = Soon(act, 0)
    soon.ask()
    await twice.wait()
