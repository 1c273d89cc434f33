"""REST of the local Discord: the application and its commands, and the way to the gateway."""

from collections.abc import Callable

from tests.servers import discord_rules as rules
from tests.servers.discord_call import Answer, Call, Handler
from tests.servers.discord_things import Json, Refused
from tests.servers.discord_world import World


class Commands:
    """Keeps the commands, for everywhere (under "") and for each guild."""

    def __init__(self, world: World, gateway_url: Callable[[], str]) -> None:
        self.world = world
        self.kept: dict[str, list[Json]] = {}
        self.shards = 1
        self._gateway_url = gateway_url

    def table(self) -> dict[str, Handler]:
        everywhere = "/applications/{application_id}/commands"
        guild = "/applications/{application_id}/guilds/{guild_id}/commands"
        return {
            "GET /gateway": self._gateway,
            "GET /gateway/bot": self._gateway_bot,
            "GET /oauth2/applications/@me": self._application,
            "GET /applications/@me": self._application,
            f"GET {everywhere}": self._get,
            f"PUT {everywhere}": self._put,
            f"GET {guild}": self._get,
            f"PUT {guild}": self._put,
        }

    def seen_in(self, guild_id: str | None) -> list[Json]:
        """The commands that a person there can type; a guild's own come before those everywhere."""
        own = self.kept.get(guild_id or "-", [])
        names = {(one["type"], one["name"]) for one in own}
        others = [one for one in self.kept.get("", []) if (one["type"], one["name"]) not in names]
        return [*own, *others]

    async def _gateway(self, call: Call) -> Answer:
        return Answer({"url": self._gateway_url()})

    async def _gateway_bot(self, call: Call) -> Answer:
        start = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 16}
        return Answer(
            {"url": self._gateway_url(), "shards": self.shards, "session_start_limit": start}
        )

    async def _application(self, call: Call) -> Answer:
        return Answer({**self.world.application, "bot": self.world.me})

    async def _get(self, call: Call) -> Answer:
        self._check(call)
        return Answer(self.kept.get(call.path.get("guild_id", ""), []))

    async def _put(self, call: Call) -> Answer:
        self._check(call)
        guild = call.path.get("guild_id", "")
        rules.check_commands(call.body)
        self.keep(call.body, guild)
        self.world.changed()
        return Answer(self.kept[guild])

    def keep(self, offered: list[Json], guild: str = "") -> None:
        """Offer these and no others, everywhere or in a guild."""
        old = {(one["type"], one["name"]): one["id"] for one in self.kept.get(guild, [])}
        self.kept[guild] = [self._made(one, guild, old) for one in offered]

    def _check(self, call: Call) -> None:
        if call.path["application_id"] != self.world.application["id"]:
            raise Refused(403, 20012, "You are not authorized to perform this action")
        if (guild := call.path.get("guild_id")) and guild not in self.world.guilds:
            raise Refused(403, 50001, "Missing Access")

    def _made(self, command: Json, guild: str, old: dict[tuple[int, str], str]) -> Json:
        kind = command.get("type", 1)
        made: Json = {
            "description": "",
            "default_member_permissions": None,
            "nsfw": False,
            **{name: value for name, value in command.items() if value is not None},
            "type": kind,
            "id": old.get((kind, command["name"])) or self.world.new_id(),
            "application_id": self.world.application["id"],
            "version": self.world.new_id(),
        }
        return {**made, "guild_id": guild} if guild else made
