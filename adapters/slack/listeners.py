"""What Slack delivers: kept first, confirmed at once, dealt with, and taken up after a restart."""

import asyncio
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
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
_KEEP_S, _LATE_S = 0.8, 1.6
"""How long keeping may hold the work up, as a form's trigger is soon over, and then what Slack is
told; together within the 3 seconds that it waits."""
_OLD_FORM = "This form is from another Podium, or a much older one. Nothing was sent: begin again."

Body = dict[str, Any]
Next = Callable[[], Awaitable[BoltResponse | None]]
Work = Callable[[], Awaitable[object]]


class Listeners:
    """One listener for all of it: what is not for Podium is confirmed and not kept."""

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
        for listen in (app.command, app.action, app.view, app.shortcut, app.event):
            listen(_ANY)(self._deal)

    async def take_up(self) -> None:
        """Deal with what was confirmed before the process ended and not dealt with.

        Raises LogUnavailable.
        """
        for delivery, body in await self._inbox.left():
            if delivery in self._seen or not delivery.startswith("slack:"):
                continue
            log.info("slack_taken_up delivery=%s", delivery)
            self._left.add(delivery)
            self._seen[delivery] = None
            request = AsyncBoltRequest(body=json.loads(body), mode="socket_mode")
            await self._app.async_dispatch(request)
            if delivery in self._left:  # of a workspace that Podium is no longer in
                self._left.discard(delivery)
                await self._inbox.done(delivery)

    # --- kept ---------------------------------------------------------------------------

    async def _keep(
        self, body: Body, context: AsyncBoltContext, next_: Next
    ) -> BoltResponse | None:
        """Keep what comes before it is confirmed; what came before is confirmed and no more."""
        delivery = parse.delivery(body)
        try:
            work = self._meant(body, context.ack)
        except Exception:  # the edge: what cannot be read must not come again and again
            log.exception("slack_not_understood delivery=%s", delivery)
            work = None
        if work is None:
            return BoltResponse(status=200, body="")
        context["work"] = work
        if delivery in self._left:
            self._left.discard(delivery)
        # Whoever sent a form waits for an answer, so each copy gets one; it counts once.
        elif not await self._is_new(delivery, body, context) and not _is_form(body):
            log.info("slack_came_again delivery=%s", delivery)
            return BoltResponse(status=200, body="")
        return await next_()

    async def _is_new(self, delivery: str, body: Body, context: AsyncBoltContext) -> bool:
        if delivery in self._seen:
            return False
        self._seen[delivery] = None
        while len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        keeping = asyncio.ensure_future(self._inbox.keep(delivery, json.dumps(body), self._now()))
        wait_s = _KEEP_S if "event" not in body else _KEEP_S + _LATE_S  # no trigger, no form
        try:
            return await asyncio.wait_for(asyncio.shield(keeping), wait_s)
        except (TimeoutError, LogUnavailable) as slow:
            # The desk knows every delivery that it counted, so nothing is done twice even so.
            log.warning("slack_kept_late why=%s", type(slow).__name__)
            keeping.add_done_callback(_unless_failed)
            context["keeping"] = keeping
            return True

    # --- dealt with -----------------------------------------------------------------------

    async def _deal(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """Confirm it and do it; what is cut short here is taken up at the next start."""
        delivery = parse.delivery(body)
        try:
            await asyncio.gather(_confirm(ack, body, context), context["work"]())
        except Exception:  # the edge: it was tried, and will be no better at the next start
            log.exception("slack_not_answered delivery=%s", delivery)
        try:
            await self._inbox.done(delivery)
        except LogUnavailable as unavailable:
            log.warning("slack_done_not_kept why=%s", unavailable)

    def _meant(self, body: Body, ack: AsyncAck) -> Work | None:
        """What is to be done about it; None when nothing is."""
        match body:
            case {"command": str()}:
                return partial(self._visitor.typed, parse.command(body, self._prefix))
            case {"type": "block_actions"}:
                return (it := parse.pressed(body)) and partial(self._visitor.pressed, it)
            case {"type": "message_action", "callback_id": str(name)} if name == SHORTCUT:
                return partial(self._visitor.shortcut, parse.shortcut(body))
            case {"type": "view_submission"}:
                if it := parse.submitted(body):
                    return partial(self._forms.submitted, it, _answer(ack))
                told = views.message("Podium", note(_OLD_FORM, Reader("")))
                return partial(ack, response_action="update", view=told)
            case {"event": {"type": "app_home_opened", "user": user} as event, "team_id": team}:
                home = event.get("tab", "home") == "home"
                return partial(self._visitor.came_home, team, user) if home else None
            case {
                "event": {"type": "app_uninstalled"}
                | {"type": "tokens_revoked", "tokens": {"bot": [_, *_]}},
                "team_id": team,
            }:
                return partial(self._forget, team)
            case {"event": {"type": "app_mention" | "message"}}:
                return (it := parse.said(body)) and partial(self._visitor.typed, it)
            case _:
                return None


async def _confirm(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
    """Confirm it once it is kept, or when Slack waits no longer; a form is by its answer."""
    if keeping := context.get("keeping"):
        await asyncio.wait({keeping}, timeout=_LATE_S)
    if not _is_form(body):
        await ack()


def _is_form(body: Body) -> bool:
    """Whether the confirmation says what becomes of the view."""
    return body.get("type") == "view_submission"


def _answer(ack: AsyncAck) -> Ack:
    async def answer(
        action: str, *, view: Body | None = None, errors: dict[str, str] | None = None
    ) -> None:
        await ack(response_action=action, view=view, errors=errors)

    return answer


def _unless_failed(keeping: asyncio.Future[bool]) -> None:
    if not keeping.cancelled() and (error := keeping.exception()):
        log.warning("slack_not_kept why=%s", error)
