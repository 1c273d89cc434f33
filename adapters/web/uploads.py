"""Files that people hand over for a form: read as text at once, kept until the form is sent."""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from adapters.web.guard import MEMBER, UPLOAD
from bot.names import Names
from bot.run.events import Document

log = logging.getLogger("podium.web")

_MOST_CHARACTERS = 20_000_000
"""Of all texts that wait; beyond it the oldest go."""


_LOST = "A file is no longer here: Podium was started again since. Remove it and choose it again."


class Lost(Exception):
    """A file that is no longer here; the text may be shown to people."""


class ShownFile(TypedDict):
    """A file as a form or the composer lists it."""

    id: str
    name: str
    size: int


@dataclass(frozen=True)
class _Kept:
    document: Document
    size: int


class Uploads:
    def __init__(
        self,
        read: Callable[[str, bytes, str], Document],
        unreadable: type[Exception],
        names: Names,
    ) -> None:
        """`read` turns a name, bytes and a source into text, or raises `unreadable`."""
        self._read = read
        self._unreadable = unreadable
        self._names = names
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self.router = APIRouter()
        self.router.post(UPLOAD, include_in_schema=False)(self.take)

    async def take(self, request: Request) -> JSONResponse:
        """Read one file, the request's body, and give the id it is kept under."""
        member = str(request.scope[MEMBER])
        name = unquote(request.query_params.get("name", ""))[:255]
        data = await request.body()
        source = f"a file from {self._names.of(member)}"
        try:
            document = await asyncio.to_thread(self._read, name, data, source)
        except self._unreadable as error:
            return JSONResponse({"error": str(error)}, status_code=422)
        log.info("file_read member=%s bytes=%d", member, len(data))
        return JSONResponse({"id": self._keep(member, _Kept(document, len(data)))})

    def documents(self, member: str, ids: Sequence[str]) -> list[Document]:
        """The member's own files of these ids. Raises Lost."""
        try:
            return [self._kept[member, one].document for one in ids]
        except KeyError as error:
            raise Lost(_LOST) from error

    def shown(self, member: str, ids: Sequence[str]) -> list[ShownFile]:
        """The same files as they are listed. Raises Lost."""
        documents = self.documents(member, ids)
        return [
            ShownFile(id=one, name=document.name, size=self._kept[member, one].size)
            for one, document in zip(ids, documents, strict=True)
        ]

    def _keep(self, member: str, kept: _Kept) -> str:
        key = secrets.token_urlsafe(12)
        self._kept[member, key] = kept
        while sum(len(one.document.text) for one in self._kept.values()) > _MOST_CHARACTERS:
            self._kept.popitem(last=False)
        return key
