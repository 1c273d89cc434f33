"""Files that people gave at Discord, read as text."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import aiohttp

from adapters.discord.parse import FileRef
from bot.run.events import Document

_MOST_BYTES = 25 * 1024 * 1024
_TIMEOUT_S = 60


class NotRead(Exception):
    """A file cannot be read; the text may be shown to people."""


class Files:
    """Fetches and reads what people gave."""

    def __init__(
        self, read: Callable[[str, bytes, str], Document], unreadable: type[Exception]
    ) -> None:
        """`read` turns a name, bytes and a source into text, or raises `unreadable`."""
        self._read = read
        self._unreadable = unreadable

    async def documents(
        self, given: Mapping[str, Sequence[FileRef]], by: str
    ) -> tuple[dict[str, Sequence[Document]], dict[str, str]]:
        """By field what was read, and by field what could not be."""
        documents: dict[str, Sequence[Document]] = {}
        wrong: dict[str, str] = {}
        for name, files in given.items():
            found = await asyncio.gather(*(self._document(one, by) for one in files))
            if read := [one for one in found if isinstance(one, Document)]:
                documents[name] = read
            if problems := [str(one) for one in found if isinstance(one, NotRead)]:
                wrong[name] = " ".join(problems)
        return documents, wrong

    async def _document(self, file: FileRef, by: str) -> Document | NotRead:
        if file.size > _MOST_BYTES:
            return NotRead(f"{file.name} is larger than the 25 MB that Podium reads.")
        try:
            data = await self._fetch(file)
            return await asyncio.to_thread(self._read, file.name, data, f"a file from {by}")
        except NotRead as error:
            return error
        except self._unreadable as error:
            return NotRead(str(error))

    async def _fetch(self, file: FileRef) -> bytes:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        lost = f"{file.name} could not be fetched from Discord"
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(file.url) as answer,
            ):
                if answer.status >= 400:
                    raise NotRead(f"{lost} (status {answer.status}): give it again.")
                return await answer.read()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NotRead(f"{lost}: give it again.") from error
