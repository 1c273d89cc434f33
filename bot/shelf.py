"""The shelf: the playbooks as their files say now, read again when a file changes."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from bot.playbook.catalog import Catalog
from bot.playbook.library import Library, load

log = logging.getLogger("podium.shelf")

_KINDS = ("*.yaml", "specialists/*.md", "context/*", "samples/*.yaml")
_Seen = tuple[tuple[str, int, int], ...]


@dataclass
class Shelf:
    """Gives the current library; a run that has started keeps what it started with."""

    folder: Path
    catalog: Catalog
    _seen: _Seen = ()
    _library: Library = field(init=False)

    def __post_init__(self) -> None:
        self._seen = self._look()
        self._library = load(self.folder, self.catalog)
        self._tell()

    @property
    def library(self) -> Library:
        now = self._look()
        if now != self._seen:
            self._seen = now
            self._library = load(self.folder, self.catalog)
            self._tell()
        return self._library

    def _look(self) -> _Seen:
        files = (path for kind in _KINDS for path in self.folder.glob(kind) if path.is_file())
        stats = ((str(path), path.stat()) for path in files)
        return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats))

    def _tell(self) -> None:
        for problem in self._library.problems:
            log.warning("playbook_problem %s", problem)
