"""The entrance: one-time links, the team's token, and the sessions that they begin."""

import hashlib
import hmac
import ipaddress
import logging
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from urllib.parse import quote, unquote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from adapters.web.guard import COOKIE, MEMBER
from adapters.web.plain import plain_page
from bot.ports import Member, Members

log = logging.getLogger("podium.web")

SESSION = timedelta(days=30)
LINK = timedelta(days=3)

_ONWARD = "podium_onward"
_ONWARD_S = 3600
_TRIES = 10
_TRIES_IN = timedelta(minutes=10)
_ADDRESSES = 10_000


class Entrance:
    """Whoever holds an unused link or the token gets a session; nobody else does."""

    def __init__(
        self,
        *,
        members: Members,
        owner: Member,
        token: str,
        secret: bytes,
        now: Callable[[], datetime],
    ) -> None:
        self._members = members
        self._owner = owner
        self._token = token
        self._sessions = URLSafeTimedSerializer(secret, salt="podium session")
        self._now = now
        self._failed: OrderedDict[str, deque[datetime]] = OrderedDict()
        self.router = APIRouter()
        self.router.get("/enter", include_in_schema=False)(self.ask)
        self.router.post("/enter", include_in_schema=False)(self.enter)
        self.router.get("/entered", include_in_schema=False)(self.entered)

    async def new_link(self, member: Member) -> str:
        """An address, without its host, that lets the member in once."""
        word = secrets.token_urlsafe(24)
        await self._members.invite(member, _hashed(word), self._now() + LINK)
        return f"/enter?pass={word}"

    def session(self, cookie: str) -> str | None:
        """The id of the member whom a cookie stands for."""
        try:
            found = self._sessions.loads(cookie, max_age=int(SESSION.total_seconds()))
        except BadData:
            return None
        return found if isinstance(found, str) else None

    async def ask(self, request: Request) -> Response:
        """The page that a link shows. Opening it changes nothing: programs open links, too."""
        query = request.query_params
        onward = _onward(query.get("next", unquote(request.cookies.get(_ONWARD, ""))))
        word, token = query.get("pass", ""), query.get("token", "")
        if word or token:
            return _page(_button(word, token, onward), status=200)
        if request.scope.get(MEMBER):
            return RedirectResponse(onward, status_code=303)
        if "next" in query and "again" not in query:
            # A browser that came over a link on another site held the cookie back; now that the
            # page itself asks, it is sent.
            again = f"/enter?next={quote(onward, safe='/')}&again=1"
            head = f'<meta http-equiv="refresh" content="0;url={escape(again)}">'
            return _page("", status=200, head=head)
        response = _page(self._form(onward), status=200)
        # A link that lets in is opened elsewhere, and leads to where its reader was going.
        response.set_cookie(
            _ONWARD, quote(onward), max_age=_ONWARD_S, path="/enter", httponly=True, samesite="lax"
        )
        return response

    async def entered(self, request: Request) -> JSONResponse:
        """Whose the browser's session is, for a page that was left open: null when it has ended."""
        member = request.scope.get(MEMBER)
        return JSONResponse({"member": member}, headers={"Cache-Control": "no-store"})

    async def enter(self, request: Request) -> Response:
        """Begin a session, or say why not."""
        form = await _form(request)
        word, token = form.get("pass", ""), form.get("token", "")
        onward = _onward(form.get("next", ""))
        address = _network(request.client.host if request.client else "")
        if self._is_barred(address):
            log.warning("entering_barred address=%s", address)
            return _page(_TOO_OFTEN + self._form(onward), status=429)
        member = await self._member(word, token)
        if member is None:
            self._note_failure(address)
            log.warning("entering_refused address=%s", address)
            return _page(
                (_LINK_IS_USED if word else _NOT_THE_TEAM) + self._form(onward), status=403
            )
        log.info("entered member=%s", member.id)
        response = RedirectResponse(onward, status_code=303)
        response.set_cookie(
            COOKIE,
            str(self._sessions.dumps(member.id)),
            max_age=int(SESSION.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        if _ONWARD in request.cookies:
            response.delete_cookie(_ONWARD, path="/enter")
        return response

    async def _member(self, word: str, token: str) -> Member | None:
        if word:
            return await self._members.enter(_hashed(word), self._now())
        if self._token and hmac.compare_digest(token.encode(), self._token.encode()):
            return self._owner
        return None

    def _is_barred(self, address: str) -> bool:
        failed = self._failed.get(address, deque())
        while failed and failed[0] <= self._now() - _TRIES_IN:
            failed.popleft()
        return len(failed) >= _TRIES

    def _note_failure(self, address: str) -> None:
        self._failed.setdefault(address, deque()).append(self._now())
        self._failed.move_to_end(address)
        while len(self._failed) > _ADDRESSES:
            self._failed.popitem(last=False)

    def _form(self, onward: str) -> str:
        if not self._token:
            return _HOW_TO_ENTER
        return (
            f'<form method="post" action="/enter">{_hidden("next", onward)}'
            '<label for="token">The team’s token</label>'
            '<input id="token" name="token" type="password" autocomplete="current-password"'
            ' required autofocus><button class="primary">Enter</button></form>' + _HOW_TO_ENTER
        )


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form as these pages send it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        # A form in parts names the encoding to read it by, and some take minutes for one body.
        return {}
    return {name: str(value) for name, value in (await request.form()).items()}


def _network(address: str) -> str:
    """Whom tries are counted for: whoever has one IPv6 address has all of its network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else address


def _hashed(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _onward(path: str) -> str:
    """A path of this site, whatever was asked for."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    ours = path.startswith("/") and not path.startswith("//") and not set(path) & set("\\\r\n\t")
    # Without what browsers leave out or put together, by which a path may come to name a host.
    names = parts.path.split("/")[1:]
    odd = any(unquote(name) in (".", "..") for name in names) or "" in names[:-1]
    query = f"?{parts.query}" if parts.query else ""
    return parts.path + query if ours and not odd else "/"


_LINK_IS_USED = (
    '<p class="bad" role="alert">This link was used before, or is too old. '
    "Every link lets one person in, once, within three days.</p>"
)
_NOT_THE_TEAM = '<p class="bad" role="alert">This is not the team’s token.</p>'
_TOO_OFTEN = (
    '<p class="bad" role="alert">Too many tries came from your address. '
    "Wait ten minutes, then try again.</p>"
)
_HOW_TO_ENTER = (
    '<p class="muted">You come in with a link. The terminal prints one when Podium starts, '
    "and everyone who is in makes one for you by typing <code>/invite</code> and your name.</p>"
)


def _button(word: str, token: str, onward: str) -> str:
    held = _hidden("pass", word) if word else _hidden("token", token)
    return (
        f'<form method="post" action="/enter">{held}{_hidden("next", onward)}'
        '<p>Your link is ready.</p><button class="primary" autofocus>Enter</button></form>'
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">' if value else ""


def _page(body: str, *, status: int, head: str = "") -> HTMLResponse:
    return HTMLResponse(
        plain_page(body, head=head),
        status_code=status,
        # The address holds the pass, which must not stay in caches. A form sends its origin, by
        # which it is known as ours, only when referrers are allowed within the site.
        headers={"Cache-Control": "no-store", "Referrer-Policy": "same-origin"},
    )
