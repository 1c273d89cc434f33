"""A real Bolt app, as small as the tests of the server need it, over either of its two ways."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack_api import SlackApi
from tests.servers.slack_world import Json


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def button(label: str, action_id: str, value: str = "1") -> Json:
    return {"type": "button", "text": text(label), "action_id": action_id, "value": value}


def field(label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": label.lower(),
        "label": text(label),
        "element": {"action_id": "held", **element},
        **more,
    }


def modal(title: str, *blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": text(title),
        "submit": text("Send"),
        "blocks": list(blocks),
        **more,
    }


def app_of(slack: SlackApi) -> AsyncApp:
    """An app that acks every event, so that none of them comes again."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    client.retry_handlers.clear()
    app = AsyncApp(client=client, signing_secret=slack.app.signing_secret)
    app.event({"type": "message", "subtype": "message_changed"})(_nothing)
    app.event({"type": "message", "subtype": "message_deleted"})(_nothing)
    return app


async def _nothing(ack: AsyncAck) -> None:
    await ack()


@asynccontextmanager
async def connected(app: AsyncApp, slack: SlackApi) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app in Socket Mode, with one connection."""
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
    before = len(slack.socket.connections)
    async with asyncio.timeout(10):
        await handler.connect_async()
        await slack.socket.connected(before + 1)
    try:
        yield handler
    finally:
        await handler.close_async()
