"""What a scripted model says in the pictures, on the shipped playbooks' own samples."""

import json
from pathlib import Path

from tests.servers.messages_api import Body, Reply, plausible
from tests.stories.cast import asked

TEXTS = Path(__file__).parent / "texts"
DRAFTS: tuple[str, ...] = ("draft-1.md", "draft-2.md", "draft-3.md", "draft-4.md")
REPLIES: tuple[str, ...] = ("reply-1.md", "reply-2.md", "reply-3.md")
PAUSE_S = 0.015  # 24 characters every 15 ms, so that a bar on the timeline has a length
AT_WORK_PAUSE_S = 0.5
REASONS = (
    "What, for whom and when stand in the first paragraph.",
    "Each claim names its document.",
    "The whole range, with the crops.",
    "France and Spain stay open.",
    "One page; the last line could be shorter.",
)


class Script:
    """Answers as the specialists of the pictures; the last draft is that of a revision."""

    def __init__(self) -> None:
        self._drafts = [*DRAFTS]
        self._replies = [*REPLIES]

    def answer(self, body: Body) -> Reply:
        said = asked(body)
        task = said[said.rfind("# Your task") :]
        at_work = "Say what happened in the week" in task  # while the pictures are taken
        return Reply(text=self._text(task, body), pause_s=AT_WORK_PAUSE_S if at_work else PAUSE_S)

    def _text(self, task: str, body: Body) -> str:
        if "Gather what a launch brief" in task:
            return _read("facts.json")
        if "Propose three angles" in task:
            return _read("angles.json")
        if "Write a one-page launch brief" in task:
            return _next(self._drafts)
        if "Write a reply in a" in task:
            return _next(self._replies)
        return verdict(body) if "# Rubric" in task else plausible(body).text


def verdict(body: Body) -> str:
    """The first candidate wins, on every line that the judge was given."""
    found = json.loads(plausible(body).text)
    for score in found["scores"]:
        line, first = score["line"], score["candidate"] == 0
        score["score"] = 9 - line % 2 - (0 if first else 2 + score["candidate"] * (line % 3))
        score["reason"] = REASONS[line % len(REASONS)] if first else "Says it later, or not whole."
    return json.dumps(found | {"best": 0, "why": "It leads with the hours, and shows its sources."})


def _next(files: list[str]) -> str:
    return _read(files.pop(0) if len(files) > 1 else files[0])


def _read(file: str) -> str:
    return (TEXTS / file).read_text("utf-8")
