"""The modals that one person has open: fields seen and filled, sent, closed, pressed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers import slack_fields, slack_payloads, slack_rules, slack_sight, slack_views
from tests.servers.slack_delivery import Delivery
from tests.servers.slack_fields import Value
from tests.servers.slack_sight import Control
from tests.servers.slack_views import View
from tests.servers.slack_world import Json, User, Workspace

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, kw_only=True)
class SeenInput:
    label: str
    kind: str
    value: str | tuple[str, ...] | None
    error: str
    hint: str
    options: tuple[str, ...]
    optional: bool
    multiline: bool
    action_id: str


@dataclass(frozen=True, kw_only=True)
class SeenModal:
    """A modal at one moment; `text` is what it says beside its fields."""

    view: View
    title: str
    text: str
    fields: tuple[SeenInput, ...]
    controls: tuple[Control, ...]
    submit: str
    error: str

    @property
    def errors(self) -> dict[str, str]:
        return {field.label: field.error for field in self.fields if field.error}


class Modal:
    """The stack of one person, with what they do to the modal on top."""

    def __init__(self, slack: "SlackApi", team: Workspace, user: User) -> None:
        self._slack, self._team, self._user = slack, team, user

    @property
    def _stack(self) -> list[View]:
        return self._slack.stack(self._team, self._user.id)

    @property
    def _top(self) -> View:
        assert self._stack, f"{self._user.name} has no modal open"
        return self._stack[-1]

    def seen(self) -> SeenModal | None:
        if not self._stack:
            return None
        view = self._top
        said = [block for block in view.blocks if block["type"] != "input"]
        return SeenModal(
            view=view,
            title=view.body["title"]["text"],
            text=slack_sight.read(said, self._team),
            fields=tuple(
                _seen(block, element, view, self._team)
                for block, element in slack_fields.elements(view.blocks)
                if block["type"] == "input"
            ),
            controls=tuple(slack_sight.controls(view.blocks)),
            submit=(view.body.get("submit") or {}).get("text", ""),
            error=view.errors.get("", ""),
        )

    async def fill(
        self, values: Mapping[str, Value], uploads: Mapping[str, Sequence[Json]]
    ) -> None:
        view = self._top
        for label, value in {**values, **uploads}.items():
            block, element = _field(view, label)
            key = block["block_id"], element["action_id"]
            if element["type"] == "file_input":
                view.held[key] = {"type": "file_input", "files": list(uploads[label])}
            elif element["type"] == "users_select":
                view.held[key] = slack_fields.filled(element, self._user_named(str(value)))
            elif element["type"] == "conversations_select":
                view.held[key] = slack_fields.filled(element, self._picked(element, str(value)))
            else:
                view.held[key] = slack_fields.filled(element, value)
            if block["type"] != "input" or block.get("dispatch_action"):
                action = {"block_id": key[0], "action_id": key[1], **view.held[key]}
                await self._act(view, action)
        self._slack.news.tell()

    def _user_named(self, name: str) -> str:
        """A person's id, who is picked by name."""
        for user in self._team.users.values():
            if name in ("", user.id, user.name, user.real_name):
                return user.id if name else ""
        raise AssertionError(f"there is nobody called {name!r} to pick")

    def _picked(self, element: Json, name: str) -> str:
        """A channel's id, which is picked by name among those that the person sees."""
        offered = {
            f"#{one.name}": one.id
            for one in self._team.channels.values()
            if slack_fields.is_offered(element, one)
            and (one.kind == "channel" or self._user.id in one.members)
        }
        assert name in ("", *offered), f"there is no channel {name!r} among {[*offered]}"
        return offered.get(name, "")

    async def press(self, control: Control) -> Delivery:
        return await self._act(self._top, slack_payloads.action(control, self._team))

    async def _act(self, view: View, action: Json) -> Delivery:
        payload = self._payload("block_actions", view)
        payload["actions"] = [action | {"action_ts": self._team.clock.ts()}]
        payload["container"] = {"type": "view", "view_id": view.id}
        return await self._slack.deliveries.send("interactive", payload)

    async def submit(self, *, times: int) -> Delivery | None:
        """Look at the fields as Slack's own client does, then send."""
        view = self._top
        assert view.body.get("submit"), "the modal has no button to send it"
        view.errors = {}
        for block, element in slack_fields.elements(view.blocks):
            held = view.held[block["block_id"], element["action_id"]]
            if problem := slack_fields.problem(block, element, held):
                view.errors[block["block_id"]] = problem
        if view.errors:
            self._slack.news.tell()
            return None
        payload = self._payload("view_submission", view) | {"response_urls": []}
        done = await self._slack.deliveries.send("interactive", payload, times=times)
        self._answered(view, done)
        self._slack.news.tell()
        return done

    def _answered(self, view: View, done: Delivery) -> None:
        """What becomes of a modal by the answer to it."""
        stack = self._stack
        if view not in stack:
            return
        if done.failed:
            view.errors = {"": TROUBLE}
            return
        match done.ack:
            case {"response_action": "errors", "errors": dict(errors)}:
                self._show_errors(view, errors)
            case {"response_action": "update", "view": dict(body)} if self._valid(body):
                slack_views.replace(view, body, self._team)
            case {"response_action": "push", "view": dict(body)} if self._valid(body):
                if len(stack) < slack_views.STACK:
                    stack.append(slack_views.new_view(self._team, self._user.id, body, view))
                else:
                    self._violated("a fourth modal is pushed")
            case {"response_action": "clear"}:
                stack.clear()
            case {"response_action": str(action)}:
                self._violated(f"the answer {action!r} is not one that Slack takes")
                view.errors = {"": TROUBLE}
            case _:
                stack.remove(view)

    def _show_errors(self, view: View, errors: Mapping[str, str]) -> None:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if strange := errors.keys() - inputs:
            self._violated(f"errors for {sorted(strange)}, which are no inputs of the modal")
        if not errors:
            self._violated("the answer errors has no errors")
        view.errors = dict(errors) or {"": TROUBLE}

    def _valid(self, body: Json) -> bool:
        problems = slack_rules.of_view(body)
        for problem in problems:
            self._violated(problem)
        return not problems

    def _violated(self, problem: str) -> None:
        self._slack.violations.append(f"answer to view_submission: {problem}")

    async def close(self, *, all_of_them: bool) -> None:
        """The close button; the cross with `all_of_them`. The app hears of it if it asked to."""
        view = self._top
        cleared = all_of_them or bool(view.body.get("clear_on_close"))
        gone = list(self._stack) if cleared else [view]
        del self._stack[-len(gone) :]
        self._slack.news.tell()
        for one in reversed(gone):
            if one.body.get("notify_on_close"):
                payload = self._payload("view_closed", one) | {"is_cleared": cleared}
                await self._slack.deliveries.send("interactive", payload)

    def _payload(self, kind: str, view: View) -> Json:
        wire = slack_views.view_on_wire(view, self._team, self._slack.app.id)
        return slack_payloads.on_view(self._slack, self._team, self._user, kind, wire)


def _field(view: View, label: str) -> tuple[Json, Json]:
    found = list(slack_fields.elements(view.blocks))
    for block, element in found:
        if label in ((block.get("label") or {}).get("text"), element["action_id"]):
            return block, element
    labels = [(block.get("label") or {}).get("text") for block, _ in found]
    raise AssertionError(f"there is no field {label!r} among {labels}")


def _seen(block: Json, element: Json, view: View, team: Workspace) -> SeenInput:
    offered = slack_fields.options(element)
    value = slack_fields.shown(view.held[block["block_id"], element["action_id"]], element)
    if element["type"] == "conversations_select" and value:
        value = f"#{team.channel(str(value)).name}"
    return SeenInput(
        label=block["label"]["text"],
        kind=element["type"],
        value=value,
        error=view.errors.get(block["block_id"], ""),
        hint=(block.get("hint") or {}).get("text", ""),
        options=tuple(option["text"]["text"] for option in offered),
        optional=bool(block.get("optional")),
        multiline=bool(element.get("multiline")),
        action_id=element["action_id"],
    )
