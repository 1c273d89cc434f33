"""Health: what is connected, what is missing, and how to mend it."""

import shutil
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.policy import Team
from bot.ports import Condition, LogUnavailable, Model, Request
from bot.settings import Settings
from bot.shelf import Shelf

DISK_BYTES = 50_000_000
"""With less than this, writing is about to fail."""

PLATFORMS = ("slack", "discord")

Look = Callable[[], Awaitable[str]]

LATE = timedelta(minutes=1)
"""A clock that last beat longer ago does not beat any more."""


@dataclass
class Pulse:
    """Does what is due when the clock says so, and remembers when it last could."""

    tick: Callable[[], Awaitable[None]]
    now: Callable[[], datetime]
    last: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.now()

    async def beat(self) -> None:
        await self.tick()
        self.last = self.now()


@dataclass(frozen=True, kw_only=True)
class Health:
    """Looks at every part of a served house. What it says holds no secret.

    `kept_in` names the database; `pricer` knows what models cost, and is None when none is
    connected; `unread` counts schedules that cannot be read; `pages` says where the page is and how
    many are open; `platforms` has, of each that is wanted, what says "ok" or what is wrong.
    """

    settings: Settings
    kept_in: str
    ping: Callable[[], Awaitable[None]]
    shelf: Shelf
    team: Team
    tools: Collection[str]
    pricer: Model | None
    pulse: Pulse
    pages: Callable[[], tuple[str, int]]
    unread: Callable[[], int] = int
    platforms: Mapping[str, Look] = field(default_factory=dict[str, Look])
    _priced: dict[str, bool] = field(default_factory=dict[str, bool])

    async def conditions(self) -> tuple[Condition, ...]:
        """Each part's condition now."""
        return (
            await self._database(),
            self._disk(),
            self._model(),
            await self._prices(),
            self._playbooks(),
            self._schedules(),
            self._team(),
            self._page(),
            *[await self._platform(name) for name in PLATFORMS],
            self._clock(),
            self._tools(),
        )

    async def _database(self) -> Condition:
        try:
            await self.ping()
        except LogUnavailable as error:
            mend = "Start it again, or see what DATABASE_URL names; Podium goes on by itself."
            return Condition(name="database", state="bad", says=str(error), mend=mend)
        return _good("database", f"The {self.kept_in} answers.")

    def _disk(self) -> Condition:
        """A full disk is found before it refuses: reading alone would not see it."""
        folder = self.settings.data.absolute()
        free = shutil.disk_usage(folder).free
        says = f"{_sized(free)} free for {folder}."
        if free >= DISK_BYTES:
            return _good("disk", says)
        return Condition(name="disk", state="bad", says=f"Only {says}", mend="Make room there.")

    def _model(self) -> Condition:
        settings = self.settings
        if not settings.has_model:
            return Condition(
                name="model",
                state="missing",
                says="No model is connected. The understudy answers in its place, out of the "
                "brief alone, so that everything can be tried.",
                mend="Set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a server of your own, and "
                "start Podium again.",
            )
        where = f"The server at {_host(settings.anthropic_base_url)}"
        answers = where if settings.anthropic_base_url else "Claude, with the key that is set,"
        model = f" Every specialist is played by {settings.model}." if settings.model else ""
        return _good("model", f"{answers} is called when a step works.{model}")

    async def _prices(self) -> Condition:
        if self.pricer is None:
            return _good("prices", "The understudy costs nothing.")
        models = {one.model for one in self.shelf.library.specialists.values()}
        unknown = [model for model in sorted(models) if not await self._is_priced(model)]
        if not unknown:
            return _good("prices", "The price of every model that is used is known.")
        return Condition(
            name="prices",
            state="missing",
            says=f"The price of {_listed(self.settings.model or unknown)} is not known: costs are "
            "shown as nothing, and playbooks with a budget in dollars cannot work.",
            mend="Set PODIUM_MODEL_PRICE to dollars per million tokens, in and out, such as "
            '"0 0", and start Podium again.',
        )

    async def _is_priced(self, model: str) -> bool:
        if self.pricer and model not in self._priced:
            request = Request(model=model, system="", brief="", instructions="")
            self._priced[model] = (await self.pricer.reserve(request)).usd is not None
        return self._priced.get(model, True)

    def _schedules(self) -> Condition:
        if not (unread := self.unread()):
            return _good("schedules", "Every schedule that is kept can be read.")
        return Condition(
            name="schedules",
            state="bad",
            says=f"{_counted(unread, 'schedule')} cannot be read, and start nothing.",
            mend="A newer Podium kept them: go back to it, or make them anew.",
        )

    def _playbooks(self) -> Condition:
        library = self.shelf.library
        broken = {problem.file for problem in library.problems if problem.level == "error"}
        sound = _counted(len(library.playbooks), "playbook")
        roles = _counted(len(library.specialists), "specialist")
        if not broken and library.playbooks:
            return _good("playbooks", f"{sound} and {roles} are sound.")
        if not broken:
            folder = self.settings.playbooks.absolute()
            mend = f"Write one into {folder}, or set PODIUM_PLAYBOOKS to the folder that has them."
            return Condition(
                name="playbooks", state="missing", says="There are no playbooks.", mend=mend
            )
        files = _counted(len(broken), "file")
        return Condition(
            name="playbooks",
            state="missing",
            says=f"{files} cannot be used; {sound} and {roles} are sound.",
            mend="Playbooks says what is wrong, and where; a mended file is read at once.",
        )

    def _team(self) -> Condition:
        if self.settings.team is None:
            return Condition(
                name="team",
                state="missing",
                says="There is no team file, so playbooks can ask nobody but the one who "
                "delegates.",
                mend="Write people and groups into a YAML file, set PODIUM_TEAM to it, and start "
                "Podium again.",
            )
        people = _counted(len(self.team.people), "person", "people")
        groups = _counted(len(self.team.groups), "group")
        return _good("team", f"{self.settings.team} names {people} and {groups}.")

    def _page(self) -> Condition:
        url, count = self.pages()
        token = (
            "A token is set" if self.settings.web_token.get_secret_value() else "No token is set"
        )
        return _good(
            "page",
            f"It is served at {url}; {_counted(count, 'page is', 'pages are')} open. {token}.",
        )

    async def _platform(self, name: str) -> Condition:
        title = name.title()
        if (look := self.platforms.get(name)) is None:
            mend = f"Nothing to do if your team is not there; else see Put it in {title} in the "
            return Condition(
                name=name,
                state="missing",
                says=f"{title} is not connected.",
                mend=f"{mend}README.",
            )
        if (said := await look()) != "ok":
            mend = "Podium goes on trying; podium doctor says what is missing."
            return Condition(name=name, state="bad", says=said, mend=mend)
        return _good(name, f"{title} is connected.")

    def _clock(self) -> Condition:
        late = self.pulse.now() - self.pulse.last
        if late <= LATE:
            return _good("clock", "Reminders and what expires are looked at every second.")
        return Condition(
            name="clock",
            state="bad",
            says=f"Nothing was looked at for {late.total_seconds() // 60:.0f} min: reminders and "
            "what expires come late.",
            mend="See Podium's log for tick_failed; if nothing is there, start Podium again.",
        )

    def _tools(self) -> Condition:
        return _good("tools", f"Specialists may be given {_listed(sorted(self.tools))}.")


def _good(name: str, says: str) -> Condition:
    return Condition(name=name, state="good", says=says)


def _host(url: str) -> str:
    """Where a server is, without who enters it and how."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""


def _sized(size: int) -> str:
    if size < 10_000_000_000:
        return f"{size // 1_000_000:,} MB are"
    return f"{size // 1_000_000_000:,} GB are"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _listed(words: "list[str] | str") -> str:
    if isinstance(words, str) or len(words) < 2:
        return "".join(words) or "no tool"
    return f"{', '.join(words[:-1])} and {words[-1]}"
