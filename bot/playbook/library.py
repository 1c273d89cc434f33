"""The playbooks folder: its playbooks, specialists and samples, and all that is wrong with them."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.playbook.catalog import Catalog
from bot.playbook.check import Surroundings, read_playbook
from bot.playbook.files import Unreadable, read_text
from bot.playbook.model import Playbook, Specialist
from bot.playbook.problem import Findings, Place, Problem
from bot.playbook.samples import SAMPLES, Sample, read_sample
from bot.playbook.source import Page, parse
from bot.playbook.specialists import read_specialist

_PLAYBOOK_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NAME_RULE = "small letters, digits, - and _, a letter first, 40 at most"


@dataclass(frozen=True, kw_only=True)
class Library:
    """What a folder holds that is sound, by name, and what is wrong with it and with the rest."""

    playbooks: Mapping[str, Playbook]
    specialists: Mapping[str, Specialist]
    samples: Mapping[str, Sample]
    problems: tuple[Problem, ...]


def load(folder: Path, catalog: Catalog) -> Library:
    """Everything in a playbooks folder; a file with errors is left out and the others are kept."""
    return _Loading(folder, catalog).whole()


@dataclass
class _Loading:
    folder: Path
    catalog: Catalog
    playbooks: dict[str, Playbook] = field(default_factory=dict[str, Playbook])
    specialists: dict[str, Specialist] = field(default_factory=dict[str, Specialist])
    samples: dict[str, Sample] = field(default_factory=dict[str, Sample])
    broken: set[str] = field(default_factory=set[str])
    problems: list[Problem] = field(default_factory=list[Problem])

    def whole(self) -> Library:
        if not self.folder.is_dir():
            findings = Findings(_shown(self.folder))
            findings.add("there is no such folder", Place())
            self.problems += findings.sorted()
        self._each("specialists", "*.md", self._specialist)
        self._each("", "*.yaml", self._playbook)
        self._each(SAMPLES, "*.yaml", self._sample)
        self._each("", "*.yml", self._misnamed)
        self._each(SAMPLES, "*.yml", self._misnamed)
        return Library(
            playbooks=self.playbooks,
            specialists=self.specialists,
            samples=self.samples,
            problems=tuple(sorted(self.problems, key=lambda problem: problem.file)),
        )

    def _each(self, part: str, pattern: str, read: Callable[[Path, Findings], None]) -> None:
        for path in sorted((self.folder / part).glob(pattern)):
            if path.stem.casefold() != "readme" and not path.name.startswith("."):
                findings = Findings(_shown(path.relative_to(self.folder)))
                read(path, findings)
                self.problems += findings.sorted()

    def _text(self, path: Path, findings: Findings) -> str | None:
        try:
            return read_text(path, self.folder)
        except Unreadable as error:
            findings.add(f"the file {error}", error.place)
        return None

    def _page(self, path: Path, findings: Findings) -> Page | None:
        text = self._text(path, findings)
        return None if text is None else parse(text, findings)

    def _specialist(self, path: Path, findings: Findings) -> None:
        text = self._text(path, findings)
        found = None if text is None else read_specialist(text, path.stem, self.catalog, findings)
        if found is None:
            self.broken.add(path.stem)
        elif found.name in self.specialists:
            findings.add(f'another file has the specialist "{found.name}" already', Place(2))
        else:
            self.specialists[found.name] = found

    def _playbook(self, path: Path, findings: Findings) -> None:
        if not _PLAYBOOK_NAME.fullmatch(path.stem):
            what = "the name of the file is the playbook's name, and people type it"
            findings.add(what, Place(), allowed=(_NAME_RULE,))
        page = self._page(path, findings)
        around = Surroundings(
            folder=self.folder,
            specialists=dict.fromkeys(self.broken, False) | dict.fromkeys(self.specialists, True),
            reviewers=self.catalog.reviewers,
        )
        if page and (playbook := read_playbook(page, around)):
            self.playbooks[path.stem] = playbook.model_copy(update={"name": path.stem})

    def _sample(self, path: Path, findings: Findings) -> None:
        playbook = self.playbooks.get(path.stem)
        if playbook is None:
            if not (self.folder / path.name).exists():
                what = f'there is no playbook "{path.stem}"'
                findings.add(what, Place(), allowed=sorted(self.playbooks), word=path.stem)
            return
        page = self._page(path, findings)
        if page and (sample := read_sample(page, playbook.inputs, self.folder)):
            self.samples[path.stem] = sample

    def _misnamed(self, path: Path, findings: Findings) -> None:
        what = f"only files that end in .yaml are read; rename it to {path.stem}.yaml"
        findings.add(what, Place(), level="warning")


def _shown(path: Path) -> str:
    """A path as text that can be printed, whatever bytes its name has."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
