"""Files that people gave at Slack, read as text."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import aiohttp

from adapters.slack.api import Api
from adapters.slack.parse import FileRef
from bot.policy import called
from bot.run.events import Document

_MOST_BYTES = 25 * 1024 * 1024
_TIMEOUT_S = 60


class NotRead(Exception):
    """A file cannot be read; the text may be shown to people."""


class Files:
    """Fetches and reads what people gave."""

    def __init__(
        self,
        api: Api,
        read: Callable[[str, bytes, str], Document],
        unreadable: type[Exception],
    ) -> None:
        """`read` turns a name, bytes and a source into text, or raises `unreadable`."""
        self._api = api
        self._read = read
        self._unreadable = unreadable

    async def documents(
        self, given: Mapping[str, Sequence[FileRef]], who: str
    ) -> tuple[dict[str, Sequence[Document]], dict[str, str]]:
        """By field what was read, and by field what could not be."""
        documents: dict[str, Sequence[Document]] = {}
        wrong: dict[str, str] = {}
        for name, files in given.items():
            found = await asyncio.gather(
                *(self._document(one, who) for one in files), return_exceptions=True
            )
            documents[name] = [one for one in found if isinstance(one, Document)]
            problems = [str(one) for one in found if isinstance(one, NotRead)]
            if problems:
                wrong[name] = " ".join(problems)
            for one in found:
                if isinstance(one, BaseException) and not isinstance(one, NotRead):
                    raise one
        return documents, wrong

    async def _document(self, file: FileRef, who: str) -> Document:
        if file.size > _MOST_BYTES:
            raise NotRead(f"{file.name} is larger than the 25 MB that Podium reads.")
        data = await self._fetch(file)
        source = f"a file from {called(who)}"
        try:
            return await asyncio.to_thread(self._read, file.name, data, source)
        except self._unreadable as error:
            raise NotRead(str(error)) from error

    async def _fetch(self, file: FileRef) -> bytes:
        token = await self._api.token(file.team)
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        lost = f"{file.name} could not be fetched from Slack"
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(file.url, headers={"Authorization": f"Bearer {token}"}) as answer,
            ):
                if answer.status >= 400:
                    raise NotRead(f"{lost} (status {answer.status}): give it again.")
                page = answer.content_type == "text/html"
                if page and not file.name.lower().endswith((".html", ".htm")):
                    raise NotRead(f"{lost}: the app lacks the scope files:read.")
                return await answer.content.read(_MOST_BYTES + 1)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NotRead(f"{lost}: give it again.") from error
