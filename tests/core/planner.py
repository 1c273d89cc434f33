"""A reception with schedules on a real database; runs are worked on only where a test says so."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from adapters.database import Database
from bot.cards import Reply
from bot.desk import Desk
from bot.intake import Intake
from bot.live import Live
from bot.names import Names
from bot.playbook.catalog import Catalog
from bot.ports import Past
from bot.reception import Reception
from bot.recurring import Recurring
from bot.run import commands as c
from bot.run.events import Document, Task
from bot.schedule.model import Schedule
from bot.scheduling import Scheduling
from bot.shelf import Shelf
from tests.core.rig import Noted
from tests.fakes_chat import FakeChat
from tests.run.director import ANA, NINE, TEAM

PLACE = "web:w:general"
REPORT = """
about: A report.
inputs:
  team: {type: text}
  parts: {type: choice, options: [all, none], default: all}
context: [{channel: {since: last}}]
steps:
  draft: {by: writer, do: "Write for {{ team }} since {{ since }} after {{ last.result }}"}
deliver: {from: draft}
"""


class FakePeople:
    """People of bot.ports: all are in Berlin but `zones`, and nobody left but `gone`."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.zones: dict[str, str] = {}

    async def names(self, identities: Collection[str]) -> Mapping[str, str]:
        return {}

    async def zone(self, identity: str) -> str:
        return self.zones.get(identity, "Europe/Berlin")

    async def left(self, identity: str) -> bool:
        return identity in self.gone


class Planner:
    """What one process has; another one on the same database is its `twin`."""

    def __init__(self, folder: Path, database: Database, chat: FakeChat) -> None:
        self.now = NINE
        self.database = database
        self.chat = chat
        self.people = FakePeople()
        self.folder = folder
        self.live = live = Live()
        self.desk = Desk(
            log=database.log, workers=Noted(), live=live, team=TEAM, now=lambda: self.now
        )
        catalog = Catalog(models=frozenset({"sonnet"}), reviewers=frozenset({"leads"}))
        chats, names = {"web": chat}, Names()
        intake = Intake(shelf=Shelf(folder, catalog), chats=chats, read_file=_read)
        self.recurring = Recurring(
            desk=self.desk,
            intake=intake,
            timetable=database.timetable,
            fires=database.fires,
            chats=chats,
            people={"web": self.people},
            sights={"web": chat},
            names=names,
            views=database.views,
        )
        live.listen(self.recurring.heard)
        self.reception = Reception(
            desk=self.desk,
            intake=intake,
            sights={"web": chat},
            names=names,
            views=database.views,
            schedules=Scheduling(recurring=self.recurring),
        )

    async def type(self, text: str, who: str = ANA, delivery: str = "") -> Reply:
        return await self.reception.typed(text, who=who, place=PLACE, delivery=delivery)

    async def press(self, action: str, who: str = ANA) -> Reply:
        return await self.reception.pressed(action, who=who, place=PLACE)

    async def fill(self, action: str, values: Mapping[str, JsonValue], who: str = ANA) -> Reply:
        return await self.reception.submitted(action, values, who=who, place=PLACE)

    async def button(self, reply: Reply, label: str, who: str = ANA) -> Reply:
        """Press the button of that name on any of a reply's cards."""
        found = [b for card in reply.cards for b in card.buttons if b.label == label]
        return await self.press(found[0].action, who)

    async def made(self, line: str, who: str = ANA) -> Schedule:
        """A schedule that was typed in one line, and saved."""
        await self.button(await self.type(f"/schedule {line}", who), "Save", who)
        found = await self.database.timetable.all(self.now)
        return max(found, key=lambda one: one.made_at)

    async def get(self, schedule: Schedule) -> Schedule:
        found = await self.database.timetable.get(schedule.id)
        assert found
        return found

    async def options(self, schedule: Schedule, **terms: object) -> Schedule:
        """The schedule on other terms, as if they had been saved."""
        now = await self.get(schedule)
        changes = {"terms": now.terms.model_copy(update=terms), "version": now.version + 1}
        changed = now.model_copy(update=changes)
        assert await self.database.timetable.change(changed)
        return changed

    async def run_of(self, schedule: Schedule, n: int = -1) -> str:
        """The run of its nth fire."""
        return (await self.past(schedule))[n].fire.run

    async def past(self, schedule: Schedule) -> list[Past]:
        """Its fires, oldest first."""
        return (await self.database.fires.past(schedule.id, 100))[::-1]

    async def became(self, schedule: Schedule) -> list[str]:
        """What became of its due times, by their hours in UTC, in words."""
        return [
            f"{one.fire.due:%a %H:%M} {one.fire.outcome}{' ' * bool(one.fire.why)}{one.fire.why}"
            for one in await self.past(schedule)
        ]

    async def tick(self, to: datetime | None = None, **later: float) -> None:
        """Let the clock come by, and everything end that it begins."""
        self.now = to or self.now + timedelta(**later)
        await self.recurring.tick()
        await self.recurring.quiet()

    async def draft(self, run: str, text: str = "The draft.") -> None:
        task = Task(run=run, step="draft")
        await self.desk.handle(run, c.Finish(task=task, value=text), by="podium")
        await self.recurring.quiet()

    async def fail(self, run: str, why: str = "It broke.") -> None:
        await self.desk.handle(run, c.Fail(task=Task(run=run, step="draft"), why=why), by="podium")
        await self.recurring.quiet()

    async def approve(self, run: str) -> None:
        await self.desk.handle(run, c.Approve("review-1"), by=ANA)
        await self.recurring.quiet()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@asynccontextmanager
async def planner(folder: Path) -> AsyncIterator[Planner]:
    """One whose playbook is `report`, at nine on a Monday in UTC."""
    books = folder / "playbooks"
    (books / "specialists").mkdir(parents=True)
    (books / "report.yaml").write_text(REPORT)
    role = "---\nname: writer\ndescription: Writes.\n---\nWrite.\n"
    (books / "specialists" / "writer.md").write_text(role)
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    made = Planner(books, database, FakeChat())
    try:
        yield made
    finally:
        await made.recurring.close()
        await database.close()


def berlin(at: str) -> datetime:
    """A time as clocks in Berlin show it."""
    return datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def _read(name: str, content: bytes, source: str) -> Document:
    return Document(name=name, source=source, text=content.decode())
