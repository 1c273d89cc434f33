"""The page as a browser sees it, without the browser: NiceGUI's protocol over real sockets."""

import asyncio
import html
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import aiohttp
import httpx
import socketio
from socketio.exceptions import ConnectionError as NotConnected

from tests.stories.driver import (
    PATIENCE_S,
    Screen,
    Seen,
    SeenField,
    SeenForm,
    Upload,
    Value,
    Where,
)

T = TypeVar("T")
Element = dict[str, Any]

_ELEMENTS = re.compile(r"parseElements\(String\.raw`(.*?)`\)", re.DOTALL)
_QUERY = re.compile(r"query: \{'client_id': '([0-9a-f-]+)', 'next_message_id': (\d+)")
_BLOCKS = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "pre", "br", "blockquote", "table"}


class _Text(HTMLParser):
    """What a person reads in HTML; pictures by their names."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.said = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if name := dict(attrs).get("aria-label"):
            self.said += f" {name} "
        self.said += "\n" if tag in _BLOCKS else " " if tag in {"span", "td", "th", "time"} else ""

    def handle_data(self, data: str) -> None:
        self.said += data


def _read(source: str) -> str:
    lines = (" ".join(line.split()) for line in _Text(source).said.splitlines())
    return "\n".join(line for line in lines if line)


async def entered(base: str, link: str) -> httpx.AsyncClient:
    """Come in over a link, as a browser does: open it, press the one button."""
    client = httpx.AsyncClient(base_url=base, headers={"Origin": base}, timeout=PATIENCE_S)
    page = await client.get(link)
    assert "<button" in page.text
    form = {name: held[0] for name, held in parse_qs(urlsplit(link).query).items()}
    answer = await client.post("/enter", data=form)
    assert answer.status_code == 303, answer.text
    return client


class WireSeat:
    """A person at the page. After a restart it reloads, as a browser does."""

    def __init__(self, client: httpx.AsyncClient, path: str = "/c/general") -> None:
        self._client = client
        self._path = path
        self._elements: dict[str, Element] = {}
        self._notices: list[str] = []
        self._client_id = ""
        self._news = asyncio.Condition()
        self._session = aiohttp.ClientSession()
        # Kept till the session is closed, which each of them closes when it is garbage.
        self._sockets: list[socketio.AsyncClient] = []
        self._left = False
        self.here = asyncio.Event()
        """Set while the page is connected."""
        self._reloading: asyncio.Task[None] | None = None
        self._uploaded: dict[str, list[str]] = {}
        self._actions: dict[tuple[str, str, str], str] = {}

    async def load(self) -> None:
        """Load the page and connect."""
        page = await self._client.get(self._path)
        assert page.status_code == 200, page.text
        found, query = _ELEMENTS.search(page.text), _QUERY.search(page.text)
        assert found
        assert query
        self._elements = json.loads(html.unescape(found[1]))
        self._client_id = query[1]
        tab = secrets.token_hex(8)
        connect = {
            "client_id": self._client_id,
            "next_message_id": query[2],
            "implicit_handshake": "true",
            "document_id": tab,
            "tab_id": tab,
        }
        socket = socketio.AsyncClient(reconnection=False, http_session=self._session)
        self._sockets.append(socket)
        socket.on("update", self._updated)
        socket.on("notify", self._notified)
        socket.on("disconnect", self._disconnected)
        cookies = "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())
        base = str(self._client.base_url).rstrip("/")
        await socket.connect(
            f"{base}?{httpx.QueryParams(connect)}",
            headers={"Origin": base, "Cookie": cookies},
            transports=["websocket"],
            socketio_path="/_nicegui_ws/socket.io",
        )
        self.here.set()
        await self._changed()

    async def leave(self) -> None:
        self._left = True
        if self._reloading:
            self._reloading.cancel()
        for socket in self._sockets:
            await socket.disconnect()
        await self._session.close()
        await self._client.aclose()

    # --- the screen -------------------------------------------------------------------

    async def screen(self) -> Screen:
        side, form = self._one("side"), self._form()
        feeds = self._all("feed")
        messages = [*self._messages(feeds[0], "channel"), *self._messages(feeds[1], "thread")]
        streams = [text for part in self._all("words") for _, text in part["props"]["words"]]
        return Screen(
            messages=tuple(messages),
            form=form,
            notices=tuple(self._notices),
            channels=tuple(name for name, _ in side["props"]["channels"]),
            writing="\n".join(streams),
        )

    async def until(self, look: Callable[[Screen], T | None]) -> T:
        try:
            async with asyncio.timeout(PATIENCE_S), self._news:
                while (found := look(await self.screen())) is None or found is False:
                    await self._news.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"It was not seen: {await self.screen()}") from None

    def _messages(self, feed: Element, where: Where) -> list[Seen]:
        return [seen for child in feed.get("children", []) for seen in self._seen(child, where)]

    def _seen(self, child: int, where: Where) -> Iterator[Seen]:
        """What a message element shows: what a person wrote, or one card or more."""
        props = self._elements[str(child)]["props"]
        line, note = props["line"], _read(props.get("note") or "")
        own, by = line["id"], line["name"]
        place = "private" if props.get("secret") else where
        if line["html"]:
            yield Seen(id=own, where=place, by=by, title="", text=_read(line["html"]))
        for card in line["cards"]:
            for button in card["buttons"]:
                self._actions[own, card["title"], button["label"]] = button["action"]
            parts = [*map(_read, card["blocks"]), ", ".join(card["mentions"]), card["footer"], note]
            yield Seen(
                id=own,
                where=place,
                by=by,
                title=card["title"],
                text="\n".join(filter(None, parts)),
                buttons=tuple(button["label"] for button in card["buttons"]),
            )

    def _message(self, seen: Seen) -> Element:
        shown = [one for one in self._all("message") if one["props"]["line"]["id"] == seen.id]
        return shown[0 if seen.where == "channel" else -1]

    def _form(self) -> SeenForm | None:
        props = self._one("form")["props"]
        form = props.get("form")
        if not form:
            return None
        errors = props.get("errors") or {}
        fields = {
            field["label"]: SeenField(
                kind=field["type"],
                value=field["value"],
                error=errors.get(field["name"]) or field["error"],
                options=tuple(shown for _, shown in field["options"]),
            )
            for field in form["fields"]
        }
        return SeenForm(title=form["title"], about=_read(form["about"]), fields=fields)

    def _all(self, component: str) -> list[Element]:
        tag = f"nicegui-{component}"
        found = [(int(key), one) for key, one in self._elements.items() if one["tag"] == tag]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _one(self, component: str) -> Element:
        return self._all(component)[0]

    # --- what a person does -------------------------------------------------------------

    async def type(self, text: str, *, thread: bool = False, times: int = 1) -> None:
        composer = self._all("composer")[1 if thread else 0]
        sent = {"what": text, "delivery": secrets.token_hex(12)}
        for _ in range(times):
            await self._emit(composer, "send", sent)

    async def press(self, seen: Seen, label: str, *, times: int = 1) -> None:
        sent = {
            "what": self._actions[seen.id, seen.title, label],
            "delivery": secrets.token_hex(12),
        }
        for _ in range(times):
            await self._emit(self._message(seen), "press", sent)

    async def fill(
        self, values: Mapping[str, Value], files: Mapping[str, Sequence[Upload]] | None = None
    ) -> None:
        dialog = self._one("form")
        form = dialog["props"]["form"]
        names = {field["label"]: field["name"] for field in form["fields"]}
        for label, uploads in (files or {}).items():
            for name, data in uploads:
                await self._upload(names[label], name, data)
        filled = {field["name"]: field["value"] for field in form["fields"]}
        filled |= {names[label]: value for label, value in values.items()}
        for field in form["fields"]:
            if field["type"] == "where":  # a place is chosen by the name that it is shown under
                places = {shown: place for place, shown in field["options"]}
                filled[field["name"]] = places.get(filled[field["name"]], filled[field["name"]])
        sent = {
            "action": form["action"],
            "values": filled,
            "files": {
                field["name"]: self._uploaded.get(field["name"], [])
                for field in form["fields"]
                if field["type"] == "files"
            },
            "delivery": secrets.token_hex(12),
        }
        await self._emit(dialog, "submit", sent)
        await self.until(lambda _: self._answered(sent["delivery"]))

    def _answered(self, delivery: str) -> bool:
        return self._one("form")["props"].get("answered") == delivery

    async def _upload(self, field: str, name: str, data: bytes) -> None:
        """Hand a file over; one that is refused is told beside the field, and is not sent."""
        if len(data) > self._one("form")["props"]["largest"]:
            self._notices.append(f"{name} has more than 25 MB.")
            return
        answer = await self._client.post("/upload", params={"name": name}, content=data)
        if answer.status_code == 200:
            self._uploaded.setdefault(field, []).append(answer.json()["id"])
        else:
            self._notices.append(answer.json()["error"])

    async def open(self, seen: Seen) -> None:
        path = self._message(seen)["props"]["line"]["thread"]
        assert path, f"there is no thread under {seen}"
        await self._go(path)

    async def go(self, channel: str) -> None:
        paths: dict[str, str] = dict(self._one("side")["props"]["channels"])
        await self._go(paths.get(channel) or f"/c/{channel[1:]}")

    async def _go(self, path: str) -> None:
        await self._emit(self._one("navigator"), "go", path)
        await self.until(lambda _: self._path == path)

    async def _emit(self, element: Element, event: str, argument: object) -> None:
        await self.here.wait()
        listener = next(one for one in element["events"] if one["type"] == event)
        key = next(key for key, one in self._elements.items() if one is element)
        await self._sockets[-1].emit(
            "event",
            {
                "id": int(key),
                "client_id": self._client_id,
                "listener_id": listener["listener_id"],
                "args": [json.dumps(argument)],
            },
        )

    # --- what the server says -------------------------------------------------------------

    async def _updated(self, message: dict[str, Element | None]) -> None:
        message.pop("_id", None)
        for key, element in message.items():
            if element is None:
                self._elements.pop(key, None)
            else:
                self._elements[key] = element
        self._path = self._one("navigator")["props"]["path"]
        await self._changed()

    async def _notified(self, message: dict[str, Any]) -> None:
        self._notices.append(message["message"])
        await self._changed()

    async def _changed(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _disconnected(self, *_: object) -> None:
        self.here.clear()
        if not self._left:
            self._reloading = asyncio.create_task(self._reload())

    async def _reload(self) -> None:
        """Wait until the server is there again; it does not know this page, so load it anew."""
        while True:
            try:
                await self.load()
            except (httpx.TransportError, NotConnected):
                await asyncio.sleep(0.05)
            else:
                return
