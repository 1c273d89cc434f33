"""Addresses of the page: which section they show, and what of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

SectionName = Literal["home", "chat", "runs", "run", "schedules", "playbooks", "health"]

_MOST = 20
_SECTIONS: dict[tuple[str, bool], SectionName] = {
    ("c", True): "chat",
    ("runs", False): "runs",
    ("runs", True): "run",
    ("schedules", False): "schedules",
    ("schedules", True): "schedules",
    ("playbooks", False): "playbooks",
    ("playbooks", True): "playbooks",
    ("health", False): "health",
}


@dataclass(frozen=True)
class Address:
    """`rest` is what follows the section's own word; `asked` is the query."""

    section: SectionName
    path: str
    rest: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict[str, str])


def address(url: str) -> Address:
    """What an address shows; home for every address that is none of the page's."""
    try:
        split = urlsplit(url)
    except ValueError:  # half a host's name
        return Address("home", "/")
    parts = tuple(unquote(part) for part in split.path.strip("/").split("/"))
    section = _SECTIONS.get((parts[0], len(parts) > 1))
    if section is None:
        return Address("home", "/")
    asked = dict(parse_qsl("&".join(split.query.split("&")[:_MOST])))
    return Address(section, url, parts[1:], asked)


def run_path(run: str) -> str:
    return f"/runs/{quote(run, safe='')}"


def schedule_path(schedule: str) -> str:
    return f"/schedules/{quote(schedule, safe='')}"


def playbook_path(name: str) -> str:
    return f"/playbooks/{quote(name, safe='')}"


def runs_path(asked: Mapping[str, str]) -> str:
    """The list of runs under these filters; those that are empty are left out."""
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/runs?{query}" if query else "/runs"
