"""Whatever is asked of them, in whatever order, the fakes and the databases answer the same."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, make_url
from sqlmodel import SQLModel

from adapters.database import Database
from bot.cards import Card, Words
from bot.ports import Conflict, Duplicate, Line, Member, Query, Shown
from tests.database.conftest import Kept, faked, kept_in
from tests.database.samples import MINUTE, NOON, gate, recorded, summary

runs = st.sampled_from("abc")
places = st.sampled_from(["web:main:general", "web:main:launches"])
people = st.sampled_from(["web:main:ana", "web:main:bo"])
states = st.sampled_from(["working", "waiting", "ended"])
outcomes = st.sampled_from(["approved", "rejected"])
playbooks = st.sampled_from(["launch-brief", "weekly-report"])
times = st.integers(-5, 5).map(lambda minutes: NOON + minutes * MINUTE)
titles = st.sampled_from(["Lamp", "lamp 100%", "Größe", "a_b"])


@dataclass(frozen=True)
class Append:
    """`step` is 1 for what follows, less for what is taken, more for a gap."""

    run: str
    step: int
    count: int
    delivery: str
    about: dict[str, object]

    async def __call__(self, kept: Kept) -> object:
        first = len(await kept.log.read(self.run)) + self.step
        told = [recorded(self.run, first + n) for n in range(self.count)]
        about = summary(self.run, first + self.count - 1).model_copy(update=self.about)
        return await kept.log.append(told, about, self.delivery)


@dataclass(frozen=True)
class Find:
    query: Query

    async def __call__(self, kept: Kept) -> object:
        return await kept.log.find(self.query)


@dataclass(frozen=True)
class Record:
    """Only what the log has can be shown."""

    run: str
    version: int
    shown: tuple[Shown, ...]

    async def __call__(self, kept: Kept) -> object:
        if await kept.log.read(self.run):
            await kept.views.record(self.run, self.version, self.shown)
        return await kept.views.shown(self.run), await kept.views.behind()


@dataclass(frozen=True)
class Add:
    line: Line

    async def __call__(self, kept: Kept) -> object:
        return await kept.board.add(self.line)


@dataclass(frozen=True)
class Change:
    line: str
    card: Card

    async def __call__(self, kept: Kept) -> object:
        return await kept.board.change(self.line, self.card)


@dataclass(frozen=True)
class Look:
    place: str
    thread: str
    limit: int

    async def __call__(self, kept: Kept) -> object:
        return await kept.board.lines(self.place, self.thread, self.limit)


@dataclass(frozen=True)
class Invite:
    member: Member
    pass_hash: str
    minutes: int

    async def __call__(self, kept: Kept) -> object:
        await kept.members.invite(self.member, self.pass_hash, NOON + self.minutes * MINUTE)
        return await kept.members.all()


@dataclass(frozen=True)
class Enter:
    pass_hash: str
    minutes: int

    async def __call__(self, kept: Kept) -> object:
        return await kept.members.enter(self.pass_hash, NOON + self.minutes * MINUTE)


appends = st.builds(
    Append,
    runs,
    st.sampled_from([1, 1, 1, 1, 1, 0, -1, 2]),
    st.integers(1, 3),
    st.sampled_from(["", "", "", "d1", "d2"]),
    st.fixed_dictionaries(
        {
            "title": titles,
            "place": places,
            "requester": people,
            "status": states,
            "outcome": outcomes,
            "playbook": playbooks,
            "gates": st.sampled_from([(), (gate(),)]),
            "changed_at": times,
            "due_at": st.none() | times,
        }
    ),
)
finds = st.builds(
    Find,
    st.builds(
        Query,
        run=st.sampled_from(["", "", "a"]),
        status=st.none() | states,
        outcome=st.just("") | outcomes,
        playbook=st.just("") | playbooks,
        requester=st.just("") | people,
        place=st.just("") | places,
        due_by=st.none() | times,
        gates_open=st.booleans(),
        text=st.sampled_from(["", "", "LAMP", "%", "_", "GRÖSSE", "brief"]),
        limit=st.integers(1, 3),
    ),
)
cards = st.builds(Card, key=st.just("root"), title=titles, blocks=st.just((Words("Draft"),)))
shown = st.builds(Shown, key=st.sampled_from("xy"), message=places, digest=titles)
lines = st.builds(
    Line,
    id=st.sampled_from("1234"),
    place=places,
    thread=st.sampled_from(["", "1"]),
    author=people,
    text=titles,
    card=st.none() | cards,
    at=times,
)
members = st.builds(Member, id=people, name=titles)
hashes = st.sampled_from(["p", "q"])
operations = st.one_of(
    appends,
    appends,
    finds,
    st.builds(Record, runs, st.integers(1, 6), st.lists(shown, max_size=2).map(tuple)),
    st.builds(Add, lines),
    st.builds(Change, st.sampled_from("1234"), cards),
    st.builds(Look, places, st.sampled_from(["", "1"]), st.integers(0, 3)),
    st.builds(Invite, members, hashes, st.integers(-2, 2)),
    st.builds(Enter, hashes, st.integers(-2, 2)),
)


async def outcome(operation: Callable[[Kept], Awaitable[object]], kept: Kept) -> object:
    try:
        return await operation(kept)
    except (Conflict, Duplicate, LookupError) as refusal:
        return type(refusal), str(refusal)


@pytest.fixture
def empty(url: str, database: Database) -> Callable[[], None]:
    """Forgets everything: each example begins with nothing, in the same database."""
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")

    def forget() -> None:
        engine = create_engine(parsed)
        with engine.begin() as connection:
            for table in SQLModel.metadata.sorted_tables:
                connection.execute(delete(table))
        engine.dispose()

    return forget


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(operations, min_size=5, max_size=25))
async def test_the_fake_and_the_database_answer_alike(
    database: Database,
    empty: Callable[[], None],
    asked: list[Callable[[Kept], Awaitable[object]]],
):
    empty()
    fake, real = faked(), kept_in(database)
    for operation in asked:
        assert await outcome(operation, real) == await outcome(operation, fake), operation
    for run in "abc":
        assert await real.log.read(run) == await fake.log.read(run)
    assert await real.views.behind() == await fake.views.behind()
