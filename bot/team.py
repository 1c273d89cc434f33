"""The team file: people with their identities, and groups of them."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from bot.playbook.model import Frozen, Names
from bot.policy import Team


class TeamFileError(ValueError):
    """The team file cannot be used; the text says where and why."""


class _TeamFile(Frozen):
    people: dict[str, Names] = {}
    groups: dict[str, Names] = {}


def read_team(path: Path | None) -> Team:
    """The team that a file names; nobody when there is none. Raises TeamFileError."""
    if path is None:
        return Team()
    try:
        found = _TeamFile.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except OSError as error:
        raise TeamFileError(f"{path}: {error.strerror}. PODIUM_TEAM names this file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TeamFileError(f"{path}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TeamFileError(f"{path}: {where}: {first['msg']}") from error
    unknown = {p for group in found.groups.values() for p in group if not _known(p, found)}
    if unknown:
        raise TeamFileError(f"{path}: groups name people it does not list: {', '.join(unknown)}")
    return Team(people=found.people, groups=found.groups)


def _known(person: str, file: _TeamFile) -> bool:
    return person in file.people or person.count(":") >= 2
