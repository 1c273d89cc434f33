"""The environment, read once."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _price(text: object) -> object:
    if not isinstance(text, str):
        return text
    parts = text.split()
    if len(parts) != 2:
        raise ValueError('two numbers are expected, in and out, such as "0 0"')
    return parts


def _prefix(text: str) -> str:
    if re.fullmatch(r"[a-z0-9_-]*", text):
        return text
    raise ValueError(
        f'the word before each command takes lower case letters, digits, - and _, not "{text}"'
    )


_Usd = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Price = Annotated[
    tuple[_Usd, _Usd] | None,
    NoDecode,
    BeforeValidator(_price),
]


class Settings(BaseSettings):
    """Everything that the environment decides. Raises pydantic's ValidationError."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

    database_url: str = ""
    anthropic_api_key: SecretStr = SecretStr("")
    anthropic_base_url: str = ""
    data: Path = Field(default=Path(".podium"), validation_alias="PODIUM_DATA")
    playbooks: Path = Field(default=Path("playbooks"), validation_alias="PODIUM_PLAYBOOKS")
    team: Path | None = Field(default=None, validation_alias="PODIUM_TEAM")
    web_host: str = Field(default="127.0.0.1", validation_alias="PODIUM_WEB_HOST")
    web_port: int = Field(default=8321, ge=0, le=65535, validation_alias="PODIUM_WEB_PORT")
    web_token: SecretStr = Field(default=SecretStr(""), validation_alias="PODIUM_WEB_TOKEN")
    model: str = Field(default="", validation_alias="PODIUM_MODEL")
    model_price: Price = Field(default=None, validation_alias="PODIUM_MODEL_PRICE")
    model_calls: int = Field(default=8, ge=1, le=200, validation_alias="PODIUM_MODEL_CALLS")

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_config_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    slack_key: SecretStr = Field(default=SecretStr(""), validation_alias="PODIUM_SLACK_KEY")
    slack_prefix: Annotated[str, AfterValidator(_prefix)] = Field(
        default="", validation_alias="PODIUM_SLACK_PREFIX"
    )
    slack_port: int = Field(default=8322, ge=0, le=65535, validation_alias="PODIUM_SLACK_PORT")
    discord_token: SecretStr = SecretStr("")
    discord_api_url: str = ""
    discord_gateway_url: str = ""
    discord_guild: str = Field(default="", validation_alias="PODIUM_DISCORD_GUILD")
    public_url: str = Field(default="", validation_alias="PODIUM_PUBLIC_URL")

    @property
    def database(self) -> str:
        """Where the log is: what DATABASE_URL says, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data / 'podium.db').absolute()}"

    @property
    def has_model(self) -> bool:
        """Whether there is a model to call; else the understudy plays."""
        return bool(self.anthropic_api_key.get_secret_value() or self.anthropic_base_url)

    @property
    def has_slack(self) -> bool:
        """Whether anything says that Slack is wanted."""
        secrets = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        return any(one.get_secret_value() for one in secrets) or bool(self.slack_client_id)
