"""The port Log: events, run summaries and counted deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, bindparam, insert, literal_column, select, text, update

from adapters.database.prepared import Prepared, as_list
from adapters.database.reader import Reader
from adapters.database.tables import DELIVERIES, EVENTS, RUNS, micros, moment
from adapters.database.writer import Writer
from bot.ports import Conflict, Duplicate, Query, Summary
from bot.run.events import EVENT, Recorded


@dataclass(frozen=True, kw_only=True)
class _Append:
    """Rows, made in the caller's time; `first` is the seq of the first event."""

    run: str
    first: int
    events: list[dict[str, object]]
    summary: dict[str, object]
    delivery: str


class SqlLog:
    """Log of bot.ports."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def append(
        self, records: Sequence[Recorded], summary: Summary, delivery: str = ""
    ) -> None:
        await self._writer.write(_append, _rows(records, summary, delivery))

    async def read(self, run: str) -> list[Recorded]:
        return await self._reader.read(lambda connection: _read(connection, run))

    async def find(self, query: Query) -> list[Summary]:
        return await self._reader.read(
            lambda connection: [
                Summary.model_validate_json(body)
                for body in connection.scalars(finding(query)).all()
            ]
        )


def finding(query: Query) -> Select[str]:
    """The statement that gives the Summaries of a Query, as JSON."""
    found = select(RUNS.c.body).order_by(RUNS.c.changed_at.desc(), RUNS.c.run.desc())
    if query.run:
        found = found.where(RUNS.c.run == query.run)
    if query.status is not None:
        found = found.where(RUNS.c.status == query.status)
    if query.outcome:
        found = found.where(RUNS.c.outcome == query.outcome)
    if query.playbook:
        found = found.where(RUNS.c.playbook == query.playbook)
    if query.requester:
        found = found.where(RUNS.c.requester == query.requester)
    if query.place:
        found = found.where(RUNS.c.place == query.place)
    if query.due_by is not None:
        # Not NULL in so many words, or SQLite looks at every run in the order of their changes.
        found = found.where(RUNS.c.due_at.is_not(None), RUNS.c.due_at <= micros(query.due_by))
    if query.gates_open:
        found = found.where(RUNS.c.gates > literal_column("0"))
    if query.text:
        found = found.where(RUNS.c.words.contains(folded(query.text), autoescape=True))
    return found.limit(query.limit)


def folded(text: str) -> str:
    """Text as it is searched: whatever its case, and without the NUL that Postgres refuses."""
    return text.casefold().replace("\0", "")


def _rows(records: Sequence[Recorded], summary: Summary, delivery: str) -> _Append:
    if not records:
        raise ValueError("an append has at least one event")
    first = records[0].seq
    for place, record in enumerate(records):
        if record.run != summary.run or record.seq != first + place:
            raise ValueError(f"event {record.seq} of {record.run} does not follow in {summary.run}")
    return _Append(
        run=summary.run,
        first=first,
        events=[_event_row(record) for record in records],
        summary=_run_row(summary, records[-1].seq),
        delivery=delivery,
    )


def _event_row(record: Recorded) -> dict[str, object]:
    return {
        "run": record.run,
        "seq": record.seq,
        "at": micros(record.at),
        "by": record.by,
        "body": record.event.model_dump_json(by_alias=True),
    }


def _run_row(summary: Summary, version: int) -> dict[str, object]:
    return {
        "run": summary.run,
        "run_": summary.run,
        "version": version,
        "shown": 0,
        "status": summary.status,
        "outcome": summary.outcome,
        "playbook": summary.playbook,
        "requester": summary.requester,
        "place": summary.place,
        "gates": len(summary.gates),
        "due_at": None if summary.due_at is None else micros(summary.due_at),
        "changed_at": micros(summary.changed_at),
        "words": folded(f"{summary.title}\n{summary.playbook}"),
        "spent_usd": summary.spent_usd,
        "body": summary.model_dump_json(),
    }


_LOCK = Prepared(
    text("SELECT run, version FROM runs WHERE run IN (SELECT value FROM json_each(:names))"),
    postgres=text(
        "SELECT run, version FROM runs"
        " WHERE run = ANY(ARRAY(SELECT json_array_elements_text(CAST(:names AS json))))"
        " ORDER BY run FOR UPDATE"
    ),
)
_COUNTED = Prepared(
    text("SELECT id, run FROM deliveries WHERE id IN (SELECT value FROM json_each(:names))"),
    postgres=text(
        "SELECT id, run FROM deliveries"
        " WHERE id = ANY(ARRAY(SELECT json_array_elements_text(CAST(:names AS json))))"
    ),
)
_COUNT = Prepared(insert(DELIVERIES))
_BEGIN = Prepared(insert(RUNS))
_RENEW = Prepared(
    update(RUNS)
    .where(RUNS.c.run == bindparam("run_"))
    .values({one.name: bindparam(one.name) for one in RUNS.c if one.name not in ("run", "shown")})
)
_TELL = Prepared(insert(EVENTS))


def lock(connection: Connection, runs: set[str]) -> dict[str, int]:
    """The versions of those runs that are there, locked in one order by all who write."""
    rows = _LOCK.run(connection, {"names": as_list(runs)})
    return {row.run: row.version for row in rows}


def _append(connection: Connection, values: Sequence[_Append]) -> list[Exception | None]:
    versions = lock(connection, {value.run for value in values})
    counted = _counted(connection, {value.delivery for value in values} - {""})
    outcomes: list[Exception | None] = []
    taken: list[_Append] = []
    for value in values:
        refusal = _refusal(value, versions.get(value.run, 0), counted)
        outcomes.append(refusal)
        if refusal is None:
            taken.append(value)
            versions[value.run] = value.first + len(value.events) - 1
            counted[value.delivery] = value.run
    _insert(connection, taken)
    return outcomes


def _refusal(value: _Append, version: int, counted: Mapping[str, str]) -> Exception | None:
    if value.delivery and value.delivery in counted:
        return Duplicate(counted[value.delivery])
    if value.first != version + 1:
        return Conflict(f"{value.run} is at event {version}, not at {value.first - 1}")
    return None


def _insert(connection: Connection, taken: Sequence[_Append]) -> None:
    deliveries = [{"id": one.delivery, "run": one.run} for one in taken if one.delivery]
    new = [one.summary for one in taken if one.first == 1]
    changed = [one.summary for one in taken if one.first > 1]
    events = [event for one in taken for event in one.events]
    for statement, rows in (
        (_COUNT, deliveries),
        (_BEGIN, new),
        (_RENEW, changed),
        (_TELL, events),
    ):
        if rows:
            statement.run(connection, rows)


def _counted(connection: Connection, deliveries: set[str]) -> dict[str, str]:
    if not deliveries:
        return {}
    rows = _COUNTED.run(connection, {"names": as_list(deliveries)})
    return {row.id: row.run for row in rows}


def _read(connection: Connection, run: str) -> list[Recorded]:
    rows = connection.execute(
        select(EVENTS.c.seq, EVENTS.c.at, EVENTS.c.by, EVENTS.c.body)
        .where(EVENTS.c.run == run)
        .order_by(EVENTS.c.seq)
    )
    return [
        Recorded(run=run, seq=seq, at=moment(at), by=by, event=EVENT.validate_json(body))
        for seq, at, by, body in rows.all()
    ]
