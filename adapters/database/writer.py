"""Every write goes through one thread, which commits together whatever waits for it."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, ProgrammingError

from adapters.database.connection import Engines
from bot.ports import LogUnavailable

# Nobody waits for a commit much longer than this many writes take, some 20 ms.
MOST = 500
# Each time somebody else was quicker, the next look shows what they committed.
TRIES = 5
RACES = (sqlite3.IntegrityError, psycopg.IntegrityError, DeadlockDetected, SerializationFailure)
UNFIT = (DataError, InterfaceError, ProgrammingError)

A = TypeVar("A")
R = TypeVar("R")

# Does the same for many callers in one transaction. Gives, for each value, what its caller gets:
# an exception is that caller's alone, and the other changes stand.
Change = Callable[[Connection, Sequence[A]], Sequence[R | Exception]]


@dataclass(frozen=True, eq=False)
class _Write:
    change: Change[Any, Any]
    value: object
    caller: asyncio.Future[Any]


class Writer:
    """A group commit: a batch is what came in while the batch before it was carried out."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._thread = ThreadPoolExecutor(1, "database-write")
        self._waiting: list[_Write] = []
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    async def write(self, change: Change[A, R], value: A) -> R:
        """Returns, or raises, what `change` gives for `value` once it is committed.

        Raises LogUnavailable, and ValueError for what no database can keep. A caller that is
        cancelled does not know whether it was committed.
        """
        if self._closed:
            raise self._engines.closed()
        loop = asyncio.get_running_loop()
        caller: asyncio.Future[R] = loop.create_future()
        self._waiting.append(_Write(change, value, caller))
        if self._idle.is_set():
            self._idle.clear()
            loop.call_soon(self._start)
        return await caller

    async def close(self) -> None:
        """Carries out what waits, then takes no more."""
        self._closed = True
        await self._idle.wait()
        self._thread.shutdown()

    def _start(self) -> None:
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(self._thread, self._carry_out, batch)
        done.add_done_callback(lambda done: self._finish(batch, done.result()))

    def _finish(self, batch: Sequence[_Write], outcomes: Sequence[object]) -> None:
        for write, outcome in zip(batch, outcomes, strict=True):
            if write.caller.done():
                continue
            if isinstance(outcome, Exception):
                write.caller.set_exception(outcome)
            else:
                write.caller.set_result(outcome)
        if self._waiting:
            self._start()
        else:
            self._idle.set()

    # In the thread:

    def _carry_out(self, batch: Sequence[_Write]) -> list[object]:
        outcomes: dict[_Write, object] = {}
        for change in dict.fromkeys(write.change for write in batch):
            same = [write for write in batch if write.change is change]
            given = self._together(change, [write.value for write in same])
            outcomes.update(zip(same, given, strict=True))
        return [outcomes[write] for write in batch]

    def _together(self, change: Change[Any, Any], values: Sequence[object]) -> Sequence[object]:
        try:
            return self._commit(change, values)
        except LogUnavailable as error:
            return [LogUnavailable(str(error)) for _ in values]
        except Exception:  # noqa: BLE001 - what one value did, the others are not to suffer
            return [self._alone(change, value) for value in values]

    def _alone(self, change: Change[Any, Any], value: object) -> object:
        tries = 0
        while True:
            tries += 1
            try:
                return self._commit(change, [value])[0]
            except UNFIT as error:
                return ValueError(f"The database cannot keep this: {error.orig}")
            except DBAPIError as error:
                if tries == TRIES or not isinstance(error.orig, RACES):
                    return error
            except Exception as error:  # noqa: BLE001 - its caller gets it
                return error

    def _commit(
        self, change: Change[Any, Any], values: Sequence[object], *, again: bool = True
    ) -> Sequence[object]:
        changed = False
        try:
            with self._engines.write.begin() as connection:
                outcomes = change(connection, values)
                changed = True
        except DBAPIError as error:
            if isinstance(error, UNFIT) or isinstance(error.orig, RACES):
                raise
            # What was lost before COMMIT changed nothing, and the next connection is a new one.
            if again and error.connection_invalidated and not changed:
                return self._commit(change, values, again=False)
            raise self._engines.unavailable(error) from error
        return outcomes
