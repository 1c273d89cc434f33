"""What Slack delivers: kept first, confirmed at once, dealt with, and taken up after a restart."""

import asyncio
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack import parse, views
from adapters.slack.forms import Ack, Forms
from adapters.slack.manifest import SHORTCUT
from adapters.slack.render import Reader, note
from adapters.slack.visitor import Visitor
from bot.ports import Inbox, LogUnavailable

log = logging.getLogger("podium.slack")

_ANY = re.compile(".*", re.DOTALL)
_SEEN = 20_000
_KEEP_S = 1.0
"""How long keeping may hold a confirmation up: a slow database must not cost a form its trigger."""
_OLD_FORM = "This form is from another Podium, or a much older one. Nothing was sent: begin again."
_UNINSTALLED = ("app_uninstalled", "tokens_revoked")

Body = dict[str, Any]
Next = Callable[[], Awaitable[BoltResponse | None]]


class Listeners:
    """Bolt's listeners, all of which end in the visitor."""

    def __init__(
        self,
        app: AsyncApp,
        visitor: Visitor,
        forms: Forms,
        inbox: Inbox,
        now: Callable[[], datetime],
        *,
        prefix: str,
        forget: Callable[[str], Awaitable[None]],
    ) -> None:
        """Commands begin with `prefix`; `forget` is called with a workspace that is left."""
        self._app = app
        self._visitor = visitor
        self._forms = forms
        self._inbox = inbox
        self._now = now
        self._prefix = prefix
        self._forget = forget
        self._left: set[str] = set()
        self._seen: OrderedDict[str, None] = OrderedDict()
        app.middleware(self._keep)
        app.command(_ANY)(self._command)
        app.action(_ANY)(self._action)
        app.view(_ANY)(self._view)
        app.shortcut(_ANY)(self._shortcut)
        app.event(_ANY)(self._event)

    async def take_up(self) -> None:
        """Deal with what was confirmed before the process ended and not dealt with."""
        for delivery, body in await self._inbox.left():
            if delivery in self._seen:
                continue
            log.info("slack_taken_up delivery=%s", delivery)
            self._left.add(delivery)
            request = AsyncBoltRequest(body=json.loads(body), mode="socket_mode")
            await self._app.async_dispatch(request)

    # --- kept ---------------------------------------------------------------------------

    async def _keep(self, body: Body, next_: Next) -> BoltResponse | None:
        """Keep what comes before it is confirmed; what came before is confirmed and no more."""
        delivery = parse.delivery(body)
        # Whoever sent a form waits for an answer, so each copy gets one; it counts once.
        if not delivery or body.get("type") == "view_submission":
            return await next_()
        if delivery in self._left:
            self._left.discard(delivery)
            return await next_()
        if delivery in self._seen or not await self._is_new(delivery, json.dumps(body)):
            log.info("slack_came_again delivery=%s", delivery)
            return BoltResponse(status=200, body="")
        return await next_()

    async def _is_new(self, delivery: str, body: str) -> bool:
        self._seen[delivery] = None
        while len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        keeping = asyncio.ensure_future(self._inbox.keep(delivery, body, self._now()))
        try:
            return await asyncio.wait_for(asyncio.shield(keeping), _KEEP_S)
        except (TimeoutError, LogUnavailable) as slow:
            # The desk knows every delivery that it counted, so nothing is done twice even so.
            log.warning("slack_kept_late why=%s", type(slow).__name__)
            keeping.add_done_callback(_unless_failed)
            return True

    async def _deal(self, body: Body, work: Awaitable[None]) -> None:
        """What is cut short here is taken up at the next start."""
        await work
        try:
            await self._inbox.done(parse.delivery(body))
        except LogUnavailable as unavailable:
            log.warning("slack_done_not_kept why=%s", unavailable)

    # --- dealt with -----------------------------------------------------------------------

    async def _command(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        await self._deal(body, self._visitor.typed(parse.command(body, self._prefix)))

    async def _action(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if it := parse.pressed(body):
            await self._deal(body, self._visitor.pressed(it))

    async def _shortcut(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if body.get("callback_id") == SHORTCUT and "message" in body:
            await self._deal(body, self._visitor.shortcut(parse.shortcut(body)))

    async def _view(self, ack: AsyncAck, body: Body) -> None:
        if body["type"] == "view_closed":
            await ack()
        elif it := parse.submitted(body):
            await self._forms.submitted(it, _answer(ack))
        else:
            await ack(
                response_action="update",
                view=views.message("Podium", note(_OLD_FORM, Reader(""))),
            )

    async def _event(self, body: Body) -> None:
        event = body["event"]
        kind = event["type"]
        if kind == "app_home_opened" and event.get("tab", "home") == "home":
            await self._deal(body, self._visitor.came_home(body["team_id"], event["user"]))
        elif kind in _UNINSTALLED:
            await self._deal(body, self._forget(body["team_id"]))
        elif it := parse.said(body):
            await self._deal(body, self._visitor.typed(it))


def _answer(ack: AsyncAck) -> Ack:
    async def answer(
        action: str, *, view: Body | None = None, errors: dict[str, str] | None = None
    ) -> None:
        await ack(response_action=action, view=view, errors=errors)

    return answer


def _unless_failed(keeping: asyncio.Future[bool]) -> None:
    if not keeping.cancelled() and (error := keeping.exception()):
        log.warning("slack_not_kept why=%s", error)
