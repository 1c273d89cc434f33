"""Reads run in a few threads of their own, beside the writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from adapters.database.connection import READERS, Engines

R = TypeVar("R")


class Reader:
    """Looks at what is committed; none of it waits for a writer."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._threads = ThreadPoolExecutor(READERS, "database-read")
        self._closed = False

    async def read(self, look: Callable[[Connection], R]) -> R:
        """What `look` gives, called in a thread. Raises LogUnavailable."""
        if self._closed:
            raise self._engines.closed()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._look, look)

    async def close(self) -> None:
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)

    def _look(self, look: Callable[[Connection], R], *, again: bool = True) -> R:
        try:
            with self._engines.read.connect() as connection:
                return look(connection)
        except DBAPIError as error:
            if again and error.connection_invalidated:
                return self._look(look, again=False)
            raise self._engines.unavailable(error) from error
