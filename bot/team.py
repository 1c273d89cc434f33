"""The team file: people with their identities, and groups of them."""

from pathlib import Path

from bot.playbook.files import Unreadable, read_text
from bot.playbook.inputs import is_identity
from bot.playbook.problem import Findings
from bot.playbook.source import Page, mapping, parse
from bot.playbook.wording import told
from bot.policy import Team

_PARTS = ("people", "groups")


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
    for trail in ((), *((part,) for part in _PARTS)):
        if not isinstance(page.get(trail), dict | None):
            page.wrong(f"a mapping is expected, {told(page.get(trail))} was found", trail)
    for key in mapping(page.value).keys() - set(_PARTS):
        page.wrong(f'unknown key "{key}"', (key,), on_key=True, allowed=_PARTS, word=key)
    people = mapping(page.get(("people",)))
    for name in people:
        for trail, word in page.named(("people", name)):
            if not is_identity(word):
                page.wrong(f'"{word}" is no identity such as web:podium:ana', trail)
    for name in mapping(page.get(("groups",))):
        for trail, word in page.named(("groups", name)):
            if word not in people and not is_identity(word):
                page.wrong(f'nobody is called "{word}"', trail, allowed=people, word=word)
    return Team(people=_names(page, "people"), groups=_names(page, "groups"))


def _names(page: Page, part: str) -> dict[str, tuple[str, ...]]:
    found = {key: page.named((part, key)) for key in mapping(page.get((part,)))}
    for key, names in found.items():
        if not names:
            page.wrong(f'"{key}" stands for nobody', (part, key), on_key=True)
    return {key: tuple(word for _, word in names) for key, names in found.items()}
