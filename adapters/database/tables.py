"""The tables. Times are whole microseconds since 1970 in UTC, the same on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Index, Table, and_, column, literal_column, text
from sqlmodel import Field, SQLModel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Raises ValueError for a time that does not say its zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone: give a time in UTC")
    return (at - EPOCH) // MICROSECOND


def moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _some(name: str, *columns: str, where: ColumnElement[bool]) -> Index:
    """An index of some rows only."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Events(SQLModel, table=True):
    """`body` is the event alone, as JSON.

    It keeps its row ids on SQLite, so that what is appended follows what was, whatever its run:
    without them the file is a sixth larger and an append a fifth slower.
    """

    run: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    by: str
    body: str


class Runs(SQLModel, table=True):
    """A run as lists show it: `body` is the Summary, the rest is what it is found by.

    `gates` is how many are open, `shown` the version that chat is known to show, `words` the text
    that a search looks in.
    """

    __table_args__ = (
        Index("runs_by_change", "changed_at"),
        Index("runs_by_status", "status", "changed_at"),
        Index("runs_by_playbook", "playbook", "changed_at"),
        Index("runs_by_requester", "requester", "changed_at"),
        Index("runs_by_place", "place", "changed_at"),
        _some("runs_with_gates", "changed_at", where=column("gates") > literal_column("0")),
        _some("runs_due", "due_at", where=column("due_at").is_not(None)),
        _some("runs_behind", "changed_at", where=column("version") > column("shown")),
        {"sqlite_with_rowid": False},
    )

    run: str = Field(primary_key=True)
    version: int
    shown: int = 0
    status: str
    requester: str
    place: str
    gates: int
    due_at: int | None = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    words: str
    body: str
    # They came later, and SQLite adds no column that has neither a default nor NULL.
    outcome: str = Field(sa_column_kwargs={"server_default": text("''")})
    playbook: str = Field(sa_column_kwargs={"server_default": text("''")})
    # NULL until a Podium that knows schedules writes the run.
    spent_usd: float | None


class Deliveries(SQLModel, table=True):
    """A platform's delivery that was counted, and the run it went to."""

    __table_args__ = {"sqlite_with_rowid": False}

    id: str = Field(primary_key=True)
    run: str


class Shown(SQLModel, table=True):
    """A card that stands in chat."""

    __table_args__ = {"sqlite_with_rowid": False}

    run: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    message: str
    digest: str


class Lines(SQLModel, table=True):
    """A message on the page; `number` is the order they came in."""

    __table_args__ = (Index("lines_by_thread", "place", "thread", "number"),)

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    place: str
    thread: str
    author: str
    text: str
    card: str | None
    at: int = Field(sa_type=BigInteger)


class Members(SQLModel, table=True):
    """Someone who may enter the page."""

    id: str = Field(primary_key=True)
    name: str


class Passes(SQLModel, table=True):
    """A one-time pass, known by its hash alone."""

    hash: str = Field(primary_key=True)
    member: str
    until: int = Field(sa_type=BigInteger)
    used_at: int | None = Field(default=None, sa_type=BigInteger)


class Posts(SQLModel, table=True):
    """A card posted to somebody else's platform; `message` is empty while its fate is unknown."""

    __table_args__ = {"sqlite_with_rowid": False}

    key: str = Field(primary_key=True)
    message: str
    at: int = Field(sa_type=BigInteger)


class Inbox(SQLModel, table=True):
    """What a platform delivered; the body is emptied when it is done, the id stays to be known."""

    __table_args__ = (
        _some("inbox_left", "at", where=column("body") != literal_column("''")),
        {"sqlite_with_rowid": False},
    )

    delivery: str = Field(primary_key=True)
    body: str
    at: int = Field(sa_type=BigInteger)


class Installs(SQLModel, table=True):
    """A workspace that Podium was installed in, its tokens sealed."""

    team: str = Field(primary_key=True)
    sealed: str


class Schedules(SQLModel, table=True):
    """`body` is the Schedule, as JSON; the rest is what it is found by."""

    __table_args__ = (
        _some("schedules_waking", "wakes_at", where=column("wakes_at").is_not(None)),
        {"sqlite_with_rowid": False},
    )

    id: str = Field(primary_key=True)
    version: int
    wakes_at: int | None = Field(sa_type=BigInteger)
    saved: bool
    deleted_at: int | None = Field(sa_type=BigInteger)
    body: str


class Fires(SQLModel, table=True):
    """What became of a due time of a schedule: a Fire, field by field."""

    __table_args__ = (
        _some("fires_open", "at", where=column("stage") == literal_column("'open'")),
        _some(
            "fires_uncounted",
            "at",
            where=and_(
                column("stage") == literal_column("'done'"),
                column("outcome") == literal_column("'started'"),
            ),
        ),
        _some("fires_with_runs", "schedule", "at", where=column("run") != literal_column("''")),
        {"sqlite_with_rowid": False},
    )

    schedule: str = Field(primary_key=True)
    due: int = Field(primary_key=True, sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    by: str
    outcome: str
    run: str
    why: str
    stage: str


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


EVENTS = _table("events")
RUNS = _table("runs")
DELIVERIES = _table("deliveries")
SHOWN = _table("shown")
LINES = _table("lines")
MEMBERS = _table("members")
PASSES = _table("passes")
POSTS = _table("posts")
INBOX = _table("inbox")
INSTALLS = _table("installs")
SCHEDULES = _table("schedules")
FIRES = _table("fires")
