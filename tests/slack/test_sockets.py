"""Connections that end, fall silent or cannot be made: replaced, and no event is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.slack.doors import Sockets
from adapters.slack.trouble import SlackTrouble
from tests.servers.slack_api import SlackApi
from tests.servers.slack_bolt_app import app_of
from tests.servers.slack_socket import Reason
from tests.servers.slack_world import Json
from tests.slack.house import Office, sees


@asynccontextmanager
async def sockets(api: SlackApi) -> AsyncIterator[tuple[Sockets, set[str]]]:
    """Two connections of a Podium that pings quickly, and what it has heard."""
    heard: set[str] = set()
    app = app_of(api)

    async def mentioned(event: Json) -> None:
        heard.add(event["text"].rpartition(" ")[2])
        api.news.tell()

    app.event("app_mention")(mentioned)
    app.event("message")(mentioned)
    opened = Sockets(app, api.app_token, ping_s=0.1)
    await opened.open()
    watching = asyncio.create_task(opened.watch())
    try:
        yield opened, heard
    finally:
        watching.cancel()
        await opened.close()


async def says_and_is_heard(api: SlackApi, heard: set[str], word: str) -> None:
    async with asyncio.timeout(10):
        api.person("ana").mention(word)
        await api.until(lambda: word in heard)


async def test_a_dropped_socket_costs_no_event(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    await api.socket.disconnect("refresh_requested")
    ana.mention("delegate quick topic: Refreshed")
    await sees(ana, "Quick: Refreshed")
    await api.socket.cut()
    ana.mention("delegate quick topic: Cut off")
    await sees(ana, "Quick: Cut off")


async def test_a_socket_that_falls_silent_without_closing_is_noticed_and_replaced(api: SlackApi):
    api.ack_s = 0.5
    async with sockets(api) as (opened, heard), asyncio.timeout(20):
        silent, healthy = api.socket.connections
        silent.silent = True
        api.person("ana").mention("meanwhile")
        await silent.gone.wait()
        await api.socket.connected(2)
        assert not healthy.gone.is_set()
        await api.until(lambda: "meanwhile" in heard)
        assert await opened.trouble() == ""


async def test_sockets_that_slack_does_not_let_in_again_at_first_are_opened_when_it_does(
    api: SlackApi,
):
    async with sockets(api) as (opened, heard), asyncio.timeout(20):
        api.socket.shut = True
        await api.socket.cut()
        await api.until(lambda: api.socket.turned_away >= 2)
        assert "connects again" in await opened.trouble()
        api.socket.shut = False
        await api.socket.connected(2)
        await says_and_is_heard(api, heard, "again")
        assert await opened.trouble() == ""


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets"])
async def test_a_socket_that_slack_ends_is_opened_again(api: SlackApi, reason: Reason):
    async with sockets(api) as (_, heard), asyncio.timeout(20):
        await api.socket.disconnect(reason)
        await api.until(lambda: api.socket.opened >= 3)
        await api.socket.connected(2)
        await says_and_is_heard(api, heard, "on")


async def test_socket_mode_that_was_switched_off_is_told(api: SlackApi):
    api.fail("apps.connections.open", error="forbidden_team")
    with pytest.raises(SlackTrouble, match="Socket Mode is off"):
        async with sockets(api):
            pass
