"""Reads run in a few threads of their own, beside the writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from adapters.database.connection import READERS, Engines
from bot.ports import LogUnavailable

R = TypeVar("R")


class Reader:
    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._threads = ThreadPoolExecutor(READERS, "database-read")

    async def read(self, look: Callable[[Connection], R]) -> R:
        """What `look` gives, called in a thread. Raises LogUnavailable."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._look, look)

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)

    def _look(self, look: Callable[[Connection], R], *, again: bool = True) -> R:
        try:
            with self._engines.read.connect() as connection:
                return look(connection)
        except DBAPIError as error:
            if again and error.connection_invalidated:
                return self._look(look, again=False)
            raise LogUnavailable(
                f"The database {self._engines.place} does not answer: {error.orig}"
            ) from error
