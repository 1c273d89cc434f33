"""The web site: the page, its entrance and what machines ask, served inside a running loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from nicegui import app as nicegui_app
from nicegui import context, ui
from starlette.middleware.gzip import GZipMiddleware

from adapters.web.chat import Hub, Named, WebChat
from adapters.web.downloads import downloads
from adapters.web.entrance import Entrance
from adapters.web.guard import MEMBER, Guard
from adapters.web.house import Health, House
from adapters.web.page import View
from adapters.web.people import WebPeople
from adapters.web.places import WORKSPACE
from adapters.web.plain import plain_page
from adapters.web.sockets import tie_to_members
from adapters.web.uploads import Uploads
from bot.live import Live
from bot.ports import Board, Member, Members
from bot.reception import Reception
from bot.run.events import Document

_STATIC = Path(__file__).parent / "static"
_PAGES = (
    *("/", "/c/{channel}", "/c/{channel}/{root}", "/runs", "/runs/{run}"),
    *("/schedules", "/schedules/{schedule}", "/playbooks", "/playbooks/{name}", "/health"),
)
_SHEETS = (
    *("page", "desk", "messages", "prose", "composer", "forms", "narrow"),
    *("home", "runs", "run", "drafts", "graph", "schedules", "playbooks", "health"),
)
_STOP_S = 2
_RECONNECT_S = 10.0
OWNER = Member(id=f"{WORKSPACE}:owner", name="Owner")

Metrics = Callable[[], Awaitable[str]]


class Web:
    """The page as a platform: `chat` takes cards, `people` are its members, `serve` lets them in.

    One in a process.
    """

    def __init__(
        self,
        *,
        board: Board,
        members: Members,
        live: Live,
        read_document: Callable[[str, bytes, str], Document],
        unreadable: type[Exception],
        secret: bytes,
        now: Callable[[], datetime],
        token: str = "",
        owner: Member = OWNER,
    ) -> None:
        """`read_document` may raise `unreadable`; whoever has `token` enters as `owner`."""
        self._hub = Hub()
        self._stop_listening = live.listen(self._hub.heard)
        self._members = members
        self._now = now
        self._owner = owner
        self._read = read_document, unreadable
        self._entrance = Entrance(members=members, owner=owner, token=token, secret=secret, now=now)
        self.chat = WebChat(board, self._hub, now)
        self.people = WebPeople(members)
        self.url = ""

    def pages(self) -> tuple[str, int]:
        """Where it is served, and how many pages are open."""
        return self.url, self._hub.pages

    async def new_link(self, member: Member | None = None) -> str:
        """An address that lets the member, or else the owner, in once; while it is served."""
        return self.url + await self._entrance.new_link(member or self._owner)

    @asynccontextmanager
    async def serve(
        self,
        reception: Reception,
        *,
        host: str,
        port: int,
        health: Health,
        metrics: Metrics,
        names: Collection[str] = (),
    ) -> AsyncIterator[str]:
        """Serve until left; gives the site's address. Raises OSError when it cannot listen.

        The site answers to its address, to every IP address and localhost, and to `names`.
        """
        house = House(
            chat=self.chat,
            hub=self._hub,
            reception=reception,
            members=self._members,
            entrance=self._entrance,
            uploads=Uploads(*self._read, reception.names),
            owner=self._owner,
            clocks=self.people,
            health=health,
            now=self._now,
        )
        site = FastAPI(openapi_url=None)
        site.include_router(self._entrance.router)
        site.include_router(house.uploads.router)
        site.include_router(downloads(house))
        site.include_router(_machines(health, metrics))
        site.mount("/assets", StaticFiles(directory=_STATIC))
        _mount_page(site, house)
        guarded = Guard(site, session=self._entrance.session, hosts={host, *names})
        listening = _listen(host, port)
        self.url = _address(host, listening)
        server = _Server(
            uvicorn.Config(
                GZipMiddleware(guarded, minimum_size=2_000, compresslevel=4),
                log_config=None,
                log_level="warning",
                # Addresses hold passes, which belong in no log.
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_STOP_S,
                ws_max_size=2 * 1024 * 1024,
            )
        )
        serving = asyncio.create_task(server.serve([listening]), name="web")
        deaf = reception.names.listen(lambda: self._hub.tell(Named()))
        try:
            await _until_started(server, serving)
            yield self.url
        finally:
            server.should_exit = True
            await serving
            deaf()
            self._stop_listening()


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs the loop."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _until_started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
        if serving.done():
            serving.result()
            raise RuntimeError("The web server stopped before it had started.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise OSError(
            f"Nothing can be served at {host}:{port}: {error.strerror}. Stop what listens there, "
            "or set PODIUM_WEB_PORT to another port."
        ) from error
    return listening


def _address(host: str, listening: socket.socket) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{name}:{listening.getsockname()[1]}"


def _mount_page(site: FastAPI, house: House) -> None:
    async def page(request: Request) -> None:
        url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        await View(house, context.client, str(request.scope[MEMBER])).build(url)

    for path in _PAGES:
        ui.page(path, title="Podium")(page)
    links = (f'<link rel="stylesheet" href="/assets/{sheet}.css">' for sheet in _SHEETS)
    ui.add_head_html("".join(links), shared=True)
    # NiceGUI's own pages for these need scripts that the content policy refuses.
    nicegui_app.add_exception_handler(404, _not_found)
    nicegui_app.add_exception_handler(Exception, _failed)
    ui.run_with(
        site,
        title="Podium",
        favicon=_STATIC / "icon.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        binding_refresh_interval=None,
        reconnect_timeout=_RECONNECT_S,
        gzip_middleware_factory=None,
        show_welcome_message=False,
    )
    tie_to_members(house.entrance.session)


async def _not_found(_request: Request, _error: Exception) -> Response:
    return HTMLResponse(_plain("There is nothing here."), status_code=404)


async def _failed(_request: Request, _error: Exception) -> Response:
    return HTMLResponse(
        _plain("Something went wrong on Podium’s side. Try again."), status_code=500
    )


def _plain(words: str) -> str:
    return plain_page(f'<p>{words}</p><a href="/">To Podium</a>')


def _machines(health: Health, metrics: Metrics) -> APIRouter:
    """What machines ask, with no session."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        found = await health()
        parts = {one.name: one.says if one.state == "bad" else "ok" for one in found}
        well = all(one.state != "bad" for one in found)
        return JSONResponse({"ok": well, "parts": parts}, status_code=200 if well else 503)

    @router.get("/metrics")
    async def prometheus() -> PlainTextResponse:
        return PlainTextResponse(
            await metrics(), media_type="text/plain; version=0.0.4; charset=utf-8"
        )

    return router
