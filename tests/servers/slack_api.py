"""A Slack on this machine: Web API, Socket Mode and signed HTTP, as the real SDK speaks them.

In a test: `async with SlackApi() as slack:`, then give the app `slack.api_url`, `slack.bot_token`
and `slack.app_token`, and let people act: `ana = slack.person("ana")`. In the end
`slack.violations` must be empty: it holds whatever Slack would not have taken, or shown badly.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.servers import slack_files
from tests.servers.slack_admin import Admin
from tests.servers.slack_delivery import Deliveries
from tests.servers.slack_faults import Fault, Faults, Limits
from tests.servers.slack_methods import Call, Methods
from tests.servers.slack_person import Person
from tests.servers.slack_response import ResponseUrls
from tests.servers.slack_socket import Socket
from tests.servers.slack_views import Trigger, View
from tests.servers.slack_world import BOT_SCOPES, App, Clock, Json, News, Token, Workspace

T = TypeVar("T")


class SlackApi:
    """The server, one app's settings at it, and its workspaces; the first is `slack.team`.

    `ack_s` is the real time an app has for its ack. Everything else that lasts is told by
    `clock`, which stands still until a test moves it.
    """

    def __init__(self, *, scopes: frozenset[str] = BOT_SCOPES, ack_s: float = 3.0) -> None:
        self.scopes = scopes
        self.ack_s = ack_s
        self.url = ""
        self.clock, self.news, self.app = Clock(), News(), App()
        self.faults, self.limits = Faults(), Limits()
        self.workspaces: dict[str, Workspace] = {}
        self.tokens: dict[str, Token] = {}
        self.triggers: dict[str, Trigger] = {}
        self.codes: dict[str, tuple[str, str]] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self._stacks: dict[tuple[str, str], list[View]] = {}
        self._people: dict[tuple[str, str], Person] = {}
        self.socket, self.deliveries = Socket(self), Deliveries(self)
        self.responses, self.admin = ResponseUrls(self), Admin(self)
        self.team = self.workspace("Acme")
        self.bot_token = self.new_token(self.team).value
        self.app_token = self._own_token("xapp-1", "app", {"connections:write"})
        self.config_token = self._own_token("xoxe.xoxp-1", "config", set())
        self._runner = web.AppRunner(self._routes(), shutdown_timeout=0.1, access_log=None)

    def _own_token(self, begins: str, kind: str, scopes: set[str]) -> str:
        value = f"{begins}-{secrets.token_hex(8)}"
        self.tokens[value] = Token(value=value, team=self.team.id, scopes=scopes, kind=kind)
        return value

    @property
    def api_url(self) -> str:
        """What the SDK wants as its base_url, and Podium as SLACK_API_URL."""
        return f"{self.url}/api/"

    def _routes(self) -> web.Application:
        site = web.Application(client_max_size=256 * 1024 * 1024)
        methods = Methods(self)
        site.router.add_route("*", "/api/{method}", methods.answer)
        site.router.add_get("/link/", self.socket.serve)
        site.router.add_post("/response/{id}", self.responses.receive)
        site.router.add_get("/oauth/v2/authorize", self._authorize)
        site.router.add_route("*", "/upload/{team}/{file}", self._upload)
        site.router.add_get("/files-pri/{file}/{rest:.*}", self._download)
        return site

    async def start(self, port: int = 0) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self.deliveries.close()
        await self.socket.cut()
        await self._runner.cleanup()

    # --- what there is ------------------------------------------------------------------

    def workspace(self, name: str) -> Workspace:
        """A further workspace, where the app is not installed yet."""
        team = Workspace(f"T{len(self.workspaces) + 1:04d}TEAM", name, self.clock)
        self.workspaces[team.id] = team
        return team

    def new_token(self, team: Workspace) -> Token:
        """A bot's token, as an installation gives it."""
        value = f"xoxb-{len(self.tokens) + 1}-{secrets.token_hex(8)}"
        self.tokens[value] = Token(value=value, team=team.id, scopes=set(self.scopes))
        return self.tokens[value]

    def person(self, name: str, team: Workspace | None = None) -> Person:
        """The person of that name at Slack; comes to the workspace at the first call."""
        team = team or self.team
        if (found := self._people.get((team.id, name))) is None:
            handle = name.lower().replace(" ", ".")
            user = team.add_user(handle, name if name != handle else "")
            found = self._people[team.id, name] = Person(self, team, user)
        return found

    def stack(self, team: Workspace, user: str) -> list[View]:
        """The modals that a person has open, the lowest first."""
        return self._stacks.setdefault((team.id, user), [])

    def views(self, team: Workspace) -> Iterator[View]:
        for (owner, _), stack in self._stacks.items():
            if owner == team.id:
                yield from stack
        for (owner, _), home in self.homes.items():
            if owner == team.id:
                yield home

    def trigger(self, team: Workspace, user: str, view: str = "", channel: str = "") -> str:
        """A new trigger_id: good for 3 seconds of the clock, and once. `channel` is looked at."""
        own = f"{len(self.triggers) + 1}.{team.id}.{secrets.token_hex(8)}"
        self.triggers[own] = Trigger(
            user=user, team=team.id, made=self.clock.now(), view=view, channel=channel
        )
        return own

    # --- what a test does -----------------------------------------------------------------

    def fail(self, method: str, **how: Any) -> Fault:
        """Let the next calls of a method go wrong, as the Fault says."""
        return self.faults.add(Fault(method=method, **how))

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def until(self, look: Callable[[], T | None]) -> T:
        """What `look` finds, as soon as it does."""
        while not (found := look()):
            await self.news.wait()
        return found

    def event(self, team: Workspace, event: Json, *, times: int = 1) -> None:
        """Deliver an event to the app, in its envelope of the Events API."""
        payload = {
            "token": "verification",
            "team_id": team.id,
            "context_team_id": team.id,
            "api_app_id": self.app.id,
            "type": "event_callback",
            "event_id": team.new_id("Ev"),
            "event_time": int(self.clock.now()),
            "authorizations": [{"team_id": team.id, "user_id": team.bot.id, "is_bot": True}],
            "is_ext_shared_channel": False,
            "event": {"event_ts": self.clock.ts()} | event,
        }
        self.deliveries.start(payload, times=times)

    # --- what is no method ------------------------------------------------------------------

    async def _authorize(self, request: web.Request) -> web.Response:
        """A person says yes at once, in the workspace that `team` names, or in the first."""
        query = request.query
        team = self.workspaces.get(query.get("team", ""), self.team)
        code = secrets.token_hex(8)
        user = next((one.id for one in team.users.values() if not one.is_bot), "")
        self.codes[code] = (team.id, user)
        state = query.get("state", "")
        back = f"{query['redirect_uri']}?code={code}&state={state}"
        return web.Response(status=302, headers={"Location": back})

    async def _upload(self, request: web.Request) -> web.Response:
        return await slack_files.receive(request, self.workspaces[request.match_info["team"]])

    async def _download(self, request: web.Request) -> web.Response:
        team_id, _, file = request.match_info["file"].partition("-")
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = self.tokens.get(given)
        allowed = (
            token is not None
            and not token.refused
            and token.team == team_id
            and "files:read" in token.scopes
        )
        return slack_files.give(self.workspaces[team_id], file, allowed)
