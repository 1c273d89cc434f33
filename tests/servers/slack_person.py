"""A person at Slack: what they type, press and fill in, and what they see."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from tests.servers import slack_payloads, slack_response, slack_sight, slack_views, slack_wire
from tests.servers.slack_delivery import Delivery
from tests.servers.slack_fields import Value
from tests.servers.slack_modal import Modal, SeenModal
from tests.servers.slack_sight import Control, Shown
from tests.servers.slack_world import Channel, File, Json, Message, User, Workspace

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi

T = TypeVar("T")
Upload = tuple[str, bytes]

_FAILED = {
    "dispatch_failed": "failed with the error “dispatch_failed”",
    "operation_timeout": "failed with the error “operation_timeout”",
}


class Person:
    """One person in one workspace. Channels are named as people do: "#general"."""

    def __init__(self, slack: "SlackApi", team: Workspace, user: User) -> None:
        self.slack = slack
        self.team = team
        self.user = user
        self.id = user.id
        self.name = user.name
        self.notices: list[str] = []
        """What Slack itself tells this person alone, as that a command failed."""
        self._modal = Modal(slack, team, user)

    # --- what they see ------------------------------------------------------------------

    def place(self, channel: str) -> Channel:
        """A channel this person is in; "" is the direct messages with the bot."""
        found = self.team.channel(channel) if channel else self.team.direct(self.id)
        assert self.id in found.members, f"{self.name} is not in {channel}"
        return found

    def channels(self) -> list[str]:
        """The names of all channels this person sees in the list."""
        return [
            f"#{one.name}"
            for one in self.team.channels.values()
            if self.id in one.members and not one.im and not one.deleted and not one.archived
        ]

    def sees(self, channel: str = "#general", thread_ts: str = "") -> list[Shown]:
        """The messages of a channel, or of one thread, with the ephemeral ones of this person."""
        place = self.place(channel)
        own = [one for one in place.ephemeral if one.only_for == self.id]
        whole = sorted([*place.messages, *own], key=lambda one: float(one.ts))
        if thread_ts:
            said = [one for one in whole if thread_ts in (one.ts, one.thread_ts)]
        else:
            said = [one for one in whole if not one.in_thread]
        return [slack_sight.seen(one, self.team) for one in said]

    def whispers(self) -> list[Shown]:
        """Every ephemeral message to this person, wherever it is, oldest first."""
        own = [
            one
            for place in self.team.channels.values()
            for one in place.ephemeral
            if one.only_for == self.id
        ]
        return [slack_sight.seen(one, self.team) for one in sorted(own, key=lambda one: one.ts)]

    def pings(self) -> list[Shown]:
        """The messages that rang for this person, by name or by all."""
        loud = {self.id, "channel", "here", "everyone"}
        said = [one for one in self.team.messages() if slack_sight.pings(one) & loud]
        return [slack_sight.seen(one, self.team) for one in said if one.user != self.id]

    @property
    def modal(self) -> SeenModal | None:
        """The modal on top, as it looks now."""
        return self._modal.seen()

    @property
    def depth(self) -> int:
        """How many modals lie on each other."""
        return len(self.slack.stack(self.team, self.id))

    def home(self) -> str:
        """What the App Home says."""
        view = self.slack.homes.get((self.team.id, self.id))
        return slack_sight.read(view.blocks, self.team) if view else ""

    def home_controls(self) -> tuple[Control, ...]:
        view = self.slack.homes.get((self.team.id, self.id))
        return tuple(slack_sight.controls(view.blocks)) if view else ()

    async def until(self, look: Callable[["Person"], T | None]) -> T:
        """What `look` finds, as soon as this person sees it."""
        return await self.slack.until(lambda: look(self))

    # --- what they do -------------------------------------------------------------------

    async def type(
        self, text: str, channel: str = "#general", thread_ts: str = "", *, times: int = 1
    ) -> Delivery | Message:
        """A line into the composer: a command if it begins so, else a message."""
        if not text.startswith("/"):
            return self.say(text, channel, thread_ts, times=times)
        return await self.command(text, channel, thread_ts, times=times)

    async def command(
        self, text: str, channel: str = "#general", thread_ts: str = "", *, times: int = 1
    ) -> Delivery:
        """A slash command; Slack has none in threads."""
        name, _, rest = text.partition(" ")
        known = self.slack.app.commands
        if thread_ts or (known is not None and name not in known):
            why = "is not supported in threads. Sorry!" if thread_ts else "is not a valid command."
            self.notices.append(f"{name} {why}")
            self.slack.news.tell()
            return Delivery(kind="slash_commands", payload={}, failed="not_sent")
        place = self.place(channel)
        payload = slack_payloads.command(self.slack, self.team, self.user, place, name, rest)
        done = await self.slack.deliveries.send("slash_commands", payload, times=times)
        self._told(name, done)
        match done.ack:
            case {"text": str()} | {"blocks": list()}:
                slack_response.answer(self.team, place, self.id, done.ack)
            case _:
                pass
        self.slack.news.tell()
        return done

    def say(
        self,
        text: str,
        channel: str = "#general",
        thread_ts: str = "",
        *,
        files: Sequence[Upload] = (),
        times: int = 1,
    ) -> Message:
        """A message, with files or without; "@name" mentions somebody, as the composer does."""
        place = self.place(channel)
        said = Message(
            ts=self.team.clock.ts(),
            channel=place.id,
            user=self.id,
            text=slack_payloads.composed(text, self.team),
            thread_ts=thread_ts,
            files=[self.file(name, data, place) for name, data in files],
        )
        place.messages.append(said)
        slack_payloads.tell_of_message(self.slack, self.team, said, times=times)
        self.slack.news.tell()
        return said

    def mention(
        self, text: str, channel: str = "#general", thread_ts: str = "", *, times: int = 1
    ) -> Message:
        """A message to the bot by name."""
        return self.say(f"@{self.team.bot.name} {text}", channel, thread_ts, times=times)

    def edit(self, said: Message, text: str) -> None:
        said.text, said.edited = slack_payloads.composed(text, self.team), self.team.clock.ts()
        slack_payloads.tell_of_change(self.slack, self.team, said, "message_changed")

    def delete(self, said: Message) -> None:
        self.team.channels[said.channel].messages.remove(said)
        slack_payloads.tell_of_change(self.slack, self.team, said, "message_deleted")
        self.slack.news.tell()

    def file(self, name: str, data: bytes, place: Channel | None = None) -> File:
        """Upload a file, into a channel or for a form."""
        file = File(id=self.team.new_id("F"), name=name, user=self.id, data=data, ready=True)
        self.team.files[file.id] = file
        if place:
            file.channels.add(place.id)
            told = {"file_id": file.id, "user_id": self.id, "channel_id": place.id}
            event = {"type": "file_shared", "file": {"id": file.id}} | told
            slack_payloads.event(self.slack, self.team, event, place)
        return file

    async def press(
        self, shown: Shown, label: str = "", *, action_id: str = "", times: int = 1
    ) -> Delivery:
        """Press what was seen on a message, by its words or its action_id, gone by now or not."""
        control = _named(shown.controls, label, action_id)
        place = self.team.channels[shown.message.channel]
        payload = slack_payloads.press_on_message(self.slack, self.team, self.user, place, shown)
        payload["actions"] = [slack_payloads.action(control, self.team)]
        done = await self.slack.deliveries.send("interactive", payload, times=times)
        self._told(control.label, done)
        return done

    async def press_home(self, label: str = "", *, action_id: str = "", times: int = 1) -> Delivery:
        """Press what the App Home shows."""
        control = _named(self.home_controls(), label, action_id)
        view = self.slack.homes[self.team.id, self.id]
        wire = slack_views.view_on_wire(view, self.team, self.slack.app.id)
        payload = slack_payloads.on_view(self.slack, self.team, self.user, "block_actions", wire)
        payload["actions"] = [slack_payloads.action(control, self.team)]
        return await self.slack.deliveries.send("interactive", payload, times=times)

    async def shortcut(self, callback_id: str, said: Message | None = None) -> Delivery:
        """A shortcut on a message, or without one from anywhere."""
        payload: Json = slack_payloads.person(self.slack, self.team, self.user) | {
            "type": "message_action" if said else "shortcut",
            "callback_id": callback_id,
            "trigger_id": self.slack.trigger(
                self.team, self.id, channel=said.channel if said else ""
            ),
            "action_ts": self.team.clock.ts(),
        }
        if said:
            place = self.team.channels[said.channel]
            wire = slack_wire.message(said, self.team, self.slack.app, self.slack.url)
            payload |= {"message": wire, "message_ts": said.ts}
            payload["channel"] = {"id": place.id, "name": place.name}
            payload["response_url"] = self.slack.responses.give(self.team, place, self.id, said)
        done = await self.slack.deliveries.send("interactive", payload)
        self._told(callback_id, done)
        return done

    def open_home(self, tab: str = "home") -> None:
        place = self.team.direct(self.id)
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": place.id, "tab": tab}
        if view := self.slack.homes.get((self.team.id, self.id)):
            event["view"] = slack_views.view_on_wire(view, self.team, self.slack.app.id)
        slack_payloads.event(self.slack, self.team, event, place)

    def join(self, channel: str) -> None:
        place = self.team.channel(channel)
        place.members.add(self.id)
        event = {"type": "member_joined_channel", "user": self.id, "channel": place.id}
        slack_payloads.event(self.slack, self.team, event, place)

    def leave(self, channel: str) -> None:
        place = self.team.channel(channel)
        place.members.discard(self.id)
        event = {"type": "member_left_channel", "user": self.id, "channel": place.id}
        slack_payloads.event(self.slack, self.team, event, place)

    # --- the modal on top -----------------------------------------------------------------

    async def fill(
        self, values: Mapping[str, Value], files: Mapping[str, Sequence[Upload]] | None = None
    ) -> None:
        """Put values into fields of the modal, by their labels (or action_ids)."""
        uploads = {
            label: [slack_wire.file(self.file(*one), self.slack.url, self.team) for one in given]
            for label, given in (files or {}).items()
        }
        await self._modal.fill(values, uploads)

    async def submit(self, *, times: int = 1) -> Delivery | None:
        """Send the modal; None where Slack itself refuses what is in it."""
        return await self._modal.submit(times=times)

    async def close_modal(self, *, all_of_them: bool = False) -> None:
        await self._modal.close(all_of_them=all_of_them)

    async def press_modal(self, label: str = "", *, action_id: str = "") -> Delivery:
        """Press a button within the modal on top."""
        seen = self.modal
        assert seen, "no modal is open"
        return await self._modal.press(_named(seen.controls, label, action_id))

    def _told(self, what: str, done: Delivery) -> None:
        if done.failed:
            self.notices.append(f"{what} {_FAILED[done.failed]}")
            self.slack.news.tell()


def _named(controls: Sequence[Control], label: str, action_id: str) -> Control:
    for control in controls:
        if (not label or control.label == label) and (
            not action_id or control.action_id == action_id
        ):
            return control
    offered = [f"{control.label} ({control.action_id})" for control in controls]
    raise AssertionError(f"there is no {label or action_id!r} among {offered}")
