"""`podium serve` in a Slack of our own on this machine: real wire protocol, no network."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bench.server import Server, free_port, serving
from tests.servers.slack_api import SlackApi

EVENTS = "/slack/events"
SOCKETS = 2


@asynccontextmanager
async def in_slack(
    folder: Path, env: Mapping[str, str] | None = None, *, signed: bool = False
) -> AsyncIterator[tuple[SlackApi, Server]]:
    """Podium is connected by its sockets, or if `signed` is sent signed requests."""
    async with SlackApi() as slack:
        slack.clock.ticking = True
        ours = {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.bot_token}
        if signed:
            port = free_port()
            ours |= {
                "SLACK_SIGNING_SECRET": slack.app.signing_secret,
                "PODIUM_SLACK_PORT": str(port),
            }
            slack.app.request_url = f"http://127.0.0.1:{port}{EVENTS}"
        else:
            ours["SLACK_APP_TOKEN"] = slack.app_token
        async with serving(folder, ours | dict(env or {})) as server:
            if not signed:
                await slack.socket.connected(SOCKETS)
            yield slack, server
