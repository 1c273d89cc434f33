"""Slack's own rates, switched on: what people wait for goes first, and limits are rarely met."""

import asyncio
import itertools

from adapters.slack.pace import EDIT, Pace
from adapters.slack.places import place_of
from bot.cards import Button, Card, Checklist, Item
from tests.servers.slack_api import SlackApi
from tests.slack.house import Office

RUNS = 10


def root(run: int, done: int, over: str = "") -> Card:
    """The checklist of a run that is at work, or what it becomes when that is over."""
    if over:
        return Card(key="root", title=f"Run {run}, {over}")
    stop = Button(label="Cancel", action=f"cancel:{run}")
    item = Item(label=f"Step {done}", state="working")
    return Card(key="root", title=f"Run {run}", blocks=(Checklist((item,)),), buttons=(stop,))


def refused(api: SlackApi) -> list[str]:
    return [call.method for call in api.calls if call.error == "ratelimited"]


async def test_endless_changes_hold_no_draft_and_no_decision_up(api: SlackApi, at_work: Office):
    chat, place = at_work.slack.chat, f"slack:{api.team.id}:{api.team.channel('#general').id}"
    api.limits.on = True
    async with asyncio.timeout(50):
        posts = (chat.post(place, root(n, 0), f"run-{n}/root") for n in range(RUNS))
        roots = await asyncio.gather(*posts)
        storm = asyncio.gather(*(_storm(at_work, n, m) for n, m in enumerate(roots) if n >= 5))
        while len(api.called("chat.update")) < 10:
            await api.news.wait()
        drafts = [Card(key=f"draft-{n}", title=f"Draft {n}") for n in (1, 2)]
        stand = [await chat.post(roots[0], draft, f"run-0/{draft.key}") for draft in drafts]
        decided = [chat.edit(m, Card(key="draft", title="Approved")) for m in stand]
        over = [chat.edit(m, root(n, 0, "over")) for n, m in enumerate(roots[:5])]
        async with asyncio.timeout(5):  # their share of the rate; a queue would last a minute
            await asyncio.gather(*decided, *over)
        storm.cancel()
        await asyncio.gather(storm, return_exceptions=True)
        over = [chat.edit(m, root(n, 0, "over")) for n, m in enumerate(roots) if n >= 5]
        await asyncio.gather(*over)
    assert len(refused(api)) <= 3
    assert "chat.update" not in refused(api)
    ana = at_work.ana()
    assert sorted(said.text for said in ana.sees()) == [f"Run {n}, over" for n in range(RUNS)]
    thread = ana.sees(thread_ts=place_of(roots[0]).stamps[0])
    assert [said.text for said in thread] == ["Run 0, over", "Approved", "Approved"]


async def _storm(at_work: Office, number: int, message: str) -> None:
    """Always something new, shown as soon as there is room."""
    for done in itertools.count(1):
        await at_work.slack.chat.room(message)
        await at_work.slack.chat.edit(message, root(number, done))


async def test_progress_leaves_some_of_a_rate_to_what_people_wait_for():
    pace, update = Pace(now=lambda: 0.0), ("T1", "chat.update", "C1")
    gone = 0
    while pace.may_now(*update):
        await pace.turn(*update)
        gone += 1
    waiting = asyncio.create_task(pace.room(*update))
    async with asyncio.timeout(5):
        for _ in range(int(EDIT.kept)):
            await pace.turn(*update)
    assert gone >= 5
    assert not waiting.done()
    waiting.cancel()
