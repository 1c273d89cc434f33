"""The workspaces that installed Podium through OAuth, their tokens sealed."""

import base64
import hashlib
import logging
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.api import client
from adapters.slack.trouble import SlackTrouble
from bot.ports import Installs

log = logging.getLogger("podium.slack")

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
_STATE, _STATE_S = b"install", 600


class Vault:
    """Keeps the tokens of workspaces so that only whoever has the key can read them."""

    def __init__(self, installs: Installs, key: bytes) -> None:
        self._installs = installs
        self.fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(key).digest()))

    async def put(self, team: str, token: str) -> None:
        await self._installs.install(team, self.fernet.encrypt(token.encode()).decode())

    async def get(self, team: str) -> str:
        """Raises SlackTrouble when the workspace did not install Podium."""
        sealed = await self._installs.installed(team)
        try:
            return self.fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            # Nothing is kept, or it was sealed with another key: either way install again.
            raise SlackTrouble("oauth.v2.access", "app_uninstalled") from None

    async def forget(self, team: str) -> None:
        await self._installs.forget(team)
        log.info("slack_workspace_forgotten team=%s", team)


class _Store(AsyncInstallationStore):
    """Bolt's installation store over the vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def async_save(self, installation: Installation) -> None:
        if not installation.team_id or not installation.bot_token:
            raise BoltError("Podium is installed in a workspace, not in a whole organisation")
        await self._vault.put(installation.team_id, installation.bot_token)

    async def async_save_bot(self, bot: Bot) -> None:
        """Nothing more than what `async_save` keeps."""


class _States(AsyncOAuthStateStore):
    """States that need no keeping: sealed with the time, each good once and for ten minutes."""

    def __init__(self, fernet: Fernet) -> None:
        self._fernet = fernet
        self._used: set[str] = set()

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        return self._fernet.encrypt(_STATE).decode()

    async def async_consume(self, state: str) -> bool:
        self._used = set(filter(self._is_fresh, self._used))
        if state in self._used or not self._is_fresh(state):
            return False
        self._used.add(state)
        return True

    def _is_fresh(self, state: str) -> bool:
        try:
            return self._fernet.decrypt(state.encode(), ttl=_STATE_S) == _STATE
        except InvalidToken:
            return False


def oauth(
    vault: Vault, *, client_id: str, client_secret: str, scopes: Sequence[str], api_url: str
) -> AsyncOAuthFlow:
    """The install page and what Slack leads back to."""
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=[*scopes],
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        installation_store=_Store(vault),
        state_store=_States(vault.fernet),
        state_expiration_seconds=_STATE_S,
        logger=log,
    )
    return AsyncOAuthFlow(settings=settings, client=client("", api_url), logger=log)
