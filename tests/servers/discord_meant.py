"""What people mean at the local Discord: its id, with the details that an interaction has."""

from typing import Any

from tests.servers import discord_typed
from tests.servers.discord_things import EVERYONE, TEXT, Channel, File, Guild, Json, member
from tests.servers.discord_typed import NotTyped, Value
from tests.servers.discord_world import World


class Meant:
    """Files, people and channels, as one person in a guild means them."""

    def __init__(self, world: World, guild: Guild, who: str) -> None:
        self._world = world
        self._guild = guild
        self._who = who

    def id_of(self, kind: int, value: Value, resolved: Json) -> str:
        """The id of what is meant, put with all its details into `resolved`. Raises NotTyped."""
        match value:
            case File():
                attachment = self._world.upload(value, f"ephemeral-attachments/{self._who}")
                attachment["ephemeral"] = True
                resolved.setdefault("attachments", {})[attachment["id"]] = attachment
                return attachment["id"]
            case str() if kind == discord_typed.USER:
                someone = self._world.users.get(value) or self._person(value)
                about: dict[str, Any] = member(someone, permissions=0)
                del about["user"], about["deaf"], about["mute"]
                resolved.setdefault("users", {})[someone["id"]] = someone
                resolved.setdefault("members", {})[someone["id"]] = about
                return someone["id"]
            case str() if kind == discord_typed.CHANNEL:
                place = self._place(value)
                known = {key: place.json[key] for key in ("id", "name", "type")}
                known |= {"permissions": str(EVERYONE)}
                resolved.setdefault("channels", {})[place.id] = known
                return place.id
            case _:
                return str(value)

    def _person(self, name: str) -> Json:
        for someone in self._world.users.values():
            if name.lstrip("@") in (someone["global_name"], someone["username"]):
                return someone
        raise NotTyped(f"there is nobody called {name}")

    def _place(self, name: str) -> Channel:
        for one in self._world.channels.values():
            known = (one.id, one.json.get("name"), f"#{one.json.get('name')}")
            if one.guild_id == self._guild.id and one.json["type"] == TEXT and name in known:
                return one
        raise NotTyped(f"there is no channel {name} to choose")
