"""What the app has to be at Slack: its commands, events, scopes. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.commands import WORDS

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "mpim:history",
    "mpim:read",
    "users:read",
)
EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked")
SHORTCUT = "delegate_this"
COMMANDS = tuple(word for word in WORDS if word != "help")


def manifest(*, prefix: str = "", playbooks: Mapping[str, str], url: str = "") -> dict[str, Any]:
    """The whole manifest; with `url`, where HTTP mode is reached, else for Socket Mode."""
    named = ", ".join(playbooks)
    where = {"request_url": f"{url}/slack/events"} if url else {}
    called = {"url": f"{url}/slack/events"} if url else {}
    first = [*list(playbooks)[:5], *(["…"] if len(playbooks) > 5 else [])]
    hints = {"delegate": f"[{'|'.join(first)[:900] or 'playbook'}] [input: value …]"}
    hints["runs"] = "[words]"
    hints["schedule"] = "[playbook when: every Monday at 9 | list | pause, edit, history … name]"
    return {
        "display_information": {
            "name": "Podium",
            "description": "Delegate work to specialists, and judge what they make",
            "background_color": "#2c2d30",
            "long_description": _about(named),
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Podium", "always_online": True},
            "shortcuts": [
                {
                    "name": "Delegate this",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Start a playbook with this message and its thread",
                }
            ],
            "slash_commands": [
                {
                    "command": f"/{prefix}{word}",
                    "description": WORDS[word].partition(":")[0],
                    "should_escape": False,
                    **({"usage_hint": hints[word]} if word in hints else {}),
                    **called,
                }
                for word in COMMANDS
            ],
        },
        "oauth_config": {
            "scopes": {"bot": [*SCOPES]},
            **({"redirect_urls": [f"{url}/slack/oauth_redirect"]} if url else {}),
        },
        "settings": {
            "event_subscriptions": {"bot_events": [*EVENTS], **where},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _about(playbooks: str) -> str:
    """Slack wants 174 characters at least."""
    text = (
        "Podium is where a team delegates work to specialists and judges what they make. Type "
        "/delegate, fill in a short form, and follow the work in a thread: drafts come with "
        "Approve, Revise and Reject, and what only people can decide is asked once."
    )
    return f"{text} Playbooks here: {playbooks}."[:4_000] if playbooks else text
