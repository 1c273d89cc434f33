"""The page: one open view of one member, made of sections of which one is seen."""

import asyncio
from collections.abc import Mapping

from nicegui import Client, background_tasks, html

from adapters.web.address import Address, SectionName, address
from adapters.web.chat import Moved, Posted, Told, Zoned
from adapters.web.elements.page import Navigator, Side
from adapters.web.house import House
from adapters.web.places import WORKSPACE, place_at, place_of
from adapters.web.render import name_of
from adapters.web.sections.chat import Chat
from adapters.web.sections.health import Health
from adapters.web.sections.home import Home
from adapters.web.sections.playbooks import Playbooks
from adapters.web.sections.run import RunPage
from adapters.web.sections.runs import Runs
from adapters.web.sections.schedules import Schedules
from adapters.web.sections.section import Section
from adapters.web.visitor import Visitor


class View:
    """Everything that one open page shows; what happens elsewhere is told to it by the hub."""

    def __init__(self, house: House, client: Client, who: str) -> None:
        self._house = house
        self._client = client
        self._who = who
        self._looking = asyncio.Lock()

    async def build(self, url: str) -> None:
        """Make the page as it is to be seen at an address."""
        everyone = await self._house.members.all()
        self._house.people.update({person.id: person.name for person in everyone})
        self._house.names.learn(self._house.people)
        at = address(url)
        self._navigator = Navigator(at.path, self._who, self._go, self._zoned)
        self._visitor = Visitor(
            self._house, self._client, self._who, here=lambda: self._here.spot, go=self._open
        )
        with html.div().classes("desk"):
            self._side = Side(name_of(self._who, self._house.names), self._asked)
            self._sections = self._build()
        self._here = self._sections["home"]
        self._client.on_delete(self._house.hub.join(self._told))
        await self._home.begin()
        self._side.channels(await self._house.chat.channels())
        await self._open(at.path)

    def _build(self) -> Mapping[SectionName, Section]:
        site = str(self._client.request.base_url).rstrip("/")
        self._home = Home(self._visitor, self._side.needs)
        return {
            "home": self._home,
            "chat": Chat(self._visitor, site),
            "runs": Runs(self._visitor),
            "run": RunPage(self._visitor),
            "schedules": Schedules(self._visitor),
            "playbooks": Playbooks(self._visitor),
            "health": Health(self._visitor),
        }

    async def _go(self, url: object) -> None:
        path = url if isinstance(url, str) else "/"
        await self._visitor.safely(None, self._open(path))

    async def _zoned(self, zone: object) -> None:
        if self._house.clocks.is_in(self._who, zone):
            self._house.hub.tell(Zoned(self._who))

    async def _open(self, url: str) -> None:
        at = address(url)
        self._wanted = at
        section = self._sections[at.section]
        if section is not self._here:
            self._here.leave()
            self._here = section
        title = "Podium"
        try:
            title = f"{await section.open(at)} · Podium"
        finally:  # also what could not be read has an address, at which it can be asked for again
            self._arrived(section, at, title)

    def _arrived(self, section: Section, at: Address, title: str) -> None:
        if self._wanted is not at:  # the person has gone on meanwhile
            if self._here is not section:
                section.leave()
            return
        self._side.show(at.section, place_at(at.path).channel if at.section == "chat" else "")
        self._navigator.show(at.path, title)

    def _told(self, told: Told) -> None:
        if isinstance(told, Moved) and not told.run.started.place.startswith(f"{WORKSPACE}:"):
            background_tasks.create(self._moved(told), name="show a run of elsewhere")
        else:
            self._tell(told)

    async def _moved(self, told: Moved) -> None:
        """Tell of a run of elsewhere if this person may see it; in the order of its changes."""
        async with self._looking:
            if await self._visitor.onlooker.sees(told.run):
                self._tell(told)

    def _tell(self, told: Told) -> None:
        if isinstance(told, Posted):
            self._heard(told)
        for section in self._sections.values():
            section.told(told)

    def _heard(self, told: Posted) -> None:
        """Show a channel that is new, or that holds something new."""
        if told.line.place == WORKSPACE:
            self._side.add(told.line.text)
        else:
            self._side.is_new(place_of(told.line.id).channel)

    async def _asked(self, line: object) -> None:
        """A command from the side, asked for wherever the person is."""
        if isinstance(line, str):
            spot = self._here.spot
            await self._visitor.safely(spot, self._visitor.command(spot, line))
