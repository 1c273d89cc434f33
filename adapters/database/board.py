"""The port Board: the page's messages."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, select, text, update

from adapters.database.reader import Reader
from adapters.database.tables import LINES, micros, moment
from adapters.database.writer import Writer
from bot.cards import Card
from bot.ports import Line

CARD = TypeAdapter(Card)

_ADD = text(
    "INSERT INTO lines (id, place, thread, author, text, card, at) "
    "VALUES (:id, :place, :thread, :author, :text, :card, :at) ON CONFLICT (id) DO NOTHING"
)


class SqlBoard:
    """Board of bot.ports."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def add(self, line: Line) -> bool:
        row = {
            "id": line.id,
            "place": line.place,
            "thread": line.thread,
            "author": line.author,
            "text": line.text.replace("\0", ""),  # Postgres refuses it, and it says nothing
            "card": None if line.card is None else _card_text(line.card),
            "at": micros(line.at),
        }
        return await self._writer.write(_add, row)

    async def change(self, line: str, card: Card) -> None:
        """Raises LookupError when there is no such line."""
        await self._writer.write(_change, (line, _card_text(card)))

    async def lines(
        self, place: str, thread: str = "", limit: int = 200, around: str = ""
    ) -> list[Line]:
        there = _there(place, thread)
        number = LINES.c.number
        latest = number.desc()

        def read(connection: Connection) -> list[Line]:
            if not around:
                found = connection.execute(there.order_by(latest).limit(limit)).all()
                return [*map(_line, reversed(found))]
            middle = connection.execute(there.where(LINES.c.id == around)).one_or_none()
            if middle is None:
                return []
            half = limit // 2
            before = there.where(number <= middle.number).order_by(latest).limit(limit - half)
            after = there.where(number > middle.number).order_by(number).limit(half)
            found = [*reversed(connection.execute(before).all()), *connection.execute(after).all()]
            return [*map(_line, found)]

        return await self._reader.read(read)

    async def said(self, place: str, thread: str, limit: int) -> list[Line]:
        latest = _there(place, thread).order_by(LINES.c.number.desc()).limit(limit)
        statement = latest.where(LINES.c.card.is_(None))
        found = await self._reader.read(lambda connection: connection.execute(statement).all())
        return [*map(_line, reversed(found))]


def _there(place: str, thread: str) -> Select[Any]:
    return select(LINES).where(LINES.c.place == place, LINES.c.thread == thread)


def _line(row: Row[Any]) -> Line:
    return Line(
        id=row.id,
        place=row.place,
        thread=row.thread,
        author=row.author,
        text=row.text,
        card=None if row.card is None else CARD.validate_json(row.card),
        at=moment(row.at),
    )


def _card_text(card: Card) -> str:
    return CARD.dump_json(card, by_alias=True).decode()


def _add(connection: Connection, rows: Sequence[dict[str, object]]) -> list[bool]:
    return [connection.execute(_ADD, row).rowcount == 1 for row in rows]


def _change(connection: Connection, values: Sequence[tuple[str, str]]) -> list[LookupError | None]:
    return [
        None
        if connection.execute(update(LINES).where(LINES.c.id == line).values(card=card)).rowcount
        else LookupError(f"there is no line {line} on the page")
        for line, card in values
    ]
