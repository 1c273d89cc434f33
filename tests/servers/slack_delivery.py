"""How what people do reaches the app: through its sockets, or signed over HTTP; with retries."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack_socket import Unreached
from tests.servers.slack_world import Json

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi

Kind = Literal["slash_commands", "interactive", "events_api"]
RETRIES = 3


@dataclass(kw_only=True)
class Delivery:
    """One thing that was delivered; `ack` is what the app sent along with its ack."""

    kind: Kind
    payload: Json
    attempts: int = 0
    ack: Any = None
    failed: str = ""
    acked_after_s: float = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Deliveries:
    """Everything delivered so far, and what is on its way.

    Slack tries an event again that was not acked; a command or a press it does not.
    """

    def __init__(self, slack: "SlackApi") -> None:
        self._slack = slack
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self.all: list[Delivery] = []
        self.retry_after_s: tuple[float, ...] = (0.0, 0.1, 0.5)
        self.held: asyncio.Event | None = None
        """While there is one, events wait for it: a test makes them late or out of order."""

    async def send(self, kind: Kind, payload: Json, *, times: int = 1) -> Delivery:
        """Deliver and wait for the ack; `times` delivers the same thing at once so often."""
        sent = [Delivery(kind=kind, payload=payload) for _ in range(times)]
        self.all += sent
        await asyncio.gather(*(self._try(one) for one in sent))
        return next((one for one in sent if not one.failed), sent[0])

    def start(self, payload: Json, *, times: int = 1) -> None:
        """Deliver an event without waiting."""
        for _ in range(times):
            delivery = Delivery(kind="events_api", payload=payload)
            self.all.append(delivery)
            task = asyncio.create_task(self._event(delivery))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def quiet(self) -> None:
        """Waits until every event is delivered, or given up."""
        while self._under_way:
            await asyncio.wait(list(self._under_way))

    async def close(self) -> None:
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _event(self, delivery: Delivery) -> None:
        if self.held:
            await self.held.wait()
        while delivery.attempts <= RETRIES:
            if not self._slack.app.request_url:
                await self._slack.socket.connected()
            await self._try(delivery)
            if not delivery.failed:
                return
            pauses = self.retry_after_s
            await asyncio.sleep(pauses[min(delivery.attempts, len(pauses)) - 1])

    async def _try(self, delivery: Delivery) -> None:
        reason, delivery.failed = delivery.failed, ""
        began = time.monotonic()
        more: Json = {}
        if delivery.kind == "events_api":
            more = {"retry_attempt": delivery.attempts, "retry_reason": ""}
        if delivery.attempts:
            more["retry_reason"] = "timeout" if reason == "operation_timeout" else "http_error"
        delivery.attempts += 1
        try:
            if self._slack.app.request_url:
                delivery.ack = await self._post(delivery, more)
            else:
                delivery.ack = await self._slack.socket.deliver(
                    delivery.kind, delivery.payload, more
                )
        except Unreached as unreached:
            delivery.failed = str(unreached)
        else:
            delivery.acked_after_s = time.monotonic() - began
        delivery.done.set()
        self._slack.news.tell()

    async def _post(self, delivery: Delivery, more: Json) -> Any:
        """Over HTTP; the ack's payload. Raises Unreached."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers, body = self.signed(delivery.kind, delivery.payload)
        if more.get("retry_attempt"):
            headers["X-Slack-Retry-Num"] = str(more["retry_attempt"])
            headers["X-Slack-Retry-Reason"] = "http_timeout"
        limit = aiohttp.ClientTimeout(total=self._slack.ack_s)
        try:
            async with self._session.post(
                self._slack.app.request_url, data=body, headers=headers, timeout=limit
            ) as answer:
                said = await answer.text()
                if answer.status != 200:
                    raise Unreached("dispatch_failed")
        except TimeoutError:
            raise Unreached("operation_timeout") from None
        except aiohttp.ClientError:
            raise Unreached("dispatch_failed") from None
        if not said:
            return None
        return json.loads(said) if answer.content_type == "application/json" else {"text": said}

    def signed(
        self, kind: Kind, payload: Json, *, secret: str = "", age_s: float = 0
    ) -> tuple[dict[str, str], str]:
        """The headers and body of a request as Slack signs it."""
        content = "application/x-www-form-urlencoded"
        match kind:
            case "events_api":
                body, content = json.dumps(payload), "application/json"
            case "interactive":
                body = urlencode({"payload": json.dumps(payload)})
            case "slash_commands":
                body = urlencode(payload)
        stamp = str(int(time.time() - age_s))
        key = (secret or self._slack.app.signing_secret).encode()
        digest = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
        return headers | {"Content-Type": content}, body
