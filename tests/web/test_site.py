"""The whole site as it is served: what machines and browsers get of it."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.stories.served import TOKEN, Served
from tests.stories.wire import entered

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    process = Served(tmp_path_factory.mktemp("podium"), "http://127.0.0.1:9")
    await process.start()
    yield process
    assert await process.stop() == 0


@pytest_asyncio.fixture(loop_scope="module")
async def browser(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    client = await entered(served.url, f"/enter?token={TOKEN}")
    yield client
    await client.aclose()


async def test_health_and_metrics_are_told_without_a_session(served: Served):
    async with httpx.AsyncClient(base_url=served.url) as anyone:
        health, metrics = await anyone.get("/healthz"), await anyone.get("/metrics")
    assert (health.status_code, health.json()["ok"]) == (200, True)
    assert all(state == "ok" for state in health.json()["parts"].values())
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "podium_gates_open 0" in metrics.text


async def test_only_the_pages_own_scripts_may_run(browser: httpx.AsyncClient):
    page = await browser.get("/")
    policy = page.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    scripts = re.findall(r"<script[^>]*>", page.text)
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["script-src"] == parts["style-src"] == f"'self' 'nonce-{nonce[1]}'"
    assert [name for name, value in parts.items() if "unsafe" in value] == ["style-src-attr"]
    assert not [name for name, value in parts.items() if "data:" in value or "*" in value]
    assert set(re.findall(r"<style[^>]*>", page.text)) == {f'<style nonce="{nonce[1]}">'}
    assert nonce[1] not in (await browser.get("/")).text


async def test_nothing_comes_from_elsewhere(browser: httpx.AsyncClient):
    page = (await browser.get("/")).text
    sheets = re.findall(r'href="(/assets/[^"]+[.]css)"', page)
    assert sheets
    assert not re.findall(r"""(?:src|href|url\()\s*=?\s*["'(]?(?:https?:)?//[^"')]+""", page)
    for sheet in sheets:
        style = (await browser.get(sheet)).raise_for_status().text
        assert "//" not in re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)


async def test_an_upload_is_never_served(browser: httpx.AsyncClient):
    sent = await browser.post("/upload?name=x.md", content="<script>alert(1)</script>")
    own = sent.json()["id"]
    for path in ("/upload", f"/upload?id={own}", f"/upload/{own}", f"/upload/{own}/x.md"):
        answer = await browser.get(path)
        assert answer.status_code in (404, 405)
        assert "alert" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/c", "/_nicegui/nothing", "/assets/nothing.js"])
async def test_what_is_not_there_is_not_found(browser: httpx.AsyncClient, path: str):
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/", "/c/general", "/c/general/ab12", "/c/%E7%99%BA%E8%A1%A8"])
async def test_every_place_has_a_page(browser: httpx.AsyncClient, path: str):
    page = await browser.get(path)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport="


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_the_socket_of_another_site_is_refused(
    browser: httpx.AsyncClient, origin: str, transport: str
):
    headers = {"Origin": origin, **(HANDSHAKE if transport == "websocket" else {})}
    assert (await browser.get(SOCKET + transport, headers=headers)).status_code == 403


async def test_the_socket_without_a_session_is_refused(served: Served):
    async with httpx.AsyncClient(base_url=served.url, headers={"Origin": served.url}) as anyone:
        assert (await anyone.get(f"{SOCKET}websocket", headers=HANDSHAKE)).status_code == 403
        assert (await anyone.get(f"{SOCKET}polling")).status_code == 401


async def test_a_port_that_is_taken_is_told_in_one_line(served: Served, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = Served(tmp_path, "http://127.0.0.1:9", {"PODIUM_WEB_PORT": str(port)})
        with pytest.raises(AssertionError, match="did not start"):
            await asyncio.wait_for(other.start(), 30)
    last = other.log().strip().splitlines()[-1]
    assert f"127.0.0.1:{port}" in last
    assert "PODIUM_WEB_PORT" in last
