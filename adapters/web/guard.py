"""The guard before the whole site: whom it answers, what it takes, what browsers may do with it."""

import ipaddress
import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "podium_session"
MEMBER = "podium.member"
"""The key under which a request's scope names the member who sent it."""
PASSED = "podium.session"
"""The key under which it holds the cookie that says so, which may grow too old meanwhile."""
UPLOAD = "/upload"
MAX_UPLOAD = 25 * 1024 * 1024
MAX_BODY = 1024 * 1024

_OPEN = frozenset({"/enter", "/entered", "/healthz", "/metrics"})
_MACHINES = frozenset({"/healthz", "/metrics"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Refusal:
    """Why a request is not let through, in words for whoever sent it."""

    status: int
    text: str
    location: str = ""


class Guard:
    """ASGI middleware; `session` says which member a cookie stands for."""

    def __init__(
        self, app: ASGIApp, *, session: Callable[[str], str | None], hosts: Collection[str]
    ) -> None:
        self._app = app
        self._session = session
        self._hosts = {host.casefold() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope[PASSED] = _cookie(headers)
        scope[MEMBER] = member = self._session(scope[PASSED])
        if refusal := self._refusal(scope, headers, member):
            await _refuse(scope, refusal, _Response(send))
            return
        await self._app(scope, _capped(scope, receive), _Response(send))

    def _refusal(self, scope: Scope, headers: Headers, member: str | None) -> Refusal | None:
        path, host = scope["path"], headers.get("host", "")
        if path not in _MACHINES and not self._known(host):
            return Refusal(421, f"Podium does not answer to the name {host!r} here.")
        if not _same_origin(scope, headers, host):
            return Refusal(403, "This came from another site, and Podium takes it from none.")
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > _limit(scope):
            return _too_much(scope)
        if member or path in _OPEN or path.startswith("/assets/"):
            return None
        if scope["type"] == "http" and scope["method"] in _SAFE and not path.startswith("/_"):
            query = scope.get("query_string", b"").decode("latin-1")
            onward = quote(f"{path}?{query}" if query else path, safe="/")
            return Refusal(303, "Enter first.", f"/enter?next={onward}")
        return Refusal(401, "Enter first: open the link that Podium gave you.")

    def _known(self, host: str) -> bool:
        """Whether a Host header names this site. A page that rebinds its name sends that name."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name in self._hosts or name == "localhost":
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _same_origin(scope: Scope, headers: Headers, host: str) -> bool:
    origin = headers.get("origin")
    if origin is None:
        # Browsers always send it with these; what is no browser has no business here.
        return scope["type"] == "http" and scope["method"] in _SAFE
    try:
        return urlsplit(origin).netloc.casefold() == host.casefold()
    except ValueError:
        return False


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _limit(scope: Scope) -> int:
    return MAX_UPLOAD if scope["path"] == UPLOAD else MAX_BODY


def _too_much(scope: Scope) -> Refusal:
    return Refusal(413, f"That is too large: {_limit(scope) // 1024 // 1024} MB is the most.")


def _capped(scope: Scope, receive: Receive) -> Receive:
    """Count what comes: not every request says its size before."""
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        if message["type"] == "http.request":
            came += len(message.get("body", b""))
            if came > _limit(scope):
                raise HTTPException(413, _too_much(scope).text)
        return message

    return counted


async def _refuse(scope: Scope, refusal: Refusal, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.text[:100]})
        return
    body = json.dumps({"error": refusal.text}).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    if refusal.location:
        headers.append((b"location", refusal.location.encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Response:
    """Adds what browsers are told about every response; a page's own parts get its nonce."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._nonce = secrets.token_urlsafe(16)
        self._held: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            self._secure(headers)
            if headers.get("x-nicegui-content") == "page":
                self._held = message
                return
        if self._held is not None and message["type"] == "http.response.body":
            await self._page(message)
            return
        await self._send(message)

    def _secure(self, headers: MutableHeaders) -> None:
        headers.setdefault("Content-Security-Policy", policy(self._nonce))
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"

    async def _page(self, message: Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body") or self._held is None:
            return
        # NiceGUI escapes "<" in all that a page holds, so these are its own only.
        body = self._body
        for tag in ("script", "style"):
            body = body.replace(f"<{tag}".encode(), f'<{tag} nonce="{self._nonce}"'.encode())
        MutableHeaders(scope=self._held)["content-length"] = str(len(body))
        await self._send(self._held)
        await self._send({"type": "http.response.body", "body": body})


def policy(nonce: str) -> str:
    """What a page may load: only what comes from here, and of what stands in it only NiceGUI's."""
    return "; ".join(
        (
            "default-src 'none'",
            # The page's modules, and the few lines by which NiceGUI starts it.
            f"script-src 'self' 'nonce-{nonce}'",
            # The sheets, and the layers that NiceGUI writes into the page.
            f"style-src 'self' 'nonce-{nonce}'",
            # NiceGUI hides one element so; what people and models write has no attributes left.
            "style-src-attr 'unsafe-inline'",
            "img-src 'self'",  # the icon
            "font-src 'self'",  # NiceGUI's sheets name some
            "connect-src 'self'",  # the socket, and files that are handed over
            "form-action 'self'",  # the entrance
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
