"""What goes wrong at Slack, in words for people. Pure."""

from collections.abc import Mapping

GONE: Mapping[str, str] = {
    "channel_not_found": "the channel is not there, or Podium was never invited to it",
    "is_archived": "the channel is archived",
    "is_inactive": "the channel is archived",
    "not_in_channel": "Podium is not in the channel: type /invite @Podium there",
    "message_not_found": "the message was deleted",
    "thread_not_found": "the thread was deleted",
    "cant_update_message": "the message is not Podium's to change",
    "edit_window_closed": "this workspace no longer lets the message be edited",
    "restricted_action": "this workspace does not let Podium post there",
    "restricted_action_read_only_channel": "the channel is read-only",
    "restricted_action_thread_only_channel": "the channel takes replies alone",
    "restricted_action_non_threadable_channel": "the channel takes no replies",
    "restricted_action_thread_locked": "the thread is locked",
    "cannot_reply_to_message": "the message takes no replies",
    "user_not_found": "the person is not in this workspace",
    "user_disabled": "the person's account is closed",
    "cannot_dm_bot": "a bot cannot be written to",
}
"""Why a place takes nothing, however often it is tried; other errors are given as they are."""

SHUT_OUT = frozenset(
    {
        "account_inactive",
        "app_uninstalled",
        "invalid_auth",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
PASSES = frozenset({"no_answer", "ratelimited"})
_SHUT_OUT_WORDS = (
    "Slack no longer accepts the bot token ({code}): install the app again and set the new token."
)
WORDS: Mapping[str, str] = {
    **dict.fromkeys(SHUT_OUT, _SHUT_OUT_WORDS),
    "missing_scope": "The app lacks the scope {needed}: add it (podium manifest slack prints "
    "them all) and install the app again.",
    "ratelimited": "Slack asks for a pause; Podium goes on as soon as it may.",
    "expired_trigger_id": "The form could not be opened within Slack's 3 seconds. Try again.",
    "exchanged_trigger_id": "The form was opened already.",
    "bad_app_token": "Slack does not accept SLACK_APP_TOKEN: make a new one with the scope "
    "connections:write on the app's page Basic Information.",
    "no_answer": "Slack does not answer; Podium tries again.",
    "not_allowed_token_type": "This is no app token: SLACK_APP_TOKEN begins with xapp-.",
    "forbidden_team": "Socket Mode is off for this app: switch it on in the app's settings.",
}
BROKEN = "Something went wrong on Podium’s side. Nothing that was decided is lost: try again."


class SlackTrouble(Exception):
    """Slack refused, or did not answer; `code` is its error. The text may be shown to people."""

    def __init__(self, method: str, code: str, needed: str = "") -> None:
        words = WORDS.get(code, "Slack refused {method}: {code}.")
        super().__init__(words.format(code=code, method=method, needed=needed or "it needs"))
        self.code = code


class FateUnknown(SlackTrouble):
    """Whether Slack took it is not known."""

    def __init__(self, method: str) -> None:
        super().__init__(method, "no_answer")


def gone(code: str, channel: str) -> str:
    """Why a place cannot be used."""
    return f"{channel} cannot be used: {GONE.get(code, f'Slack says {code}')}."
