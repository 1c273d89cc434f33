"""The shelf: the playbooks as their files say now, read again when a file changes."""

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

from bot.playbook.catalog import Catalog
from bot.playbook.library import Library, load
from bot.playbook.model import Playbook
from bot.playbook.wording import hint
from bot.run.decide import Refused

log = logging.getLogger("podium.shelf")

_PARTS = ("", "specialists", "context", "samples")
_Seen = tuple[tuple[str, int, int], ...]


@dataclass
class Shelf:
    """Gives the current library; a run that has started keeps what it started with."""

    folder: Path
    catalog: Catalog
    _seen: _Seen = field(init=False)
    _library: Library = field(init=False)

    def __post_init__(self) -> None:
        self._load(self._look())

    @property
    def library(self) -> Library:
        """What the files say now."""
        if (now := self._look()) != self._seen:
            self._load(now)
        return self._library

    @property
    def latest(self) -> Library:
        """What they said when they were last looked at: for who has just taken a playbook."""
        return self._library

    def playbook(self, name: str) -> Playbook:
        """The playbook of a name. Raises Refused, which says what there is instead."""
        library = self.library
        if name in library.playbooks:
            return library.playbooks[name]
        broken = [problem for problem in library.problems if problem.file == f"{name}.yaml"]
        if broken:
            more = f" And {len(broken) - 1} more: see podium check." if broken[1:] else ""
            raise Refused(f'The file of "{name}" is broken. {broken[0]}{more}')
        raise Refused(
            f'There is no playbook "{name}"{hint(name, library.playbooks) or "; see /playbooks"}'
        )

    def _load(self, seen: _Seen) -> None:
        self._seen, self._library = seen, load(self.folder, self.catalog)
        for problem in self._library.problems:
            log.warning("playbook_problem %s", problem)

    def _look(self) -> _Seen:
        return tuple(sorted(seen for part in _PARTS for seen in _files(self.folder / part)))


def _files(folder: Path) -> _Seen:
    """Looked at before every start, so with as few calls of the system as can be."""
    try:
        with os.scandir(folder) as entries:
            stats = [(entry.path, entry.stat()) for entry in entries if entry.is_file()]
    except OSError:  # it is not there, or a file has just gone
        return ()
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)
