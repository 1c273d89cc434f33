"""A cable between a browser and Podium, which can go dead without either end noticing."""

import asyncio
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

Flow = Literal["asked", "answered"]


class Cable:
    """Carries bytes both ways, but for those that it loses at the time."""

    def __init__(self, url: str) -> None:
        self.url = ""
        self.loses: Flow | None = None
        self._to = urlsplit(url)
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "Cable":
        self._server = await asyncio.start_server(self._joined, "127.0.0.1")
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """End every connection; from now on the cable carries again."""
        self.loses = None
        for writer in self._open:
            writer.close()

    async def _joined(self, asks: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        try:
            from_podium, to_podium = await asyncio.open_connection(self._to.hostname, self._to.port)
        except ConnectionError:
            answers.close()
            return
        both = {answers, to_podium}
        self._open |= both
        await asyncio.gather(
            self._carry(asks, to_podium, "asked"),
            self._carry(from_podium, answers, "answered"),
            return_exceptions=True,
        )
        self._open -= both

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flow: Flow
    ) -> None:
        try:
            while data := await reader.read(65_536):
                if self.loses != flow:
                    writer.write(data)
                    await writer.drain()
        finally:
            writer.close()
