"""A playbooks folder for tests: four sound specialists and one playbook to be changed."""

import re
from pathlib import Path

from bot.playbook.catalog import Catalog
from bot.playbook.library import Library, load

CATALOG = Catalog(
    models=frozenset({"haiku", "opus", "sonnet"}),
    tools=frozenset({"find", "web_fetch", "web_search"}),
    reviewers=frozenset({"ana", "leads"}),
)

SPECIALIST = """\
---
name: {name}
description: Does what a {name} does.
---
You are a {name}.
"""

BRIEF = """\
about: A launch brief
inputs:
  product: {type: text}
steps:
  angles:
    by: strategist
    do: Angles on {{ product }}.
    returns: {angles: [text]}
  facts:
    by: researcher
    each: angles.angles
    do: What supports {{ item }}.
  lead:
    human: choose
    from: angles.angles
    ask: Which angle?
  draft:
    by: writer
    variants: 3
    do: Lead with {{ lead }}, from {{ facts }}.
  best:
    judge: draft
    by: critic
    rubric: [One page]
deliver:
  from: best
"""


WORK_KEYS = "after, when, by, do, each, variants, returns, judge, human, act"
STEPS = "angles, facts, lead, draft, best"
NAMES = f"product, {STEPS}, today, requester, last, since"
TYPES = "text, long, choice, many, number, date, yes_no, person, files"


class Folder:
    """Playbook files under a folder, and what loading them tells."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in ("strategist", "researcher", "writer", "critic"):
            self.write(f"specialists/{name}.md", SPECIALIST.format(name=name))

    def write(self, file: str, content: str | bytes) -> Path:
        path = self.path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self) -> Library:
        return load(self.path, CATALOG)

    def told(self) -> list[str]:
        return [str(problem) for problem in self.load().problems]


def told(folder: Folder, old: str, new: str) -> list[str]:
    """What is told of the brief when a part of it is changed, without the file's name."""
    assert old in BRIEF
    folder.write("brief.yaml", BRIEF.replace(old, new, 1))
    library = folder.load()
    errors = any(problem.level == "error" for problem in library.problems)
    assert ("brief" in library.playbooks) is not errors
    assert {problem.file for problem in library.problems} <= {"brief.yaml"}
    return [str(problem).removeprefix("brief.yaml:") for problem in library.problems]


def lines(expected: str) -> list[str]:
    """The problems in a block of text, in which an indented line goes on with the one before."""
    return re.sub(r"\n +", " ", expected).strip().splitlines()
