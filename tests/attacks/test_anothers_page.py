"""Whoever learns the id of somebody's page is not at that page: a socket acts for its member."""

import json
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import socketio
from socketio.exceptions import ConnectionError as NotConnected

from tests.stories.page import PageHouse
from tests.stories.wire import WireSeat, entered

pytestmark = pytest.mark.asyncio(loop_scope="module")

_PAGE = re.compile(r"'client_id': '([0-9a-f-]+)'")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PageHouse]:
    folder: Path = tmp_path_factory.mktemp("podium")
    house = PageHouse(folder, "http://127.0.0.1:9")
    await house.start()
    yield house
    await house.close()


@pytest_asyncio.fixture(loop_scope="module")
async def ana(house: PageHouse) -> AsyncIterator[httpx.AsyncClient]:
    client = await entered(house.served.url, await house.link("Ana"))
    yield client
    await client.aclose()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bob(house: PageHouse) -> AsyncIterator[httpx.AsyncClient]:
    client = await entered(house.served.url, await house.link("Bob"))
    yield client
    await client.aclose()


async def opened(browser: httpx.AsyncClient) -> str:
    """The id of a page that was just opened."""
    found = _PAGE.search((await browser.get("/")).text)
    assert found
    return found[1]


async def connected(browser: httpx.AsyncClient, page: str = "") -> socketio.AsyncClient:
    """A socket of whoever is at the browser; with a page's id it takes its place there at once."""
    tab = secrets.token_hex(8)
    at_once = {"implicit_handshake": "true", **at(page, tab), "next_message_id": "0"}
    base = str(browser.base_url).rstrip("/")
    socket = socketio.AsyncClient(reconnection=False)
    await socket.connect(
        f"{base}?{httpx.QueryParams(at_once if page else {})}",
        headers={
            "Origin": base,
            "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
        },
        transports=["websocket"],
        socketio_path="/_nicegui_ws/socket.io",
    )
    return socket


def at(page: str, tab: str) -> dict[str, str]:
    return {"client_id": page, "document_id": tab, "tab_id": tab}


async def test_no_socket_takes_its_place_at_anothers_page(
    ana: httpx.AsyncClient, bob: httpx.AsyncClient
):
    page = await opened(ana)
    with pytest.raises(NotConnected):
        await connected(bob, page)
    socket = await connected(bob)
    assert await socket.call("handshake", at(page, "a tab")) is False
    await socket.disconnect()
    own = await connected(ana)
    assert await own.call("handshake", at(page, "a tab")) is True
    await own.disconnect()


@pytest.mark.parametrize(
    ("event", "more"),
    [
        ("event", {"id": -1, "listener_id": "x", "args": []}),
        ("javascript_response", {"request_id": "x", "result": 1}),
        ("ack", {"next_message_id": 1}),
        ("log", {"level": "error", "message": "forged"}),
    ],
)
async def test_nothing_is_done_at_anothers_page(
    ana: httpx.AsyncClient, bob: httpx.AsyncClient, event: str, more: dict[str, object]
):
    page, his = await opened(ana), await opened(bob)
    there, socket = await connected(ana, page), await connected(bob, his)
    assert await socket.call(event, {"client_id": page, **more}) is False
    assert await socket.call(event, {"client_id": [page], **more}) is False
    assert await socket.call(event, page) is False
    # What is done answers nothing, which a socket is told as an empty acknowledgement.
    assert await there.call(event, {"client_id": page, **more}) in (None, "", ())
    await there.disconnect()
    await socket.disconnect()


async def test_what_no_page_sends_is_refused_in_one_line(house: PageHouse, ana: httpx.AsyncClient):
    page = await opened(ana)
    socket = await connected(ana, page)
    before = house.served.log().count("Traceback")
    for event, more in [
        ("event", {}),
        ("event", {"id": [], "listener_id": {}, "args": []}),
        ("event", {"id": 4, "listener_id": "x", "args": ["{", '"\\ud800"']}),
        ("event", {"id": 4, "listener_id": "x", "args": 1}),
        ("handshake", {}),
        ("javascript_response", {"request_id": []}),
        ("ack", {"next_message_id": "x"}),
        ("log", {"level": "__class__", "message": 1}),
    ]:
        assert await socket.call(event, {"client_id": page, **more}) in (False, None, "", ())
    assert socket.connected
    assert house.served.log().count("Traceback") == before
    await socket.disconnect()


class Thief(WireSeat):
    """Knows all of another's page, and sends from its own socket."""

    async def type_as(self, other: WireSeat, text: str) -> object:
        page = vars(other)
        key, composer = next(
            (key, one) for key, one in page["_elements"].items() if one["tag"] == "nicegui-composer"
        )
        sends = next(one for one in composer["events"] if one["type"] == "send")
        sent = {
            "id": int(key),
            "client_id": page["_client_id"],
            "listener_id": sends["listener_id"],
            "args": [json.dumps({"what": text, "delivery": secrets.token_hex(12)})],
        }
        return await self._sockets[-1].call("event", sent)


async def test_nobody_speaks_in_anothers_name(house: PageHouse):
    cleo = await house.seat("Cleo")
    thief = Thief(await entered(house.served.url, await house.link("Dan")))
    await thief.load()
    assert await thief.type_as(cleo, "forged") is False
    await cleo.type("This is Cleo")
    seen = await cleo.until(lambda screen: screen if "This is Cleo" in str(screen) else None)
    assert "forged" not in str(seen)
    await thief.leave()
