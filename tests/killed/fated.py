"""A whole house that kills itself at a chosen write.

`python -m tests.killed.fated FOLDER append|line N before|after` is `tests.killed.child`, but the
N-th append to the log, or line on the page, is the last thing it does: it is killed just before
that write, or just after it is committed.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from adapters.database import Database
from bot.cards import Card
from bot.ports import Board, Line, Log, Query, Summary
from bot.run.events import Recorded
from tests.killed.child import main

What = Literal["append", "line"]
When = Literal["before", "after"]


class Fate:
    """Counts the writes down to the last."""

    def __init__(self, what: str, number: int, when: str) -> None:
        self.what = what
        self.left = number
        self.when = when

    def before(self, what: What) -> None:
        self.left -= what == self.what
        self._strike("before")

    def after(self) -> None:
        self._strike("after")

    def _strike(self, when: When) -> None:
        if self.left == 0 and when == self.when:
            os.kill(os.getpid(), signal.SIGKILL)


class FatedLog:
    def __init__(self, log: Log, fate: Fate) -> None:
        self._log = log
        self._fate = fate

    async def read(self, run: str) -> list[Recorded]:
        return await self._log.read(run)

    async def append(
        self, records: Sequence[Recorded], summary: Summary, delivery: str = ""
    ) -> None:
        self._fate.before("append")
        await self._log.append(records, summary, delivery)
        self._fate.after()

    async def find(self, query: Query) -> list[Summary]:
        return await self._log.find(query)


class FatedBoard:
    def __init__(self, board: Board, fate: Fate) -> None:
        self._board = board
        self._fate = fate

    async def add(self, line: Line) -> bool:
        self._fate.before("line")
        added = await self._board.add(line)
        self._fate.after()
        return added

    async def change(self, line: str, card: Card) -> None:
        self._fate.before("line")
        await self._board.change(line, card)
        self._fate.after()

    async def lines(
        self, place: str, thread: str = "", limit: int = 200, around: str = ""
    ) -> list[Line]:
        return await self._board.lines(place, thread, limit, around)

    async def said(self, place: str, thread: str, limit: int) -> list[Line]:
        return await self._board.said(place, thread, limit)


def fated(fate: Fate, database: Database) -> tuple[Log, Board]:
    return FatedLog(database.log, fate), FatedBoard(database.board, fate)


if __name__ == "__main__":
    _, folder, what, number, when = sys.argv
    fate = Fate(what, int(number), when)
    asyncio.run(main(Path(folder), lambda database: fated(fate, database)))
