"""The team file: people with their identities, groups of them, and the days they work."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import JsonValue

from bot.calendar import Calendar, countries
from bot.playbook.files import Unreadable, read_text
from bot.playbook.inputs import is_identity
from bot.playbook.problem import Findings
from bot.playbook.source import Page, Trail, mapping, parse
from bot.playbook.wording import told
from bot.policy import Team

_KEYS: dict[Trail, tuple[str, ...]] = {
    (): ("people", "groups", "calendar", "schedules"),
    ("calendar",): ("weekend", "free", "country"),
    ("schedules",): ("managers",),
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class TeamFileError(ValueError):
    """The team file cannot be used; the text says where and why."""


def read_team(path: Path | None) -> Team:
    """The team that a file names; nobody when there is none. Raises TeamFileError."""
    if path is None:
        return Team()
    findings, real = Findings(str(path)), path.resolve()
    try:
        page = parse(read_text(real, real.parent), findings)
    except Unreadable as error:
        why = f"{path}: the file {error}. PODIUM_TEAM names this file."
        raise TeamFileError(why) from error
    team = _team(page) if page else Team()
    if problems := findings.sorted():
        raise TeamFileError("\n".join(str(problem) for problem in problems))
    return team


def _team(page: Page) -> Team:
    _check_keys(page)
    people = mapping(page.get(("people",)))
    for name in people:
        for trail, word in page.named(("people", name)):
            if not is_identity(word):
                page.wrong(f'"{word}" is no identity such as web:podium:ana', trail)
    groups = mapping(page.get(("groups",)))
    for name in groups:
        _check_names(page, page.named(("groups", name)), people)
    managers = _words(page, ("schedules", "managers"))
    _check_names(page, managers, people | groups)
    return Team(
        people=_names(page, "people"),
        groups=_names(page, "groups"),
        calendar=_calendar(page),
        managers=tuple(word for _, word in managers),
    )


def _check_keys(page: Page) -> None:
    for trail in ((), *((part,) for part in _KEYS[()])):
        if not isinstance(page.get(trail), dict | None):
            page.wrong(f"a mapping is expected, {told(page.get(trail))} was found", trail)
    for trail, keys in _KEYS.items():
        for key in mapping(page.get(trail)).keys() - set(keys):
            what = f'unknown key "{key}"'
            page.wrong(what, (*trail, key), on_key=True, allowed=keys, word=key)


def _check_names(
    page: Page, named: list[tuple[Trail, str]], known: Mapping[str, JsonValue]
) -> None:
    for trail, word in named:
        if word not in known and not is_identity(word):
            page.wrong(f'nobody is called "{word}"', trail, allowed=known, word=word)


def _names(page: Page, part: str) -> dict[str, tuple[str, ...]]:
    found = {key: page.named((part, key)) for key in mapping(page.get((part,)))}
    for key, names in found.items():
        if not names:
            page.wrong(f'"{key}" stands for nobody', (part, key), on_key=True)
    return {key: tuple(word for _, word in names) for key, names in found.items()}


def _calendar(page: Page) -> Calendar:
    weekend = _words(page, ("calendar", "weekend"))
    for trail, word in weekend:
        if word not in _WEEKDAYS:
            page.wrong(f'"{word}" is no day of the week', trail, allowed=_WEEKDAYS, word=word)
    days = frozenset(_WEEKDAYS.index(word) for _, word in weekend if word in _WEEKDAYS)
    if len(days) == len(_WEEKDAYS):
        page.wrong("a weekend of seven days leaves none to work on", ("calendar", "weekend"))
    free = [_date(page, trail, word) for trail, word in _words(page, ("calendar", "free"))]
    [(trail, country)] = _words(page, ("calendar", "country"))[:1] or [((), "")]
    if country and country not in countries():
        what = f'the holidays of "{country}" are unknown; write DE, or DE-BY for a part'
        page.wrong(what, trail)
    return Calendar(
        weekend=Calendar().weekend if page.get(("calendar", "weekend")) is None else days,
        free=frozenset(filter(None, free)),
        country=country,
    )


def _date(page: Page, trail: Trail, word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        page.wrong(f'"{word}" is no date such as 2026-12-24', trail)
        return None


def _words(page: Page, trail: Trail) -> list[tuple[Trail, str]]:
    """The words of a value that is one word or a list of them, each with its trail."""
    value = page.get(trail)
    items = value if isinstance(value, list) else [] if value is None else [value]
    for n, item in enumerate(items):
        if not isinstance(item, str):
            place = (*trail, n) if isinstance(value, list) else trail
            page.wrong(f"a word is expected, {told(item)} was found", place)
    return page.named(trail)
