"""A person at the local Discord: what they type, press, choose and fill in, and what they see."""

from collections.abc import Mapping, Sequence

from tests.servers import discord_form, discord_typed
from tests.servers import discord_interactions as acts
from tests.servers import discord_layout as layout
from tests.servers.discord_commands import Commands
from tests.servers.discord_form import Filled
from tests.servers.discord_interactions import Interaction, Interactions
from tests.servers.discord_meant import Meant
from tests.servers.discord_things import Channel, File, Guild, Json
from tests.servers.discord_typed import NotTyped, Value
from tests.servers.discord_world import World

_MENUS = {5: discord_typed.USER, 8: discord_typed.CHANNEL}


class Person:
    """Somebody who is at Discord. What they do is sent at once; `answered` waits for the bot."""

    def __init__(
        self, own: str, world: World, interactions: Interactions, commands: Commands, guild: Guild
    ) -> None:
        self.id = own
        self.world = world
        self.name: str = world.users[own]["global_name"]
        self.guild = guild
        places = [one for one in world.channels.values() if one.guild_id == guild.id]
        self.channel: Channel = places[0]
        self._interactions = interactions
        self._commands = commands
        self._meant = Meant(world, guild, own)
        self._closed: set[str] = set()
        self._here: set[str] = set()
        """What was done at this screen: a form opens where its button was pressed."""

    # --- what they do -------------------------------------------------------------------

    def command(
        self,
        line: str,
        options: Mapping[str, Value] | None = None,
        *,
        where: Channel | None = None,
        times: int = 1,
    ) -> Interaction:
        """Type a slash command. Raises NotTyped where Discord's client would not send it.

        Options stand in the line as `name: value`, or are given beside it.
        """
        place = where or self.channel
        command, way, known = self._find(line, place)
        typed = discord_typed.typed(line, way, known)
        resolved: Json = {}
        found = discord_typed.filled(
            known,
            {**typed, **(options or {})},
            lambda kind, value: self._meant.id_of(kind, value, resolved),
        )
        return self._send(acts.COMMAND, place, _data(command, way, found, resolved), times=times)

    def can_type(self, line: str) -> bool:
        """Whether there is such a command with all that the line says."""
        try:
            _, way, known = self._find(line, self.channel)
            discord_typed.typed(line, way, known)
        except NotTyped:
            return False
        return True

    def typing(
        self, line: str, name: str, text: str, *, where: Channel | None = None
    ) -> Interaction:
        """Be in the middle of typing an option that completes itself; the answer has `choices`."""
        place = where or self.channel
        command, way, known = self._find(line, place)
        option = next((one for one in known if one["name"] == name), None)
        if option is None or not option.get("autocomplete"):
            raise NotTyped(f"the option {name} does not complete itself")
        _, typed = discord_typed.split(line, [one["name"] for one in known])
        found = discord_typed.filled(known, {**typed, name: text}, self._none, focused=name)
        return self._send(acts.AUTOCOMPLETE, place, _data(command, way, found, {}))

    def menu(self, name: str, message: Json, *, times: int = 1) -> Interaction:
        """Choose a command from the menu of a message."""
        place = self.world.channels[message["channel_id"]]
        commands = self._seen_commands(place)
        command = next((one for one in commands if (one["type"], one["name"]) == (3, name)), None)
        if command is None:
            raise NotTyped(f"a message has no menu command {name}")
        data = {
            **_data(command, [], [], {"messages": {message["id"]: message}}),
            "target_id": message["id"],
        }
        del data["options"]
        return self._send(acts.COMMAND, place, data, times=times)

    def press(self, message: Json, label: str, *, times: int = 1) -> Interaction:
        """Press a button by its label or custom id, also one that was there and is gone."""
        one = self._control(message, label, (layout.BUTTON,))
        data = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one["id"]}
        return self._use(message, data, times)

    def select(
        self, message: Json, name: str, chosen: Sequence[str], *, times: int = 1
    ) -> Interaction:
        """Choose in a menu, known by its placeholder or custom id, by labels or values."""
        one = self._control(message, name, layout.SELECTS)
        known = {
            shown: option["value"]
            for option in one.get("options") or []
            for shown in (option["label"], option["value"])
        }
        resolved: Json = {}
        if one["type"] == discord_typed.BOOLEAN:
            values = [self._meant.id_of(discord_typed.USER, name, resolved) for name in chosen]
        else:
            values = [known[name] for name in chosen]
        data = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one["id"]}
        if one["type"] != layout.SELECT:
            data["resolved"] = resolved
        return self._use(message, {**data, "values": values}, times)

    def submit(
        self,
        values: Mapping[str, Filled],
        files: Mapping[str, Sequence[File]] | None = None,
        *,
        times: int = 1,
    ) -> Interaction:
        """Fill in the open form by its labels and send it. Raises NotTyped: its client objects."""
        opened = self.opened
        if opened is None or opened.form is None:
            raise NotTyped("no form is open")
        if errors := discord_form.wrong(opened.form, values, files or {}):
            raise NotTyped(f"the form says {errors}")
        resolved: Json = {}
        data = discord_form.submission(
            opened.form,
            values,
            files or {},
            upload=lambda file: self._meant.id_of(discord_typed.ATTACHMENT, file, resolved),
            pick=lambda kind, name: self._meant.id_of(_MENUS[kind], name, resolved),
        )
        if resolved:
            data["resolved"] = resolved
        self._closed.add(opened.id)
        return self._send(acts.MODAL, opened.place, data, opened.message, times=times)

    def close_form(self) -> None:
        if self.opened:
            self._closed.add(self.opened.id)

    def say(
        self,
        text: str,
        files: Sequence[File] = (),
        *,
        where: Channel | None = None,
        to: str = "",
        times: int = 1,
    ) -> Json:
        """Write a message, as an answer to the message `to` where that is given."""
        body: Json = {"content": text}
        if to:
            body["message_reference"] = {"message_id": to}
        place = where or self.channel
        message = self.world.post(place, self.id, body, files)
        for _ in range(times - 1):
            self.world.tell_message("MESSAGE_CREATE", place, message)
        return message

    def mention(
        self,
        text: str,
        files: Sequence[File] = (),
        *,
        where: Channel | None = None,
        times: int = 1,
    ) -> Json:
        """Write a message that begins with the bot's name."""
        return self.say(f"<@{self.world.me['id']}> {text}", files, where=where, times=times)

    # --- what they see ------------------------------------------------------------------

    def sees(self, place: Channel | None = None) -> list[Json]:
        """The messages in a place, oldest first, with those for this person alone.

        A thread begins with the message that it hangs under, as Discord's client shows it.
        """
        place = place or self.channel
        private = [
            one.message
            for one in self.world.private
            if one.who == self.id and one.message["channel_id"] == place.id
        ]
        parent = self.world.channels.get(place.json.get("parent_id") or "")
        first = [parent.messages[place.id]] if parent and place.id in parent.messages else []
        own = sorted([*place.messages.values(), *private], key=lambda one: int(one["id"]))
        return [*first, *own]

    @property
    def threads(self) -> list[Channel]:
        return self.world.threads_of(self.guild.id)

    @property
    def opened(self) -> Interaction | None:
        """What opened the form that is open."""
        mine = [
            one
            for one in self._interactions.all.values()
            if one.id in self._here and one.form and one.id not in self._closed
        ]
        return mine[-1] if mine else None

    @property
    def fields(self) -> list[discord_form.Field]:
        """The fields of the open form."""
        opened = self.opened
        return discord_form.fields(opened.form) if opened and opened.form else []

    @property
    def failed(self) -> list[Interaction]:
        """What Discord says of it has failed: the bot did not answer in time."""
        late = self.world.now_s - acts.FIRST_S
        return [
            one
            for one in self._interactions.all.values()
            if one.who == self.id and not one.answer and one.began_s < late
        ]

    def answers(self, since: int = 0) -> list[Json]:
        """What the bot answered to what this person did after the id `since`."""
        mine = [
            one
            for one in self._interactions.all.values()
            if one.who == self.id and int(one.id) > since
        ]
        found = [[one.original, *one.followups.values()] for one in mine]
        return [message for each in found for message in each if message]

    async def answered(self, one: Interaction, *, patience_s: float = 10) -> Interaction:
        """Wait for the bot's first answer. Raises AssertionError when there is none."""
        try:
            await self.world.until(lambda: one.answer or None, patience_s=patience_s)
        except TimeoutError:
            raise AssertionError(f"The bot did not answer {one.data}") from None
        return one

    # --- how Discord's client makes it ----------------------------------------------------

    def _seen_commands(self, place: Channel) -> list[Json]:
        return self._commands.seen_in(place.guild_id)

    def _find(self, line: str, place: Channel) -> tuple[Json, list[Json], list[Json]]:
        """The command that the longest beginning of the line names. Raises NotTyped."""
        words = line.strip().lstrip("/").split()
        refused = NotTyped("an empty line")
        for most in range(min(3, len(words)), 0, -1):
            try:
                return discord_typed.find(self._seen_commands(place), " ".join(words[:most]))
            except NotTyped as error:
                refused = error
        raise refused

    def _control(self, message: Json, name: str, kinds: Sequence[int]) -> Json:
        for version in reversed(self.world.versions[message["id"]]):
            for one in layout.controls(version["components"]):
                known = (one.get("label"), one.get("placeholder"), one.get("custom_id"))
                if one["type"] in kinds and name in known and one.get("custom_id"):
                    return one
        raise NotTyped(f"the message never had {name!r}: {layout.texts(message)}")

    def _use(self, message: Json, data: Json, times: int) -> Interaction:
        place = self.world.channels[message["channel_id"]]
        now = place.messages.get(message["id"], message)
        return self._send(acts.COMPONENT, place, data, now, times=times)

    def _send(
        self, kind: int, place: Channel, data: Json, message: Json | None = None, times: int = 1
    ) -> Interaction:
        one = self._interactions.begin(kind, self.id, place, data, message)
        self._here.add(one.id)
        for _ in range(times):
            self._interactions.send(one)
        return one

    def _none(self, kind: int, value: Value) -> str:
        return str(value)


def _data(command: Json, way: Sequence[Json], options: list[Json], resolved: Json) -> Json:
    for one in reversed(way):
        options = [{"name": one["name"], "type": one["type"], "options": options}]
    data = {
        "id": command["id"],
        "name": command["name"],
        "type": command["type"],
        "options": options,
    }
    if command.get("guild_id"):
        data["guild_id"] = command["guild_id"]
    return {**data, "resolved": resolved} if resolved else data
