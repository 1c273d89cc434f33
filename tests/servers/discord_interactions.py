"""Interactions of the local Discord: from a person's click to the bot's answers, and their ends."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.servers import discord_rules as rules
from tests.servers import discord_things as things
from tests.servers.discord_call import Answer, Call, Handler
from tests.servers.discord_things import EPHEMERAL, LOADING, Channel, Json, Refused, invalid
from tests.servers.discord_world import Private, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, FORM = 1, 4, 5, 6, 7, 8, 9
FIRST_S, TOKEN_S = 3.0, 15 * 60.0
_ALLOWED = {
    COMMAND: (MESSAGE, DEFER, FORM),
    COMPONENT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE, FORM),
    AUTOCOMPLETE: (CHOICES,),
    MODAL: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE),
}


@dataclass(eq=False, kw_only=True)
class Interaction:
    """What a person did, and what the bot has made of it so far."""

    id: str
    token: str
    kind: int
    who: str
    place: Channel
    began_s: float
    data: Json
    message: Json | None = None
    answer: int = 0
    """The kind of the first answer; 0 before there is one."""
    answered_after_s: float = 0
    original: Json | None = None
    loading: bool = False
    form: Json | None = None
    choices: list[Json] = field(default_factory=list)
    followups: dict[str, Json] = field(default_factory=dict)


class Interactions:
    """Tells the bot what people do, and takes its answers while there is time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all: dict[str, Interaction] = {}

    def table(self) -> dict[str, Handler]:
        hook = "/webhooks/{webhook_id}/{webhook_token}"
        return {
            "POST /interactions/{interaction_id}/{interaction_token}/callback": self._callback,
            f"POST {hook}": self._follow_up,
            f"GET {hook}/messages/@original": self._get_original,
            f"PATCH {hook}/messages/@original": self._edit_original,
            f"DELETE {hook}/messages/@original": self._delete_original,
            f"GET {hook}/messages/{{message_id}}": self._get,
            f"PATCH {hook}/messages/{{message_id}}": self._edit,
            f"DELETE {hook}/messages/{{message_id}}": self._delete,
        }

    # --- from a person to the bot -----------------------------------------------------------

    def begin(
        self, kind: int, who: str, place: Channel, data: Json, message: Json | None = None
    ) -> Interaction:
        """Something that a person did; `send` tells the bot."""
        own = self.world.new_id()
        made = Interaction(
            id=own,
            token=f"token-of-{own}",
            kind=kind,
            who=who,
            place=place,
            began_s=self.world.now_s,
            data=data,
            message=message,
        )
        self.all[made.token] = made
        return made

    def send(self, one: Interaction) -> None:
        """Deliver it; a second time is a redelivery."""
        place, someone = one.place, self.world.users[one.who]
        told: Json = {
            "id": one.id,
            "application_id": self.world.application["id"],
            "type": one.kind,
            "token": one.token,
            "version": 1,
            "data": one.data,
            "channel_id": place.id,
            "channel": {**place.json, **_inside(place)},
            "locale": "en-US",
            "app_permissions": str(self.world.permissions(place)),
            "entitlements": [],
            "attachment_size_limit": self.world.file_limit,
            "authorizing_integration_owners": {},
        }
        if place.guild_id:
            told |= {
                "guild_id": place.guild_id,
                "guild": {"id": place.guild_id, "features": [], "locale": "en-US"},
                "guild_locale": "en-US",
                "member": things.member(someone, permissions=things.EVERYONE),
                "authorizing_integration_owners": {"0": place.guild_id},
                "context": 0,
            }
        else:
            told |= {"user": someone, "context": 1}
        if one.message:
            told["message"] = one.message
        self.world.tell("INTERACTION_CREATE", told, place.guild_id)
        self.world.changed()

    # --- the first answer ---------------------------------------------------------------------

    async def _callback(self, call: Call) -> Answer:
        one = self.all.get(call.path["interaction_token"])
        if one is None or one.id != call.path["interaction_id"]:
            raise Refused(404, 10062, "Unknown interaction")
        if one.answer:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if self.world.now_s - one.began_s > FIRST_S:
            raise Refused(404, 10062, "Unknown interaction")
        kind, data = call.body["type"], call.body.get("data") or {}
        if kind not in _ALLOWED[one.kind] or (kind in (DEFER_UPDATE, UPDATE) and not one.message):
            raise invalid("type", "BASE_TYPE_CHOICES", "This answer does not fit the interaction.")
        resource = self._answered(one, kind, data, call)
        one.answer, one.answered_after_s = kind, self.world.now_s - one.began_s
        self.world.changed()
        if call.query.get("with_response") not in ("1", "true"):
            return Answer()
        shown: Json = {"id": one.id, "type": one.kind, "channel_id": one.place.id}
        if one.place.guild_id:
            shown["guild_id"] = one.place.guild_id
        if resource and (message := resource.get("message")):
            shown |= {
                "response_message_id": message["id"],
                "response_message_loading": one.loading,
                "response_message_ephemeral": bool(message["flags"] & EPHEMERAL),
            }
        return Answer({"interaction": shown, **({"resource": resource} if resource else {})})

    def _answered(self, one: Interaction, kind: int, data: Json, call: Call) -> Json | None:
        match kind:
            case 4:
                rules.check_message(data, call.files, limit=self.world.file_limit)
                one.original = self._say(one, data, call)
                return {"type": kind, "message": one.original}
            case 5:
                one.loading = True
                flags = LOADING | (data.get("flags", 0) & EPHEMERAL)
                one.original = self._say(one, {"flags": flags, "type": 20}, call)
                return {"type": kind, "message": one.original}
            case 7:
                assert one.message
                target = self._live(one.message)
                rules.check_message(data, call.files, limit=self.world.file_limit, before=target)
                self.world.edit(target, data, call.files)
                one.original = target
                return {"type": kind, "message": target}
            case 6:
                one.original = self._live(one.message) if one.message else None
            case 8:
                rules.check_choices(data.get("choices") or [])
                one.choices = data.get("choices") or []
            case _:
                rules.check_modal(data)
                one.form = json.loads(json.dumps(data))
        return None

    def _live(self, message: Json) -> Json:
        """The message as it is by now. Raises Refused when it is gone."""
        place = self.world.channels.get(message["channel_id"])
        private = [one.message for one in self.world.private if one.message["id"] == message["id"]]
        found = place.messages.get(message["id"]) if place else None
        if found is None and not private:
            raise Refused(404, 10008, "Unknown Message")
        return found or private[0]

    def _say(self, one: Interaction, body: Json, call: Call) -> Json:
        """A message of the bot as an answer: to everyone, or to this person alone."""
        kinds = {COMMAND: 20, COMPONENT: 19}
        message = self.world.message(
            one.place, self.world.me["id"], {**body, "type": kinds.get(one.kind, 0)}, call.files
        )
        message |= {
            "application_id": self.world.application["id"],
            "webhook_id": self.world.application["id"],
        }
        if one.place.id not in self.world.channels:
            raise Refused(404, 10003, "Unknown Channel")
        if message["flags"] & EPHEMERAL:
            self.world.private.append(Private(who=one.who, message=message))
            self.world.note(message)
        else:
            self.world.put(one.place, message)
        return message

    # --- follow-ups and edits -----------------------------------------------------------------

    def _known(self, call: Call) -> Interaction:
        one = self.all.get(call.path["webhook_token"])
        if one is None or not one.answer or call.path["webhook_id"] != self.world.me["id"]:
            raise Refused(404, 10015, "Unknown Webhook")
        if self.world.now_s - one.began_s > TOKEN_S:
            raise Refused(401, 50027, "Invalid Webhook Token")
        if one.place.id not in self.world.channels:
            raise Refused(404, 10003, "Unknown Channel")
        return one

    async def _follow_up(self, call: Call) -> Answer:
        one, body = self._known(call), call.body or {}
        rules.check_message(body, call.files, limit=self.world.file_limit)
        if one.loading and one.original:
            # The first one after a deferral takes its place, and is seen by those who saw that.
            return Answer(self._change(one, one.original, call))
        message = self._say(one, body, call)
        one.followups[message["id"]] = message
        return Answer(message)

    def _original(self, call: Call) -> tuple[Interaction, Json]:
        one = self._known(call)
        if one.original is None:
            raise Refused(404, 10008, "Unknown Message")
        return one, self._live(one.original)

    def _followed(self, call: Call) -> tuple[Interaction, Json]:
        one = self._known(call)
        own = call.path["message_id"]
        if one.original and one.original["id"] == own:
            return one, self._live(one.original)
        if own not in one.followups:
            raise Refused(404, 10008, "Unknown Message")
        return one, self._live(one.followups[own])

    def _change(self, one: Interaction, message: Json, call: Call) -> Json:
        before = {} if one.loading and message is one.original else message
        rules.check_message(call.body, call.files, limit=self.world.file_limit, before=before)
        if message is one.original and one.loading:
            one.loading = False
            message["flags"] &= ~LOADING
        self.world.edit(message, call.body, call.files)
        return message

    def _drop(self, one: Interaction, message: Json) -> None:
        self.world.private = [
            each for each in self.world.private if each.message["id"] != message["id"]
        ]
        place = self.world.channels.get(message["channel_id"])
        if place and message["id"] in place.messages:
            self.world.delete(place, message["id"])
        if one.original is message:
            one.original, one.loading = None, False
        self.world.changed()

    async def _get_original(self, call: Call) -> Answer:
        return Answer(self._original(call)[1])

    async def _edit_original(self, call: Call) -> Answer:
        return Answer(self._change(*self._original(call), call))

    async def _delete_original(self, call: Call) -> Answer:
        self._drop(*self._original(call))
        return Answer()

    async def _get(self, call: Call) -> Answer:
        return Answer(self._followed(call)[1])

    async def _edit(self, call: Call) -> Answer:
        return Answer(self._change(*self._followed(call), call))

    async def _delete(self, call: Call) -> Answer:
        self._drop(*self._followed(call))
        return Answer()


def _inside(place: Channel) -> dict[str, Any]:
    """What an event says of the channel beside its own fields."""
    return {} if place.guild_id is None else {"permissions": str(things.EVERYONE)}
