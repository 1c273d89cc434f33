"""The ports Timetable and Fires: schedules, and what became of their due times.

Whatever writes here locks schedules before fires, and each of them in the order of their keys, so
that two processes wait for each other and never in a circle.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, literal_column, or_, select, text

from adapters.database.prepared import Prepared
from adapters.database.reader import Reader
from adapters.database.tables import FIRES, RUNS, SCHEDULES, micros, moment
from adapters.database.writer import Writer
from bot.ports import Past, Summary
from bot.schedule.model import Fire, Schedule

log = logging.getLogger("podium.database")

_ADD = Prepared(
    text(
        "INSERT INTO schedules (id, version, wakes_at, saved, deleted_at, body) "
        "VALUES (:id, :version, :wakes_at, :saved, :deleted_at, :body) ON CONFLICT (id) DO NOTHING"
    )
)
_RENEW = Prepared(
    text(
        "UPDATE schedules SET version = :version, wakes_at = :wakes_at, saved = :saved, "
        "deleted_at = :deleted_at, body = :body WHERE id = :id AND version = :before"
    )
)
_FORGET = Prepared(text("DELETE FROM schedules WHERE id = :id AND NOT saved"))
_FORGET_FIRES = Prepared(text("DELETE FROM fires WHERE schedule = :id"))
_KEEP = Prepared(
    text(
        "INSERT INTO fires (schedule, due, at, by, outcome, run, why, stage) "
        "VALUES (:schedule, :due, :at, :by, :outcome, :run, :why, :stage) "
        "ON CONFLICT (schedule, due) DO UPDATE SET at = excluded.at, by = excluded.by, "
        "outcome = excluded.outcome, run = excluded.run, why = excluded.why, "
        "stage = excluded.stage WHERE excluded.outcome <> 'skipped'"
    )
)
_DONE = Prepared(
    text(
        "UPDATE fires SET stage = 'done' "
        "WHERE schedule = :schedule AND due = :due AND stage = 'open'"
    )
)


@dataclass(frozen=True)
class _Change:
    """Rows, made in the caller's time."""

    schedule: dict[str, object]
    fires: list[dict[str, object]]


class SqlTimetable:
    """Timetable of bot.ports."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
        self._unreadable: set[str] = set()

    @property
    def unreadable(self) -> int:
        """How many schedules were met that this Podium cannot read."""
        return len(self._unreadable)

    async def get(self, schedule: str) -> Schedule | None:
        found = await self._find(_SCHEDULES.where(SCHEDULES.c.id == schedule))
        return found[0] if found else None

    async def all(self, deleted_since: datetime) -> list[Schedule]:
        deleted_at = SCHEDULES.c.deleted_at
        found = await self._find(
            _SCHEDULES.where(
                SCHEDULES.c.saved,
                or_(deleted_at.is_(None), deleted_at >= micros(deleted_since)),
            )
        )
        # Not by the database: each has an order of letters of its own.
        return sorted(found, key=lambda schedule: (schedule.terms.title.casefold(), schedule.id))

    async def due(self, by: datetime, limit: int, besides: Collection[str] = ()) -> list[Schedule]:
        return await self._find(waking(by, limit, self._unreadable.union(besides)))

    async def change(self, schedule: Schedule, fires: Sequence[Fire] = ()) -> bool:
        change = _Change(_schedule_row(schedule), [_fire_row(fire) for fire in fires])
        return await self._writer.write(_change, change)

    async def forget(self, schedule: str) -> None:
        await self._writer.write(_forget, schedule)

    async def _find(self, statement: Select[Any, Any]) -> list[Schedule]:
        return await self._reader.read(
            lambda connection: [
                schedule
                for row in connection.execute(statement)
                if (schedule := self._read(row.id, row.body))
            ]
        )

    def _read(self, id: str, body: str) -> Schedule | None:
        """None for one that this Podium cannot read, as a newer one may keep: the others go on."""
        try:
            return Schedule.model_validate_json(body)
        except ValueError:
            if id not in self._unreadable:
                log.exception("schedule_unreadable schedule=%s", id)
            self._unreadable.add(id)
            return None


class SqlFires:
    """Fires of bot.ports."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def open(self, before: datetime) -> list[Fire]:
        statement = opened(before)
        return await self._reader.read(
            lambda connection: [_fire(row) for row in connection.execute(statement)]
        )

    async def done(self, fire: Fire) -> None:
        await self._writer.write(_done, (fire.schedule, micros(fire.due)))

    async def uncounted(self) -> list[Past]:
        return await self._past(uncounted())

    async def past(self, schedule: str, limit: int) -> list[Past]:
        return await self._past(past(schedule, limit))

    async def starts(self, schedule: str, limit: int) -> list[Past]:
        return await self._past(starts(schedule, limit))

    async def of(self, schedule: str, run: str) -> Fire | None:
        statement = select(FIRES).where(_HAS_RUN, FIRES.c.schedule == schedule, FIRES.c.run == run)
        found = await self._reader.read(lambda connection: connection.execute(statement).first())
        return None if found is None else _fire(found)

    async def spent(self, schedule: str, since: datetime) -> float:
        statement = spent(schedule, since)
        return await self._reader.read(lambda connection: connection.scalar(statement) or 0.0)

    async def _past(self, statement: Select[Any]) -> list[Past]:
        return await self._reader.read(
            lambda connection: [
                Past(
                    fire=_fire(row),
                    run=None if row.body is None else Summary.model_validate_json(row.body),
                )
                for row in connection.execute(statement)
            ]
        )


# --- what is asked --------------------------------------------------------------


_SCHEDULES = select(SCHEDULES.c.id, SCHEDULES.c.body)
# Literally, or Postgres does not see that an index of just these rows will do.
_IS_OPEN = FIRES.c.stage == literal_column("'open'")
_IS_DONE = FIRES.c.stage == literal_column("'done'")
_IS_STARTED = FIRES.c.outcome == literal_column("'started'")
_HAS_RUN = FIRES.c.run != literal_column("''")


def waking(by: datetime, limit: int, besides: Collection[str] = ()) -> Select[Any, Any]:
    wakes_at = SCHEDULES.c.wakes_at
    waking = _SCHEDULES.where(wakes_at.is_not(None), wakes_at <= micros(by))
    others = waking.where(SCHEDULES.c.id.not_in(besides)) if besides else waking
    return others.order_by(wakes_at, SCHEDULES.c.id).limit(limit)


def opened(before: datetime) -> Select[Any]:
    at = FIRES.c.at
    return select(FIRES).where(_IS_OPEN, at < micros(before)).order_by(at, *FIRES.primary_key)


def uncounted() -> Select[Any]:
    return (
        select(FIRES, RUNS.c.body)
        .join(RUNS, RUNS.c.run == FIRES.c.run)
        .where(_IS_DONE, _IS_STARTED, RUNS.c.status != "working")
        .order_by(FIRES.c.at, *FIRES.primary_key)
    )


def past(schedule: str, limit: int) -> Select[Any]:
    return (
        _with_runs().where(FIRES.c.schedule == schedule).order_by(FIRES.c.due.desc()).limit(limit)
    )


def starts(schedule: str, limit: int) -> Select[Any]:
    of_it = _with_runs().where(_HAS_RUN, FIRES.c.schedule == schedule)
    return of_it.order_by(FIRES.c.at.desc(), FIRES.c.due.desc()).limit(limit)


def _with_runs() -> Select[Any]:
    return select(FIRES, RUNS.c.body).outerjoin(RUNS, RUNS.c.run == FIRES.c.run)


def spent(schedule: str, since: datetime) -> Select[float]:
    return (
        select(func.sum(RUNS.c.spent_usd))
        .join(FIRES, RUNS.c.run == FIRES.c.run)
        .where(_HAS_RUN, FIRES.c.schedule == schedule, FIRES.c.at >= micros(since))
    )


def _fire(row: Row[Any]) -> Fire:
    return Fire(
        schedule=row.schedule,
        due=moment(row.due),
        at=moment(row.at),
        by=row.by,
        outcome=row.outcome,
        run=row.run,
        why=row.why,
        stage=row.stage,
    )


# --- what is written ------------------------------------------------------------


def _schedule_row(schedule: Schedule) -> dict[str, object]:
    wakes_at, deleted = schedule.wakes_at, schedule.deleted
    return {
        "id": schedule.id,
        "version": schedule.version,
        "before": schedule.version - 1,
        "wakes_at": None if wakes_at is None else micros(wakes_at),
        "saved": schedule.saved,
        "deleted_at": None if deleted is None else micros(deleted.at),
        "body": schedule.model_dump_json(),
    }


def _fire_row(fire: Fire) -> dict[str, object]:
    return {
        **fire.model_dump(),
        "due": micros(fire.due),
        "at": micros(fire.at),
        "why": fire.why.replace("\0", ""),  # Postgres refuses it, and it says nothing
    }


def _change(connection: Connection, values: Sequence[_Change]) -> list[bool]:
    in_order = sorted(range(len(values)), key=lambda n: str(values[n].schedule["id"]))
    kept = {n: _is_kept(connection, values[n].schedule) for n in in_order}
    fires = [fire for n in in_order if kept[n] for fire in values[n].fires]
    if fires:
        _KEEP.run(connection, sorted(fires, key=lambda fire: (fire["schedule"], fire["due"])))
    return [kept[n] for n in range(len(values))]


def _is_kept(connection: Connection, row: dict[str, object]) -> bool:
    statement = _ADD if row["version"] == 1 else _RENEW
    return statement.run(connection, row).rowcount == 1


def _done(connection: Connection, fires: Sequence[tuple[str, int]]) -> list[None]:
    _DONE.run(connection, [{"schedule": name, "due": due} for name, due in sorted(fires)])
    return [None] * len(fires)


def _forget(connection: Connection, schedules: Sequence[str]) -> list[None]:
    for schedule in sorted(schedules):
        if _FORGET.run(connection, {"id": schedule}).rowcount:
            _FORGET_FIRES.run(connection, {"id": schedule})
    return [None] * len(schedules)
