"""Telling one person: where they are, and if that does not work, in private."""

import logging
from collections.abc import Awaitable
from typing import Any

import aiohttp

from adapters.slack import render
from adapters.slack.api import Api
from adapters.slack.buttons import ASK, actions
from adapters.slack.chat import SlackChat
from adapters.slack.parse import Sender
from adapters.slack.render import Drawn, Json, Reader
from adapters.slack.trouble import BROKEN, SlackTrouble
from bot.cards import Button, Card, Reply, Words
from bot.ports import PlaceGone
from bot.run.decide import Refused

log = logging.getLogger("podium.slack")

_ANSWERS = 4  # of the five that Slack takes for one deed
_AGAIN = "Slack gives 3 seconds to open a form, and they were over. Press again."


class Teller:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def open(self, sender: Sender, view: Json, line: str) -> str:
        """Open a view; where Slack no longer lets it, a button that can."""
        try:
            if sender.trigger:
                opened = await self._api.call(
                    sender.team, "views.open", trigger_id=sender.trigger, view=view
                )
                return str(opened["view"]["id"])
        except SlackTrouble as trouble:
            log.warning("slack_form_not_opened why=%s", trouble)
            if not line:
                await self.tell(sender, render.note(_AGAIN, Reader(sender.team)))
                return ""
        await self.tell(sender, _form_button(line))
        return ""

    async def tell(self, sender: Sender, *drawn: Drawn) -> None:
        """Show messages to one person, where they are; if not there, then in private."""
        for number, one in enumerate(drawn):
            # In a thread an answer would leave it, so there it is a message of its own.
            answer = sender.answer if not sender.thread and number < _ANSWERS else ""
            if answer and await respond(answer, one):
                continue
            if not await self._whisper(sender, one):
                await self._write_to(sender, one)

    async def _whisper(self, sender: Sender, drawn: Drawn) -> bool:
        if not sender.channel:
            return False
        thread: dict[str, Any] = {"thread_ts": sender.thread} if sender.thread else {}
        try:
            await self._api.call(
                sender.team,
                "chat.postEphemeral",
                channel=sender.channel,
                user=sender.user,
                text=drawn.text,
                blocks=drawn.blocks,
                **thread,
            )
        except (PlaceGone, SlackTrouble) as trouble:
            log.info("slack_whisper_refused why=%s", trouble)
            return bool(sender.answer) and await respond(sender.answer, drawn)
        return True

    async def _write_to(self, sender: Sender, drawn: Drawn) -> None:
        await self._api.call(
            sender.team,
            "chat.postMessage",
            channel=sender.user,
            text=drawn.text,
            blocks=drawn.blocks,
            unfurl_links=False,
            unfurl_media=False,
        )

    async def safely(self, sender: Sender, work: Awaitable[object]) -> None:
        """Do it; what fails is logged and told to the person."""
        try:
            await work
        except (PlaceGone, SlackTrouble, Refused) as trouble:
            log.warning("slack_answer_failed why=%s", trouble)
            await self.tell(sender, render.note(str(trouble), Reader(sender.team)))
        except Exception:  # the edge: nobody is left without an answer
            log.exception("slack_failed who=%s", sender.who)
            await self.tell(sender, render.note(BROKEN, Reader(sender.team)))


async def named(chat: SlackChat, team: str, reply: Reply) -> Reader:
    """For whom a reply is rendered, with the names of all whom it speaks of."""
    stamp = Card(key="", title="", blocks=(reply.stamp,) if reply.stamp else ())
    users = render.users_named(reply.notice) | render.users_in(stamp, team)
    users = users.union(*(render.users_in(card, team) for card in reply.cards))
    return await chat.reader(team, users)


def _form_button(line: str) -> Drawn:
    """Where Slack opens no form by itself, a button does."""
    words = Words("There is more to fill in.")
    drawn = render.card(Card(key="", title="", blocks=(words,)), Reader(""), 1).parts[0]
    button = actions([Button(label="Open the form", action=line[:1_900], style="primary")])
    button[0]["elements"][0]["action_id"] = f"{ASK}form"
    return Drawn(drawn.text, [*drawn.blocks, *button])


async def respond(url: str, drawn: Drawn, *, replace_original: bool = False) -> bool:
    """Answer where Slack said; False when it no longer takes it."""
    body = {
        "text": drawn.text,
        "blocks": drawn.blocks,
        "response_type": "ephemeral",
        "replace_original": replace_original,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, json=body) as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
