"""Slack's own rates, switched on: what people wait for goes first, and limits are rarely met."""

import asyncio
import itertools

from bot.cards import Button, Card, Checklist, Item
from tests.servers.slack_api import SlackApi
from tests.slack.house import Office

RUNS = 10


def root(run: int, done: int) -> Card:
    """The checklist of a run that is at work."""
    stop = Button(label="Cancel", action=f"cancel:{run}")
    item = Item(label=f"Step {done}", state="working")
    return Card(key="root", title=f"Run {run}", blocks=(Checklist((item,)),), buttons=(stop,))


def refused(api: SlackApi) -> list[str]:
    return [call.method for call in api.calls if call.error == "ratelimited"]


async def test_hundreds_of_changes_hold_no_draft_and_no_decision_up(api: SlackApi, at_work: Office):
    chat, place = at_work.slack.chat, f"slack:{api.team.id}:{api.team.channel('#general').id}"
    api.limits.on = True
    async with asyncio.timeout(50):
        posts = (chat.post(place, root(n, 0), f"run-{n}/root") for n in range(RUNS))
        roots = await asyncio.gather(*posts)
        storm = asyncio.create_task(_storm(at_work, roots))
        while len(api.called("chat.update")) < RUNS:
            await api.news.wait()
        for number, message in enumerate(roots[:2]):
            draft = Card(key="draft-1", title="Draft 1", buttons=root(0, 0).buttons)
            stands = await chat.post(message, draft, f"run-{number}/draft-1")
            before = len(api.calls)
            await chat.edit(stands, Card(key="draft-1", title="Draft 1, approved"))
            await chat.edit(message, Card(key="root", title=f"Run {number}, over"))
            # One change may be on its way to Slack already when each of the two asks for its turn.
            assert sum(_is_progress(call.arguments) for call in api.calls[before:]) <= 2
        storm.cancel()
    assert len(refused(api)) <= 3
    assert "chat.update" not in refused(api)
    ana = at_work.ana()
    told = [said.text for said in ana.sees()]
    assert sum("Run " in text for text in told) == RUNS
    for number in range(2):
        over = next(said for said in ana.sees() if f"Run {number}, over" in said.text)
        (_, draft) = ana.sees(thread_ts=over.ts)
        assert "Draft 1, approved" in draft.text


def _is_progress(arguments: object) -> bool:
    return "Step" in str(arguments)


async def _storm(at_work: Office, roots: list[str]) -> None:
    """A hundred changes a second, of all runs."""
    for done in itertools.count(1):
        for number, message in enumerate(roots):
            await at_work.slack.chat.edit(message, root(number, done))
        await asyncio.sleep(0.1)
