"""Slack as a platform of the stories: people at a local Slack, Podium as its own process."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.servers.slack_api import SlackApi
from tests.servers.slack_modal import SeenInput
from tests.servers.slack_person import Person
from tests.servers.slack_sight import Shown
from tests.stories.driver import PATIENCE_S, Screen, Seen, SeenField, SeenForm, Upload, Value, Where
from tests.stories.served import Served

T = TypeVar("T")

TEAM = ("Ana", "Ben", "Cleo")
_LEADS = ("Ana", "Ben")
_REQUIRED = "Please complete this required field."
_KINDS: Mapping[str, str] = {
    "plain_text_input": "text",
    "static_select": "choice",
    "radio_buttons": "choice",
    "checkboxes": "many",
    "multi_static_select": "many",
    "number_input": "number",
    "datepicker": "date",
    "users_select": "person",
    "conversations_select": "place",
    "file_input": "files",
}


class SlackSeat:
    """A person with one channel open, and one thread of it."""

    def __init__(self, api: SlackApi, person: Person) -> None:
        self._api = api
        self._person = person
        self._channel = "#general"
        self._thread = ""
        self._followed_from = 0.0
        self._came_at = float(api.clock.ts())
        self._told_before = len(person.notices)
        self._kept: dict[Seen, Shown] = {}

    async def screen(self) -> Screen:
        person, thread = self._person, self._open_thread()
        here, below = person.sees(self._channel), []
        if thread:
            below = person.sees(self._channel, thread)
        messages = [*self._all_seen(here, "channel"), *self._all_seen(below, "thread")]
        return Screen(
            messages=tuple(messages),
            form=self._form(),
            notices=(*person.notices[self._told_before :], *self._told()),
            channels=tuple(person.channels()),
            writing="\n".join(one.text for one in (*here, *below) if one.message.stream),
        )

    def _open_thread(self) -> str:
        """The one that was opened, else the one of what the bot began last for this person."""
        if self._thread or not self._followed_from:
            return self._thread
        for shown in self._person.sees(self._channel):
            new = float(shown.ts) > self._followed_from and not shown.private
            if new and shown.message.bot_id:
                self._thread = shown.ts
                break
        return self._thread

    def _all_seen(self, said: Sequence[Shown], where: Where) -> list[Seen]:
        """All but what this person alone was told before they sat down."""
        return [
            self._seen(one, where)
            for one in said
            if not one.private or float(one.ts) > self._came_at
        ]

    def _seen(self, shown: Shown, where: Where) -> Seen:
        files = (file.data.decode() for file in shown.message.files)
        seen = Seen(
            id=shown.ts,
            where="private" if shown.private else where,
            by=shown.by,
            title=_title(shown),
            text="\n".join([shown.text.replace("\u2060", ""), *files]),
            buttons=tuple(one.label for one in shown.controls if one.option is None),
        )
        self._kept[seen] = shown
        return seen

    def _told(self) -> Sequence[str]:
        """What a modal without fields says."""
        modal = self._person.modal
        return [modal.text] if modal and not modal.fields else []

    def _form(self) -> SeenForm | None:
        modal = self._person.modal
        if modal is None or not modal.fields:
            return None
        people = tuple(user.real_name for user in self._api.team.users.values() if not user.is_bot)
        places = tuple(self._person.channels())
        fields = {field.label: _field(field, people, places) for field in modal.fields}
        return SeenForm(title=modal.title, about=modal.text, fields=fields)

    async def until(self, look: Callable[[Screen], T | None]) -> T:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while (found := look(await self.screen())) is None or found is False:
                    await self._api.news.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"It was not seen: {await self.screen()}") from None

    async def type(self, text: str, *, thread: bool = False, times: int = 1) -> None:
        """In threads, where Slack has no commands, the bot is asked by its name."""
        if thread and text.startswith("/"):
            self._person.mention(text[1:], self._channel, self._open_thread(), times=times)
            return
        if text.startswith("/"):
            self.follow()
        if text.strip():
            place = self._open_thread() if thread else ""
            await self._person.type(text, self._channel, place, times=times)

    async def press(self, seen: Seen, label: str, *, times: int = 1) -> None:
        await self._person.press(self._kept[seen], label, times=times)

    async def fill(
        self, values: Mapping[str, Value], files: Mapping[str, Sequence[Upload]] | None = None
    ) -> None:
        await self._person.fill({label: _here(value) for label, value in values.items()}, files)
        if not self._thread:
            self.follow()
        await self._person.submit()

    def follow(self) -> None:
        """Open by itself what the bot begins from now on, as people open what they asked for."""
        self._thread, self._followed_from = "", float(self._api.clock.ts())

    async def open(self, seen: Seen) -> None:
        self._thread, self._followed_from = seen.id, 0.0

    async def go(self, channel: str) -> None:
        if channel not in self._person.channels():
            self._person.join(channel)
        self._channel, self._thread, self._followed_from = channel, "", 0.0

    async def leave(self) -> None:
        """Close what is open; a Slack goes on without anybody at the screen."""
        if self._person.modal:
            await self._person.close_modal(all_of_them=True)


def _here(value: Value) -> Value:
    """A person, whom the stories call as the page does, is picked by name."""
    of_page = isinstance(value, str) and value.startswith("web:podium:")
    return value.rpartition(":")[2].title() if of_page and isinstance(value, str) else value


def _title(shown: Shown) -> str:
    """What stands large at the top of one of the bot's messages."""
    first = shown.message.blocks[0] if shown.message.blocks else {}
    return str(first["text"]["text"]) if first.get("type") == "header" else ""


def _field(field: SeenInput, people: tuple[str, ...], places: tuple[str, ...]) -> SeenField:
    """The field as every platform calls it; one box alone is a yes or a no."""
    value: Value | None = list(field.value) if isinstance(field.value, tuple) else field.value
    kind, options = _KINDS.get(field.kind, field.kind), field.options
    if kind == "text" and field.multiline:
        kind = "long"
    if kind == "many" and options == ("Yes",):
        kind, value, options = "yes_no", bool(value), ()
    if kind in ("person", "place"):
        options = people if kind == "person" else places
    # Slack itself says so, in its own words, before a form is sent.
    error = "This is needed." if field.error == _REQUIRED else field.error
    return SeenField(kind=kind, value=value, error=error, options=options)


class SlackHouse:
    """House of the stories: `podium serve` with the tokens of a Slack on this machine."""

    def __init__(self, folder: Path, model_url: str) -> None:
        self.api = SlackApi()
        self._folder = folder
        self._model_url = model_url
        self.served: Served | None = None
        self._seats: list[SlackSeat] = []

    async def seat(self, name: str) -> SlackSeat:
        self._seats.append(SlackSeat(self.api, self.api.person(name)))
        return self._seats[-1]

    async def kill(self) -> None:
        if self.served:
            await self.served.kill()

    async def start(self) -> None:
        """Start, and wait until it is connected to Slack."""
        if self.served is None:
            await self.api.start()
            self.api.team.add_channel("launches")
            self.served = Served(self._folder, self._model_url, self._settings())
        await self.served.start()
        async with asyncio.timeout(PATIENCE_S):
            await self.api.socket.connected()

    def _settings(self) -> dict[str, str]:
        names = {name: f"slack:{self.api.team.id}:{self.api.person(name).id}" for name in TEAM}
        people = "".join(f"  {name.lower()}: {identity}\n" for name, identity in names.items())
        leads = ", ".join(name.lower() for name in _LEADS)
        team = self._folder / "team.yaml"
        team.write_text(f"people:\n{people}groups:\n  leads: [{leads}]\n", "utf-8")
        return {
            "PODIUM_TEAM": str(team),
            "SLACK_BOT_TOKEN": self.api.bot_token,
            "SLACK_APP_TOKEN": self.api.app_token,
            "SLACK_API_URL": self.api.api_url,
        }

    async def clear(self) -> None:
        """Everyone leaves. By now nothing may have been sent that Slack would not take."""
        while self._seats:
            await self._seats.pop().leave()
        self.api.faults.clear()
        wrong, self.api.violations = self.api.violations, []
        assert wrong == []

    async def close(self) -> None:
        if self.served:
            await self.served.stop()
        await self.api.close()
        await self.clear()
