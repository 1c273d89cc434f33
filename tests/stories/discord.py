"""Discord as a platform of the stories: a served Podium at the local Discord."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.servers import discord_form
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_layout import controls
from tests.servers.discord_person import Person
from tests.servers.discord_things import EPHEMERAL, LOADING, TEXT, Channel, File, Json
from tests.stories.discord_words import read, title_of
from tests.stories.driver import (
    PATIENCE_S,
    Screen,
    Seen,
    SeenField,
    SeenForm,
    Upload,
    Value,
    Where,
)
from tests.stories.served import Served

T = TypeVar("T")

TEAM = ("Ana", "Ben", "Cleo")
_LEADS = ("Ana", "Ben")


class DiscordSeat:
    """A person at Discord: the channel before them, and beside it the thread that is open.

    A run that they start opens its thread, as a link to it is all that there is to press.
    """

    def __init__(self, api: DiscordApi, name: str) -> None:
        self.person: Person = api.person(name)
        self._world = api.world
        self._thread = ""
        self._since = 0
        """The thread that answers what the person did last is younger than this."""
        self._again: dict[str, str] = {}
        """What was wrong with a form, by the message whose button opened it again."""
        self._errors: dict[str, str] = {}
        self._filled: dict[str, Value] = {}

    # --- the screen -----------------------------------------------------------------------

    async def screen(self) -> Screen:
        return self._screen()

    def _screen(self) -> Screen:
        self._follow()
        self._open_again()
        place = self._world.channels.get(self.person.channel.id)
        thread = self._world.channels.get(self._thread)
        return Screen(
            messages=(
                *self._messages(place, "channel"),
                *self._messages(thread, "thread"),
            ),
            form=self._form(),
            notices=(
                *("The application did not respond." for _ in self.person.failed),
                *self._again.values(),
            ),
            channels=self._channels(),
        )

    async def until(self, look: Callable[[Screen], T | None]) -> T:
        try:
            return await self._world.until(lambda: look(self._screen()), patience_s=PATIENCE_S)
        except TimeoutError:
            raise AssertionError(f"It was not seen: {self._screen()}") from None

    def _messages(self, place: Channel | None, where: Where) -> list[Seen]:
        shown = self.person.sees(place) if place else []
        return [self._seen(one, where) for one in shown if not one["flags"] & LOADING]

    def _seen(self, message: Json, where: Where) -> Seen:
        title = title_of(message)
        return Seen(
            id=message["id"],
            where="private" if message["flags"] & EPHEMERAL else where,
            by=message["author"]["global_name"],
            title=title,
            text=read(message, self._world),
            buttons=tuple(
                one["label"]
                for one in controls(message["components"])
                if one.get("custom_id") and one.get("label")
            ),
        )

    def _form(self) -> SeenForm | None:
        opened = self.person.opened
        if opened is None or opened.form is None:
            self._errors, self._filled = {}, {}
            return None
        fields = {
            one.label: SeenField(
                kind=one.kind,
                value=self._filled.get(one.label, self._shown(one)),
                error=self._errors.get(one.label, "") or _wrong(one.about),
                options=self._options(one),
            )
            for one in discord_form.fields(opened.form)
        }
        said = (discord_form.about(opened.form), *(one.about for one in self.person.fields))
        return SeenForm(
            title=opened.form["title"], about="\n".join(filter(None, said)), fields=fields
        )

    def _options(self, field: discord_form.Field) -> tuple[str, ...]:
        match field.kind:
            case "person":
                people = (one for one in self._world.users.values() if not one.get("bot"))
                return tuple(one["global_name"] for one in people)
            case "place":
                return self._channels()
            case _:
                return tuple(shown for shown, _ in field.options)

    def _shown(self, field: discord_form.Field) -> Value | None:
        """What a field holds: a place by its name, as Discord's client shows it."""
        place = self._world.channels.get(str(field.value)) if field.kind == "place" else None
        return f"#{place.json['name']}" if place else field.value

    def _channels(self) -> tuple[str, ...]:
        return tuple(
            f"#{one.json['name']}"
            for one in self._world.channels.values()
            if one.guild_id == self.person.guild.id and one.json["type"] == TEXT
        )

    # --- what a person does ---------------------------------------------------------------

    async def type(self, text: str, *, thread: bool = False, times: int = 1) -> None:
        """A slash command where there is one; any other line that begins so is said to the bot.

        In a thread people address the bot by its name too: it reads nothing else there.
        """
        if not text.strip():
            return
        self._since = int(self._world.new_id())
        place = self._world.channels[self._thread] if thread else self.person.channel
        if text.startswith("/") and self.person.can_type(text):
            self.person.command(text, where=place, times=times)
        elif thread or text.startswith("/"):
            self.person.mention(text, where=place, times=times)
        else:
            self.person.say(text, where=place, times=times)

    async def press(self, seen: Seen, label: str, *, times: int = 1) -> None:
        self.person.press(self._world.versions[seen.id][-1], label, times=times)

    async def fill(
        self, values: Mapping[str, Value], files: Mapping[str, Sequence[Upload]] | None = None
    ) -> None:
        uploads = {
            label: [File(name, data) for name, data in each]
            for label, each in (files or {}).items()
        }
        opened = self.person.opened
        assert opened
        assert opened.form
        values = {**self._filled, **values}
        errors = discord_form.wrong(opened.form, values, uploads)
        if errors:
            # Discord's client says so itself, beside the field, and sends nothing.
            self._errors, self._filled = errors, values
            return
        self._since = int(self._world.new_id())
        self.person.submit(values, uploads)
        self._errors, self._filled = {}, {}

    async def open(self, seen: Seen) -> None:
        own = seen.id if seen.id in self._world.channels else self._linked(seen.id)
        assert own, f"there is no thread under {seen}"
        # From now on what was asked for before opens no thread over this one.
        self._thread, self._since = own, 0

    async def go(self, channel: str) -> None:
        name = channel.removeprefix("#")
        places = self._world.channels.values()
        found = [one for one in places if one.json.get("name") == name and not one.is_thread]
        assert found, f"there is no channel {channel}"
        self.person.channel, self._thread = found[0], ""

    async def leave(self) -> None:
        self.person.close_form()

    def _open_again(self) -> None:
        """Discord shows no error in a form that was sent: a button under it opens it again."""
        for one in self.person.answers(self._since):
            labels = [each.get("label") for each in controls(one["components"])]
            if "Open the form again" in labels and one["id"] not in self._again:
                self._again[one["id"]] = read(one, self._world)
                self.person.press(one, "Open the form again")

    # --- the thread of what they began ------------------------------------------------------

    def _follow(self) -> None:
        """Open the thread that answers what the person did last."""
        for thread in self.person.threads if self._since else ():
            if int(thread.id) > self._since and self._is_for_me(thread):
                self._thread, self._since = thread.id, 0
                return

    def _own_messages(self) -> set[str]:
        return {
            own
            for own, one in self.person.channel.messages.items()
            if one["author"]["id"] == self.person.id and int(own) > self._since
        }

    def _is_for_me(self, thread: Channel) -> bool:
        """Under the person's own words, or named in an answer to them, or naming them."""
        own = thread.id
        answers = self.person.answers(self._since)
        if own in self._own_messages() or any(one["id"] == own for one in answers):
            return True
        if any(f"<#{own}>" in read(one, None) for one in answers):
            return True
        first = self.person.sees(thread)[:2]
        return any(f"<@{self.person.id}>" in read(one, None) for one in first)

    def _linked(self, own: str) -> str:
        said = read(self._world.versions[own][-1], None)
        threads = [one.id for one in self.person.threads if f"<#{one.id}>" in said]
        return threads[0] if threads else ""


def _wrong(hint: str) -> str:
    """The error that stands where a field's hint does."""
    return hint.removeprefix("⚠ ") if hint.startswith("⚠ ") else ""


class DiscordHouse:
    """House of the stories: Podium as a process, and the local Discord that it is at."""

    def __init__(self, folder: Path, model_url: str, env: Mapping[str, str] | None = None) -> None:
        self.api = DiscordApi()
        # Where what people see is asked, not how Discord paces a bot, waiting shows nothing new.
        self.api.limits.pace = 20
        self._folder, self._model_url, self._env = folder, model_url, env or {}
        self._served: Served | None = None
        self._seats: list[DiscordSeat] = []

    @property
    def served(self) -> Served:
        assert self._served, "the house was not started"
        return self._served

    async def seat(self, name: str) -> DiscordSeat:
        self._seats.append(DiscordSeat(self.api, name))
        return self._seats[-1]

    async def kill(self) -> None:
        await self.served.kill()

    async def start(self) -> None:
        if self._served is None:
            await self.api.start()
            self.api.world.channel(self.api.guild, "launches", TEXT)
            env = {
                "PODIUM_TEAM": str(self._team()),
                "DISCORD_TOKEN": self.api.token,
                "PODIUM_DISCORD_GUILD": self.api.guild.id,
                "DISCORD_API_URL": self.api.api_url,
                "DISCORD_GATEWAY_URL": self.api.gateway_url,
            }
            self._served = Served(self._folder, self._model_url, {**env, **self._env})
        await self.served.start()
        await self.api.gateway.ready()

    def _team(self) -> Path:
        people = {name: f"discord:global:{self.api.person(name).id}" for name in TEAM}
        lines = "".join(f"  {name.lower()}: {identity}\n" for name, identity in people.items())
        leads = ", ".join(name.lower() for name in _LEADS)
        team = self._folder / "team.yaml"
        team.write_text(f"people:\n{lines}groups:\n  leads: [{leads}]\n", "utf-8")
        return team

    async def clear(self) -> None:
        """Everyone leaves; nothing that was said to Discord in this story broke its rules."""
        while self._seats:
            await self._seats.pop().leave()
        broken = list(self.api.violations)
        self.api.violations.clear()
        assert not broken, "\n".join(broken)

    async def close(self) -> None:
        if self._served:
            await self._served.stop()
        await self.api.stop()
        await self.clear()
