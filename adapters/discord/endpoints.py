"""Where Discord is: the real one, or a server that stands in for it."""

from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL


def point(api_url: str, gateway_url: str) -> None:
    """Let every client of this process speak with these addresses; an empty one changes nothing.

    discord.py 2.7 has no option for this: it reads both from its classes, at each call.
    """
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
