"""What can be fetched of a run beside its page: exports, drafts, and what its calls said."""

import asyncio
import json
from collections.abc import Awaitable, Iterator

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from adapters.web.guard import MEMBER
from adapters.web.house import House
from adapters.web.prose import harmless
from adapters.web.views.calls import call_lines, passages
from adapters.web.views.export import as_json, as_markdown, draft_markdown, file_name
from bot.names import Names
from bot.onlooker import Onlooker
from bot.ports import LogUnavailable
from bot.run.decide import Refused
from bot.run.events import Recorded
from bot.run.evolve import fold
from bot.run.state import Run

_MARKDOWN = "text/markdown; charset=utf-8"
_PIECE = 64 * 1024


def downloads(house: House) -> APIRouter:
    """For whoever may see the page; what is not there is refused in words."""

    def shelf(request: Request) -> _Shelf:
        return _Shelf(house.reception.onlooker(str(request.scope[MEMBER])), house.names)

    router = APIRouter(include_in_schema=False)

    @router.get("/runs/{run}/export.md")
    async def markdown(request: Request, run: str) -> Response:
        return await _told(shelf(request).markdown(run))

    @router.get("/runs/{run}/export.json")
    async def events(request: Request, run: str) -> Response:
        return await _told(shelf(request).events(run))

    @router.get("/runs/{run}/draft-{number}.md")
    async def draft(request: Request, run: str, number: str) -> Response:
        return await _told(shelf(request).draft(run, number))

    @router.get("/runs/{run}/calls")
    async def calls(request: Request, run: str) -> Response:
        return await _told(shelf(request).calls(run))

    @router.get("/runs/{run}/calls/{seq}")
    async def call(request: Request, run: str, seq: str) -> Response:
        return await _told(shelf(request).call(run, seq))

    return router


class _Shelf:
    """Each raises Refused when there is nothing of that kind.

    A run may be long, so that all that reads the whole of it is done beside the loop.
    """

    def __init__(self, onlooker: Onlooker, names: Names) -> None:
        self._desk = onlooker
        self._names = names

    async def markdown(self, run_id: str) -> Response:
        records, run = await self._read(run_id)
        await self._names.come({record.by for record in records})
        text = await asyncio.to_thread(as_markdown, records, run, self._names)
        return _file(text, _MARKDOWN, file_name(run, ".md"))

    async def events(self, run_id: str) -> Response:
        records, run = await self._read(run_id)
        text = await asyncio.to_thread(lambda: json.dumps(as_json(records, run)))
        return _file(text, "application/json", file_name(run, ".json"))

    async def draft(self, run_id: str, number: str) -> Response:
        run = await self._desk.load(run_id)
        draft = next((one for one in run.drafts if str(one.number) == number), None)
        if draft is None:
            raise Refused(f"There is no draft {number} of this run.")
        return _file(draft_markdown(draft), _MARKDOWN, file_name(run, f"-draft-{draft.number}.md"))

    async def calls(self, run_id: str) -> Response:
        records, run = await self._read(run_id)
        return JSONResponse(await asyncio.to_thread(call_lines, records, run))

    async def call(self, run_id: str, seq: str) -> Response:
        records, _ = await self._read(run_id)
        at = next((record.seq for record in records if str(record.seq) == seq), 0)
        found = await asyncio.to_thread(passages, records, at)
        if found is None:
            raise Refused("There is no such call.")
        return JSONResponse(found)

    async def _read(self, run_id: str) -> tuple[list[Recorded], Run]:
        records = await self._desk.history(run_id)
        run = await asyncio.to_thread(fold, records)
        if run is None:
            raise Refused(f"There is no run {run_id}.")
        return records, run


async def _told(answer: Awaitable[Response]) -> Response:
    try:
        return await answer
    except Refused as refused:
        return PlainTextResponse(harmless(str(refused)), status_code=404)
    except LogUnavailable as away:
        return PlainTextResponse(str(away), status_code=503)


def _file(text: str, media_type: str, name: str) -> Response:
    return StreamingResponse(
        _pieces(text),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _pieces(text: str) -> Iterator[bytes]:
    """The text by and by: pressed together as a whole it would hold everyone else up."""
    for at in range(0, len(text), _PIECE):
        yield text[at : at + _PIECE].encode()
