"""The page's sockets: each acts on its own member's pages only, whatever page it names."""

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from nicegui import Client, core
from socketio.exceptions import ConnectionRefusedError as NotConnected

from adapters.web.guard import MEMBER, PASSED

log = logging.getLogger("podium.web")

Handler = Callable[..., object]

_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What NiceGUI raises on a message that no page sends; what pages' own handlers raise it logs."""


def tie_to_members(session: Callable[[str], str | None]) -> None:
    """From now on no message of a socket reaches a page that was built for another member.

    NiceGUI takes whoever names a page's id for who is at that page. A socket ends with its
    `session`, which it was let in by.
    """
    handlers: Mapping[str, Handler] = core.sio.handlers["/"]
    for event, handle in [*handlers.items()]:
        if event != "disconnect":  # it names no page
            core.sio.on(event, handler=_tied(event, handle, session))


def _tied(
    event: str, handle: Handler, session: Callable[[str], str | None]
) -> Callable[..., Awaitable[object]]:
    async def tied(sid: str, *sent: object) -> object:
        if event != "connect" and session(str(_scope(sid).get(PASSED, ""))) is None:
            await core.sio.disconnect(sid)
            return False
        page = _page(event, sent[0] if sent else None)
        if page is None or not _is_of(sid, page):
            log.warning("socket_refused event=%s", event)
            if event == "connect":
                # On these words NiceGUI's script loads the page anew, for whoever it is now.
                raise NotConnected("Implicit handshake failed")
            return False
        try:
            answer = handle(sid, *sent)
            return await answer if inspect.isawaitable(answer) else answer
        except _UNREADABLE as error:
            log.warning("socket_unreadable event=%s why=%s", event, type(error).__name__)
            return False

    return tied


def _page(event: str, sent: object) -> str | None:
    """The id of the page that a message names; empty for a socket that names none as it comes."""
    if not isinstance(sent, dict):
        return None
    if event == "connect":
        return parse_qs(str(sent.get("QUERY_STRING", ""))).get("client_id", [""])[0]
    page = sent.get("client_id")
    return page if isinstance(page, str) else None


def _is_of(sid: str, page: str) -> bool:
    client = Client.instances.get(page)
    if client is None:
        return True  # there is nothing to reach, which NiceGUI answers itself
    member = _scope(sid).get(MEMBER)
    return member is not None and member == client.request.scope.get(MEMBER)


def _scope(sid: str) -> Mapping[str, object]:
    """The request that a socket began with, as the guard let it through."""
    environ: Mapping[str, Mapping[str, object]] = core.sio.get_environ(sid) or {}
    return environ.get("asgi.scope", {})
