"""What happens to a workspace from outside: channels go, the bot is removed, tokens are revoked."""

from typing import TYPE_CHECKING

from tests.servers import slack_payloads
from tests.servers.slack_world import Message, Refused, Workspace

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi


class Admin:
    """Somebody with every right, in the first workspace unless another is named."""

    def __init__(self, slack: "SlackApi") -> None:
        self._slack = slack

    def delete_channel(self, channel: str, team: Workspace | None = None) -> None:
        team = team or self._slack.team
        place = team.channel(channel)
        slack_payloads.event(
            self._slack, team, {"type": "channel_deleted", "channel": place.id}, place
        )
        place.deleted = True
        self._slack.news.tell()

    def archive(self, channel: str, team: Workspace | None = None) -> None:
        team = team or self._slack.team
        place = team.channel(channel)
        told = {"type": "channel_archive", "channel": place.id}
        slack_payloads.event(self._slack, team, told, place)
        place.archived = True
        self._slack.news.tell()

    def remove_bot(self, channel: str, team: Workspace | None = None) -> None:
        """Take the bot out of a channel, and its right to write where it is not."""
        team = team or self._slack.team
        place = team.channel(channel)
        told = {"type": "member_left_channel", "user": team.bot.id, "channel": place.id}
        slack_payloads.event(self._slack, team, told, place)
        place.members.discard(team.bot.id)
        for token in self._slack.tokens.values():
            token.scopes.discard("chat:write.public")
        self._slack.news.tell()

    def lock(self, said: Message) -> None:
        """Let nobody reply in the thread any more."""
        self._slack.team.channels[said.channel].locked.add(said.thread_ts or said.ts)

    def delete_message(self, said: Message, team: Workspace | None = None) -> None:
        """Delete anybody's message. Raises Refused where it is gone already."""
        team = team or self._slack.team
        place = team.channels[said.channel]
        if said not in place.messages:
            raise Refused("message_not_found")
        place.messages.remove(said)
        slack_payloads.tell_of_change(self._slack, team, said, "message_deleted")
        self._slack.news.tell()

    def revoke(self, token: str = "", error: str = "token_revoked") -> None:
        """From now on the token is answered with this error, at once."""
        self._slack.tokens[token or self._slack.bot_token].refused = error

    def uninstall(self, team: Workspace | None = None) -> None:
        """Remove the app from the workspace; it is told, if it asked for that."""
        team = team or self._slack.team
        for kind, told in (
            ("tokens_revoked", {"tokens": {"bot": [team.bot.id]}}),
            ("app_uninstalled", {}),
        ):
            if kind in self._slack.app.events:
                self._slack.event(team, {"type": kind, **told})
        for token in self._slack.tokens.values():
            if token.team == team.id and token.kind == "bot":
                token.refused = "account_inactive"
