"""Podium in Slack: which workspaces it is in, and the doors it is reached through."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import Api, client, code_of
from adapters.slack.chat import SlackChat
from adapters.slack.doors import Sockets, listen
from adapters.slack.files import Files
from adapters.slack.forms import Forms
from adapters.slack.installs import Vault, oauth
from adapters.slack.listeners import Listeners
from adapters.slack.manifest import SCOPES
from adapters.slack.pace import Pace
from adapters.slack.people import SlackPeople
from adapters.slack.sight import SlackSight
from adapters.slack.telling import Teller
from adapters.slack.trouble import SlackTrouble
from adapters.slack.visitor import Visitor
from bot.ports import Inbox, Installs, LogUnavailable, Posts
from bot.reception import Reception
from bot.run.events import Document

log = logging.getLogger("podium.slack")

_FIRST_S = 10
_LONGEST_WAIT_S = 60
_NOT_INSTALLED = (
    "Podium is not installed in this workspace, so nothing was begun. Install it over the page "
    "/slack/install of whoever runs it."
)


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What the app at Slack gave; which are there decides how Podium is reached."""

    bot: str = ""
    app: str = ""
    signing_secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    config: str = ""
    api_url: str = "https://slack.com/api/"
    prefix: str = ""

    @property
    def missing(self) -> str:
        """What is not there and has to be, in words; empty when nothing is."""
        if not self.bot and not (self.client_id and self.client_secret):
            return (
                "SLACK_BOT_TOKEN is missing (xoxb-…, from the app's page OAuth & Permissions), or "
                "for several workspaces SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
            )
        if not self.app and not self.signing_secret:
            return (
                "SLACK_APP_TOKEN is missing (xapp-…, with the scope connections:write, from the "
                "app's page Basic Information), or for HTTP mode SLACK_SIGNING_SECRET"
            )
        return ""


class Slack:
    """Slack as a platform: `chat` takes cards, `serve` lets people in."""

    def __init__(
        self,
        tokens: Tokens,
        *,
        host: str,
        port: int,
        posts: Posts,
        inbox: Inbox,
        installs: Installs,
        key: bytes,
        read_document: Callable[[str, bytes, str], Document],
        unreadable: type[Exception],
        now: Callable[[], datetime],
    ) -> None:
        """Signed requests and installs come to `host` and `port`.

        `read_document` may raise `unreadable`; `key` seals the tokens of workspaces.
        """
        self._tokens = tokens
        self._door = host, port
        self._inbox = inbox
        self._now = now
        self._vault = Vault(installs, key)
        self._team = ""  # of the bot token, as soon as it is known
        self._clients: dict[str, AsyncWebClient] = {}
        self._api = Api(self._client, Pace())
        self._sockets: Sockets | None = None
        self._trouble = "Slack is not connected yet"
        self._tried = asyncio.Event()
        self.chat = SlackChat(self._api, posts, now, tokens.prefix)
        self._files = Files(self._api, self.chat, read_document, unreadable)
        self.sight = SlackSight(self._api, lambda: self._team)
        self._people = SlackPeople(self._api, self._is_in)
        self.url = ""

    @asynccontextmanager
    async def serve(self, reception: Reception, *, web: str) -> AsyncIterator[str]:
        """Serve until left; gives what is wrong, in words, empty when all is well.

        Slack that cannot be reached is tried again all the time. Raises OSError when it cannot
        listen for signed requests.
        """
        self.chat.web = web
        tokens = self._tokens
        teller = Teller(self._api)
        forms = Forms(self._api, self.chat, reception, self._files, teller, self._now)
        visitor = Visitor(
            self._api, self.chat, reception, self._files, teller, forms, saw=self.sight.saw
        )

        # Bolt looks at the names of the arguments, and stumbles over a method's own.
        async def authorize(team_id: str | None) -> AuthorizeResult | None:
            return await self._authorize(team_id or "")

        app = AsyncApp(
            authorize=cast("Callable[..., Awaitable[AuthorizeResult]]", authorize),
            client=client(tokens.bot, tokens.api_url),
            signing_secret=tokens.signing_secret or None,
            request_verification_enabled=bool(tokens.signing_secret),
            logger=_bolt_log(),
            user_facing_authorize_error_message=_NOT_INSTALLED,
        )
        listeners = Listeners(
            app, visitor, forms, self._inbox, self._now, prefix=tokens.prefix, forget=self._forget
        )
        async with AsyncExitStack() as stack:
            if tokens.signing_secret or tokens.client_id:
                door = app if tokens.signing_secret else None
                flow = self._oauth() if tokens.client_id else None
                self.url = await stack.enter_async_context(listen(door, flow, *self._door))
            stack.push_async_callback(self.chat.writing.close)
            stack.push_async_callback(self._close_sockets)
            connecting = asyncio.create_task(self._connect(app, listeners), name="slack connects")
            stack.push_async_callback(_ended, connecting)
            with suppress(TimeoutError):
                async with asyncio.timeout(_FIRST_S):
                    await self._tried.wait()
            yield self._trouble

    async def health(self) -> str:
        """What is wrong with Slack now; "ok" when nothing is."""
        if self._trouble:
            return self._trouble
        if self._sockets and (silent := await self._sockets.trouble()):
            return silent
        return next(iter(self._api.trouble.values()), "ok")

    async def names(self, identities: Collection[str]) -> Mapping[str, str]:
        return await self._people.names(identities)

    async def zone(self, identity: str) -> str:
        return await self._people.zone(identity)

    async def left(self, identity: str) -> bool:
        return await self._people.left(identity)

    # --- connecting ---------------------------------------------------------------------

    async def _connect(self, app: AsyncApp, listeners: Listeners) -> None:
        """Find out who Podium is, connect, take up what was left; again until it works."""
        wait = 1.0
        while self._trouble:
            try:
                if self._tokens.bot:
                    self._team = await self._team_of(self._tokens.bot)
                if not self._tokens.signing_secret:
                    self._sockets = self._sockets or Sockets(app, self._tokens.app)
                    await self._sockets.open()
                await listeners.take_up()
                self._trouble = ""
            except (SlackTrouble, LogUnavailable) as trouble:
                self._trouble = str(trouble)
                log.error("slack_not_connected why=%s", trouble)
                self._tried.set()
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT_S)
        self._tried.set()
        if self._sockets:
            await self._sockets.watch()

    async def _close_sockets(self) -> None:
        if self._sockets:
            await self._sockets.close()

    async def _team_of(self, token: str) -> str:
        """The workspace of a token. Raises SlackTrouble."""
        try:
            found = await client(token, self._tokens.api_url).auth_test()
        except SlackApiError as error:
            raise SlackTrouble("auth.test", code_of(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackTrouble("auth.test", "no_answer") from error
        return str(found["team_id"])

    # --- workspaces ---------------------------------------------------------------------

    async def _token(self, team: str) -> str:
        """Raises SlackTrouble when Podium is not in the workspace."""
        if team == self._team or not self._tokens.client_id:
            return self._tokens.bot
        return await self._vault.get(team)

    def _is_in(self, team: str) -> bool:
        """Whether the token for a workspace, if there is one, is its own."""
        return team == self._team or bool(self._tokens.client_id)

    async def _authorize(self, team: str) -> AuthorizeResult | None:
        """Without asking Slack, which may be down: nothing that is delivered waits for it."""
        try:
            return AuthorizeResult(
                enterprise_id=None, team_id=team, bot_token=await self._token(team)
            )
        except SlackTrouble as trouble:
            log.error("slack_unknown_workspace team=%s why=%s", team, trouble)
            return None

    async def _client(self, team: str) -> AsyncWebClient:
        """Raises SlackTrouble when Podium is not in the workspace."""
        token = await self._token(team)
        known = self._clients.get(team)
        if known is None or known.token != token:
            known = self._clients[team] = client(token, self._tokens.api_url)
        return known

    async def _forget(self, team: str) -> None:
        self._clients.pop(team, None)
        await self._vault.forget(team)

    def _oauth(self) -> AsyncOAuthFlow:
        return oauth(
            self._vault,
            client_id=self._tokens.client_id,
            client_secret=self._tokens.client_secret,
            scopes=SCOPES,
            api_url=self._tokens.api_url,
        )


def _bolt_log() -> logging.Logger:
    """Bolt says again and again that the environment holds tokens that it was given otherwise."""
    quiet = log.getChild("bolt")
    quiet.setLevel(logging.ERROR)
    return quiet


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
