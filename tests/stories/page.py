"""The page as a platform of the stories."""

import asyncio
import re
from pathlib import Path

from tests.stories.driver import Screen
from tests.stories.served import TOKEN, Served
from tests.stories.wire import WireSeat, entered

_LINK = re.compile(r"https?://\S+(/enter\?pass=\S+)")


class PageHouse:
    """House of the stories: the owner sits in it and lets everyone else in."""

    def __init__(self, folder: Path, model_url: str) -> None:
        self.served = Served(folder, model_url)
        self._owner: WireSeat | None = None
        self._seats: list[WireSeat] = []

    async def seat(self, name: str) -> WireSeat:
        return await self._sit(await self.link(name))

    async def link(self, name: str) -> str:
        """A way in for somebody, as the owner gets it by asking for it."""
        if self._owner is None:
            self._owner = await self._sit(f"/enter?token={TOKEN}")
        owner = self._owner
        before = {seen.id for seen in (await owner.screen()).all(where="private")}

        def invited(screen: Screen) -> str | None:
            for seen in screen.all(where="private"):
                if seen.id not in before and (found := _LINK.search(seen.text)):
                    return found[1]
            return None

        await owner.type(f"/invite {name}")
        return await owner.until(invited)

    async def kill(self) -> None:
        await self.served.kill()
        for seat in self._everyone():
            seat.here.clear()

    async def start(self) -> None:
        await self.served.start()
        await asyncio.gather(*(seat.here.wait() for seat in self._everyone()))

    def _everyone(self) -> list[WireSeat]:
        return [*self._seats, *([self._owner] if self._owner else [])]

    async def clear(self) -> None:
        """Everyone leaves but the owner."""
        while self._seats:
            await self._seats.pop().leave()

    async def close(self) -> None:
        await self.clear()
        if self._owner:
            await self._owner.leave()
        await self.served.stop()

    async def _sit(self, link: str) -> WireSeat:
        seat = WireSeat(await entered(self.served.url, link))
        await seat.load()
        if self._owner:
            self._seats.append(seat)
        return seat
