"""A Discord on this machine: REST v10 and the gateway, over real HTTP and real sockets.

In a test: `async with DiscordApi() as discord:` and point the bot at `discord.api_url` and
`discord.gateway_url` with the token `discord.token`. `discord.person("Ana")` comes in and acts.
"""

from collections import deque
from collections.abc import Mapping
from typing import Self

from aiohttp import web

from tests.servers.discord_call import Answer, Call, Handler, Routes, parse, refused, replied
from tests.servers.discord_channels import Channels
from tests.servers.discord_commands import Commands
from tests.servers.discord_gateway import Gateway
from tests.servers.discord_interactions import Interactions
from tests.servers.discord_limits import Fault, Limited, Limits
from tests.servers.discord_person import Person
from tests.servers.discord_specification import UNKNOWN, Specification
from tests.servers.discord_things import Guild, Json, Refused
from tests.servers.discord_world import World

TOKEN = "a-token.that-opens.nothing"
_BASE = "/api/v10"
# An invalid form, an empty message, a file too large: no bot has a reason to send these.
_NEVER_RIGHT = (40005, 50006, 50035)


class DiscordApi:
    """The server. It opens with one guild, "Acme", and its channel "general".

    `calls` are those that arrived, `refusals` what was refused and why, and `violations` where the
    bot or this server broke the specification or a rule that it does not write down.
    """

    def __init__(self, *, checking: bool = True, guild: str = "Acme") -> None:
        self.token = TOKEN
        self.url = ""
        self.calls: list[Call] = []
        self.refusals: list[str] = []
        self.violations: list[str] = []
        self.faults: deque[Fault] = deque()
        self.limits = Limits()
        self.invalid_requests = 0
        self.gateway = Gateway(self.token, self._told)
        self.world = self.gateway.world = World(tell=self.gateway.tell)
        self.commands = Commands(self.world, lambda: self.gateway_url)
        self.interactions = Interactions(self.world)
        self.specification = Specification.find() if checking else None
        self.guild: Guild = self.world.guild(guild)
        self._routes = Routes()
        for part in (Channels(self.world), self.commands, self.interactions):
            self._routes.add(part.table())
        app = web.Application(client_max_size=256 * 1024 * 1024)
        app.router.add_get("/gateway/", self.gateway.open)
        app.router.add_get("/cdn/{path:.+}", self._file)
        app.router.add_route("*", f"{_BASE}{{path:/.+}}", self._call)
        self._runner = web.AppRunner(app, shutdown_timeout=0, access_log=None)

    @property
    def api_url(self) -> str:
        return f"{self.url}{_BASE}"

    @property
    def gateway_url(self) -> str:
        return f"ws{self.url.removeprefix('http')}/gateway/"

    async def start(self, port: int = 0) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = self.world.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.gateway.url = self.gateway_url

    async def stop(self) -> None:
        self.gateway.drop()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def person(self, name: str) -> Person:
        """A member of every guild, who looks at the first guild's first channel.

        The same name is the same member, at another screen.
        """
        known = (own for own, one in self.world.users.items() if one["global_name"] == name)
        own = next(known, "") or self.world.person(name)["id"]
        return Person(own, self.world, self.interactions, self.commands, self.guild)

    async def reset_token(self) -> None:
        """The old one opens nothing any more, and whoever came in by it is put out."""
        self.token = self.gateway.token = f"{self.token}.again"
        await self.gateway.close(4004)

    def called(self, about: str) -> list[Call]:
        """The calls of `METHOD /template`, as far as that is given."""
        return [call for call in self.calls if call.about.startswith(about)]

    # --- a call ---------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        headers: Mapping[str, str] = {}
        try:
            call, handler = await parse(request, request.match_info["path"], self._routes)
            self.calls.append(call)
            if "{webhook_token}" not in call.template and "/callback" not in call.template:
                self._enter(request)
            taken = self.limits.take(call)
            if isinstance(taken, Limited):
                return self._too_soon(taken)
            headers = taken
            if fault := self._fault(call):
                return await self._fail(request, call, handler, fault)
            answer = await self._done(call, handler)
        except Refused as error:
            self._note(f"{request.method} {request.path}", error)
            return refused(error, headers)
        return replied(answer, headers)

    def _note(self, about: str, error: Refused) -> None:
        self.invalid_requests += error.status in (401, 403)
        self.refusals.append(f"{about}: {error.body}")
        if error.body["code"] in _NEVER_RIGHT:
            self.violations.append(f"{about}: {error.body}")

    def _enter(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refused(401, 0, "401: Unauthorized")

    async def _done(self, call: Call, handler: Handler) -> Answer:
        if self.specification:
            wrong = self.specification.of_request(call)
            self.violations += wrong
            # What Discord does not know it passes over; the rest it refuses.
            if any(UNKNOWN not in one for one in wrong):
                raise Refused(400, 50035, "Invalid Form Body")
        try:
            answer = await handler(call)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # Without the specification, what is not as it must be is seen here at the latest.
            self.violations.append(f"{call.about}: {error!r} with {call.body}")
            raise Refused(400, 50035, "Invalid Form Body") from error
        if self.specification:
            self.violations += self.specification.of_answer(call, answer)
        return answer

    def _told(self, event: str, data: Json) -> None:
        if self.specification:
            self.violations += self.specification.of_event(event, data)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self.world.files.get(request.path.removeprefix("/"))
        return web.Response(body=file.data) if file else web.Response(status=404)

    # --- what goes wrong --------------------------------------------------------------------

    def _too_soon(self, limited: Limited, *, via: bool = True) -> web.StreamResponse:
        self.invalid_requests += 1
        body = {
            "message": "You are being rate limited.",
            "retry_after": limited.retry_after_s,
            "global": limited.everywhere,
        }
        # Answers of Discord come through a proxy; one that does not is Cloudflare's own refusal.
        way = {"Via": "1.1 google"} if via else {}
        return replied(Answer(body, 429), {**limited.headers, **way})

    def _fault(self, call: Call) -> Fault | None:
        for fault in self.faults:
            if call.about.startswith(fault.about) and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    async def _fail(
        self, request: web.Request, call: Call, handler: Handler, fault: Fault
    ) -> web.StreamResponse:
        if fault.hold:
            await fault.hold.wait()
        answer = None
        if fault.accepted or fault.kind == "wait":
            answer = await self._done(call, handler)
        if fault.kind == "wait" and answer:
            return replied(answer)
        if fault.kind == "drop":
            if request.transport:
                request.transport.abort()
            return web.Response()
        if fault.status == 429:
            wait = fault.retry_after_s
            limited = Limited(wait, fault.everywhere, {"Retry-After": f"{wait:.3f}"})
            return self._too_soon(limited, via=fault.via)
        raise Refused(fault.status, fault.code, f"{fault.status}: as the test wants it")
