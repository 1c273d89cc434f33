"""The chat platforms beside the page, each wired where the environment holds its tokens."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from bot.live import Live
from bot.ports import Chat, People, Sight
from bot.reception import Reception
from bot.settings import Settings
from bot.wiring import now, shelf

if TYPE_CHECKING:
    from adapters.database import Database
    from adapters.discord.app import Access
    from adapters.slack.app import Tokens


class Platform(People, Protocol):
    """A place where people meet: it shows cards, and lets people in while it is served."""

    @property
    def chat(self) -> Chat: ...

    @property
    def sight(self) -> Sight: ...

    def serve(self, reception: Reception, *, web: str) -> AbstractAsyncContextManager[str]:
        """Serve until left; gives what is wrong, in words, empty when all is well.

        `web` is where people reach the page. Raises OSError.
        """
        ...

    async def health(self) -> str:
        """What is wrong now; "ok" when nothing is."""
        ...


def platforms(
    settings: Settings,
    database: "Database",
    live: Live,
    key: bytes,
    tell: Callable[[str], None],
) -> Mapping[str, Platform]:
    """The platforms that are wanted, by name; where tokens are missing, `tell` says which.

    `key` seals what a platform keeps of other people's secrets.
    """
    wanted: dict[str, Platform] = {}
    if settings.has_slack and (slack := _slack(settings, database, live, key, tell)):
        wanted["slack"] = slack
    if settings.discord_token.get_secret_value():
        wanted["discord"] = _discord(settings, database)
    return wanted


def slack_manifest(settings: Settings, url: str) -> dict[str, object]:
    """What the app has to be at Slack, for the playbooks as they are. Raises TeamFileError."""
    from adapters.slack.manifest import manifest

    known = shelf(settings).library.playbooks
    abouts = {name: playbook.about for name, playbook in known.items()}
    return manifest(prefix=settings.slack_prefix, playbooks=abouts, url=url)


async def examine(settings: Settings, *, live: bool) -> list[str]:
    """What stands between Podium and its platforms, a line each; ✗ begins what has to be mended.

    Slack is looked at where nothing else is wanted. Raises TeamFileError.
    """
    found: list[str] = []
    wants_discord = bool(settings.discord_token.get_secret_value())
    if settings.has_slack or not wants_discord:
        from adapters.slack.doctor import examine as examine_slack

        manifest = slack_manifest(settings, "")
        found += await examine_slack(_slack_tokens(settings), manifest, live=live)
    if wants_discord:
        from adapters.discord.doctor import examine as examine_discord

        found += await examine_discord(_access(settings), shelf(settings).library.playbooks)
    return found


def _slack(
    settings: Settings,
    database: "Database",
    live: Live,
    key: bytes,
    tell: Callable[[str], None],
) -> Platform | None:
    from adapters.documents import UnreadableFile, read_document
    from adapters.slack.app import Slack

    tokens = _slack_tokens(settings)
    if tokens.missing:
        tell(f"Slack is off: {tokens.missing}")
        return None
    slack = Slack(
        tokens,
        host=settings.web_host,
        port=settings.slack_port,
        posts=database.posts,
        inbox=database.inbox,
        installs=database.installs,
        key=key,
        read_document=read_document,
        unreadable=UnreadableFile,
        now=now,
    )
    live.listen(slack.chat.writing.heard)
    return slack


def _slack_tokens(settings: Settings) -> "Tokens":
    from adapters.slack.app import Tokens

    return Tokens(
        bot=settings.slack_bot_token.get_secret_value(),
        app=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        config=settings.slack_config_token.get_secret_value(),
        api_url=settings.slack_api_url,
        prefix=settings.slack_prefix,
    )


def _discord(settings: Settings, database: "Database") -> Platform:
    from adapters.discord.app import Discord
    from adapters.documents import UnreadableFile, read_document

    return Discord(
        _access(settings),
        posts=database.posts,
        inbox=database.inbox,
        read_document=read_document,
        unreadable=UnreadableFile,
        now=now,
    )


def _access(settings: Settings) -> "Access":
    from adapters.discord.app import Access

    return Access(
        token=settings.discord_token.get_secret_value(),
        guild=settings.discord_guild,
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
    )
