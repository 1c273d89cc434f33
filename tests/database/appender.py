"""A process to kill: `python -m tests.database.appender URL` appends for ever, to many runs.

A line on standard output says that an append was acknowledged.
"""

import asyncio
import sys

from adapters.database import Database
from tests.database.samples import records, summary

AT_ONCE = 10


async def main(url: str) -> None:
    database = await Database.open(url)
    await asyncio.gather(*(append(database, f"run{n}") for n in range(AT_ONCE)))


async def append(database: Database, run: str) -> None:
    first = 1
    while True:
        told = records(run, first, count=3)
        await database.log.append(told, summary(run, told[-1].seq), f"{run}/{first}")
        first += len(told)
        print(run, told[-1].seq, flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
