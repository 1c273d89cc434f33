"""What is wrong with a file that people wrote, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.playbook.wording import nearest

Level = Literal["error", "warning"]

_MOST_TOLD = 100
_MOST_ALLOWED = 20


@dataclass(frozen=True, order=True)
class Place:
    """A line and a column, both from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong with a file; `file` is its path inside the playbooks folder."""

    file: str
    line: int
    column: int
    level: Level
    what: str
    allowed: tuple[str, ...] = ()
    nearest: str | None = None

    def __str__(self) -> str:
        told = f"{self.file}:{self.line}:{self.column}: {self.level}: {self.what}"
        if self.allowed:
            more = len(self.allowed) - _MOST_ALLOWED
            told += "; allowed: " + ", ".join(self.allowed[:_MOST_ALLOWED])
            told += f" and {more} more" if more > 0 else ""
        return f'{told}; did you mean "{self.nearest}"?' if self.nearest else told


class Findings:
    """The problems of one file as they are found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Problem, None] = {}

    @property
    def has_errors(self) -> bool:
        return any(problem.level == "error" for problem in self._found)

    def add(
        self,
        what: str,
        place: Place,
        *,
        allowed: Iterable[str] = (),
        word: str = "",
        near: str | None = None,
        level: Level = "error",
    ) -> None:
        """Note a problem once; `word` is what was written where one of `allowed` belongs."""
        if len(self._found) > _MOST_TOLD:
            return
        if len(self._found) == _MOST_TOLD:
            what = f"more than {_MOST_TOLD} problems; the rest is not told"
            allowed, word, near = (), "", None
        choices = tuple(allowed)
        problem = Problem(
            file=self.file,
            line=place.line,
            column=place.column,
            level=level,
            what=what,
            allowed=choices,
            nearest=nearest(word, choices) if word else near,
        )
        self._found[problem] = None

    def sorted(self) -> tuple[Problem, ...]:
        """The problems in the order in which they stand in the file."""
        return tuple(sorted(self._found, key=lambda problem: (problem.line, problem.column)))
