"""What the gallery shows: a card for each playbook, and what is wrong with files. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypedDict

from adapters.web.address import playbook_path
from adapters.web.prose import harmless
from adapters.web.views.hues import hues
from adapters.web.views.wording import counted, span
from bot.cards.run import money
from bot.playbook.library import Library
from bot.playbook.model import Answer, Budget, Choose, Do, Playbook
from bot.playbook.problem import Level, Problem
from bot.playbook.samples import SAMPLES

_AROUND = 2
_WIDE = 160
_WORD = re.compile(r"[^\s,:;{}\[\]\"]{1,40}|\S")

ReadFile = Callable[[str], str | None]
"""The text of a file of the playbooks folder by its path there; None when it is no text."""


class ShownCard(TypedDict):
    """A playbook in the gallery; `who` are specialists with the numbers of their colours."""

    name: str
    path: str
    about: str
    who: list[tuple[str, int]]
    facts: list[str]
    sample: bool


class ShownLine(TypedDict):
    """A line of a file; what is wrong with it begins at `at`."""

    number: int
    before: str
    at: str
    after: str


class ShownProblem(TypedDict):
    told: str
    level: Level
    lines: list[ShownLine]


class ShownFile(TypedDict):
    """A file with problems; `path` is that of the playbook it stands for, if it does."""

    file: str
    path: str
    broken: bool
    problems: list[ShownProblem]


def cards(library: Library) -> list[ShownCard]:
    return [card(book, library) for book in library.playbooks.values()]


def card(playbook: Playbook, library: Library) -> ShownCard:
    return ShownCard(
        name=playbook.name,
        path=playbook_path(playbook.name),
        about=harmless(playbook.about),
        who=[(harmless(name), hue) for name, hue in hues(playbook).items()],
        facts=facts(playbook),
        sample=playbook.name in library.samples,
    )


def facts(playbook: Playbook) -> list[str]:
    """How much of everything there is in a playbook."""
    asked = sum(isinstance(step, Choose | Answer | Do) for step in playbook.steps.values())
    return [
        counted(len(playbook.inputs), "input"),
        counted(len(playbook.steps), "step"),
        # The review is one too.
        counted(asked + 1, "decision"),
        *budget(playbook.budget),
    ]


def budget(limits: Budget) -> list[str]:
    """What a run may take, as short phrases; nothing where nothing is set."""
    usd = [f"up to {money(limits.usd)}"] if limits.usd is not None else []
    minutes = [f"up to {span(limits.minutes * 60)}"] if limits.minutes is not None else []
    return [*usd, *minutes]


def files(problems: Iterable[Problem], read: ReadFile) -> list[ShownFile]:
    """What is wrong, file by file, those that cannot be used first."""
    by_file = groupby(sorted(problems, key=lambda one: one.file), key=lambda one: one.file)
    shown = [_file(name, [*found], read) for name, found in by_file]
    return sorted(shown, key=lambda one: not one["broken"])


def of_playbook(problems: Iterable[Problem], name: str) -> list[Problem]:
    """Those of a playbook's own file and of its sample."""
    own = {f"{name}.yaml", f"{SAMPLES}/{name}.yaml"}
    return [problem for problem in problems if problem.file in own]


def _file(name: str, problems: Sequence[Problem], read: ReadFile) -> ShownFile:
    text = read(name)
    lines = text.removesuffix("\n").split("\n") if text else []
    stem = name.removesuffix(".yaml")
    return ShownFile(
        file=harmless(name),
        path=playbook_path(stem) if stem != name and "/" not in stem else "",
        broken=any(problem.level == "error" for problem in problems),
        problems=[
            ShownProblem(
                told=harmless(str(problem)),
                level=problem.level,
                lines=_excerpt(lines, problem),
            )
            for problem in problems
        ],
    )


def _excerpt(lines: Sequence[str], problem: Problem) -> list[ShownLine]:
    """The line of the problem among its neighbours."""
    at = min(problem.line, len(lines))
    first, last = max(at - _AROUND, 1), min(at + _AROUND, len(lines))
    return [
        _marked(number, lines[number - 1], problem.column - 1)
        if number == at
        else ShownLine(number=number, before=_cut(lines[number - 1]), at="", after="")
        for number in range(first, last + 1)
    ]


def _marked(number: int, line: str, column: int) -> ShownLine:
    before, rest = line[:column], line[column:]
    word = _WORD.match(rest)
    at = word[0] if word else " "
    if len(before) > _WIDE // 2:
        before = f"…{before[-_WIDE // 2 :]}"
    after = _cut(rest[len(at) :])
    return ShownLine(number=number, before=harmless(before), at=harmless(at), after=after)


def _cut(line: str) -> str:
    return harmless(line if len(line) <= _WIDE else f"{line[:_WIDE]}…")
