"""One call of a Web API method: its arguments, whose token it is, and what it may do."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.servers import slack_rules
from tests.servers.slack_world import Channel, Json, Message, Refused, Token, Workspace

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi


class Ask:
    """A call that arrived and may be answered."""

    def __init__(
        self, slack: "SlackApi", name: str, arguments: Mapping[str, Any], token: Token | None
    ) -> None:
        self.slack = slack
        self.name = name
        self.arguments = arguments
        self._token = token

    @property
    def token(self) -> Token:
        if self._token is None:
            raise Refused("not_authed")
        return self._token

    @property
    def team(self) -> Workspace:
        return self.slack.workspaces[self.token.team]

    def text(self, key: str) -> str:
        held = self.arguments.get(key)
        return "" if held is None else str(held)

    def flag(self, key: str) -> bool:
        return self.text(key).lower() in {"true", "1"}

    def number(self, key: str, default: int) -> int:
        return int(self.text(key) or default)

    def json(self, key: str, error: str = "invalid_arguments") -> Any:
        """An argument that may be JSON already, or a string of it. Raises Refused."""
        held = self.arguments.get(key)
        if not isinstance(held, str):
            return held
        if not held:
            return None
        try:
            return json.loads(held)
        except ValueError:
            raise Refused(error, f"{key} is not JSON") from None

    def place(self, key: str = "channel") -> Channel:
        """The channel named, which the bot may know of. Raises Refused."""
        team = self.team
        # A person stands for the talk with them only where something is posted.
        if (name := self.text(key)) in team.users and self.name == "chat.postMessage":
            return team.direct(name)
        found = team.channel(name)
        if (found.private or found.im) and team.bot.id not in found.members:
            raise Refused("channel_not_found")
        return found

    def place_to_post(self) -> Channel:
        """The channel named, where the bot may write. Raises Refused."""
        found = self.place()
        if found.archived:
            raise Refused("is_archived")
        open_to_all = not found.private and "chat:write.public" in self.token.scopes
        if self.team.bot.id not in found.members and not open_to_all:
            raise Refused("not_in_channel")
        return found

    def own(self, ts: str, error: str) -> Message:
        """A message of this bot. Raises Refused."""
        found = self.place().message(ts)
        if found is None:
            raise Refused("message_not_found")
        if found.bot_id != self.team.bot_id:
            raise Refused(error)
        return found

    def blocks(self) -> list[Json]:
        """The blocks given, valid. Raises Refused."""
        blocks = self.json("blocks", "invalid_blocks_format") or []
        if not isinstance(blocks, list):
            raise Refused("invalid_blocks_format")
        if problems := slack_rules.of_message(blocks):
            self.violated(*problems)
        if slack_rules.characters(blocks) > slack_rules.TOO_LONG:
            raise Refused("msg_blocks_too_long")
        if problems:
            raise Refused("invalid_blocks", *problems)
        return blocks

    def metadata(self) -> Json | None:
        """Raises Refused."""
        held = self.json("metadata", "invalid_metadata_format")
        if held is None:
            return None
        if not isinstance(held, dict) or not {"event_type", "event_payload"} <= held.keys():
            raise Refused("invalid_metadata_format")
        if len(json.dumps(held)) > 16_000:
            raise Refused("metadata_too_large")
        return held

    def violated(self, *problems: str) -> None:
        self.slack.violations += [f"{self.name}: {problem}" for problem in problems]
