"""The playbooks that come with Podium: sound, and run whole on their samples with no model."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from adapters.documents import read_document
from adapters.tools import TOOLS
from adapters.understudy import Understudy
from bot.live import Live
from bot.playbook.library import load
from bot.playbook.model import Act, Answer, Choose, Do, Files, Judge, Playbook, Work
from bot.ports import Meter, ModelReply, Request
from bot.run import commands as c
from bot.run.events import Last
from bot.run.state import Gate, Run
from bot.settings import Settings
from bot.team import read_team
from bot.wiring import catalog, now, open_house
from tests.fakes import FakeLog
from tests.fakes_chat import FakeChat
from tests.understudy.honesty import inventions

FOLDER = Path(__file__).parent.parent / "playbooks"
SETTINGS = Settings(playbooks=FOLDER)
LIBRARY = load(FOLDER, catalog(SETTINGS, read_team(None)))
ANA = "web:podium:ana"
RUN = "r1"


class Overheard(Understudy):
    """The understudy, with what it was asked and what it said kept, and what people were asked."""

    def __init__(self) -> None:
        super().__init__(pace_s=0)
        self.heard: list[tuple[Request, str]] = []
        self.asks: dict[str, str] = {}

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        reply = await super().reply(request, meter)
        self.heard.append((request, reply.turn.text))
        return reply


def decision(run: Run, gate: Gate) -> c.Decision:
    """What somebody in a hurry says at a gate."""
    match gate.kind:
        case "review":
            return c.Approve(gate.id)
        case "choose":
            return c.Choose(gate.id, 0)
        case "do":
            return c.Done(gate.id, "Cleared: name no farm but Haslam.")
        case "answer":
            step = run.step(gate.step)
            form: JsonValue = dict.fromkeys(step.inputs) if isinstance(step, Answer) else None
            return c.Answer(gate.id, form or "Tom takes the leaflet by 30 November.")
        case _:
            raise AssertionError(gate)


async def play(
    name: str,
    player: Overheard,
    chat: FakeChat,
    more: dict[str, JsonValue] | None = None,
    **before: Any,
) -> Run:
    """A run from its sample to its end."""
    chats = {"web": chat}
    log = FakeLog()
    async with open_house(SETTINGS, log=log, chats=chats, live=Live(), player=player) as house:
        playbook = house.shelf.library.playbooks[name]
        values, files = house.intake.sample(house.shelf.library.samples[name], "ana")
        start = await house.intake.start(
            playbook,
            values | (more or {}),
            files,
            who=ANA,
            place="web:general",
            now=now(),
            **before,
        )
        run = await house.desk.handle(RUN, start, by=ANA)
        while not run.outcome:
            for gate in list(run.gates.values()):
                player.asks[gate.step] = gate.ask
                run = await house.desk.handle(RUN, decision(run, gate), by=ANA)
            if not run.outcome:
                await house.desk.moved(RUN, run.version)
                run = await house.desk.load(RUN)
        return run


def steps() -> Iterator[tuple[Playbook, object]]:
    for playbook in LIBRARY.playbooks.values():
        for step in playbook.steps.values():
            yield playbook, step


def test_nothing_is_wrong_with_what_is_shipped() -> None:
    assert [str(problem) for problem in LIBRARY.problems] == []
    assert LIBRARY.playbooks.keys() == LIBRARY.samples.keys()
    assert LIBRARY.playbooks.keys() == {
        "document-review",
        "launch-brief",
        "meeting-notes",
        "reply",
        "research-brief",
        "weekly-report",
    }


def test_every_specialist_is_used_and_says_what_it_is_for() -> None:
    used = {step.by for _, step in steps() if isinstance(step, Work | Judge)}
    assert used == LIBRARY.specialists.keys()
    assert all(s.description and s.instructions for s in LIBRARY.specialists.values())
    assert {tool for s in LIBRARY.specialists.values() for tool in s.tools} == TOOLS.keys()


def test_between_them_they_use_the_whole_format() -> None:
    playbooks = list(LIBRARY.playbooks.values())
    kinds = {type(step) for _, step in steps()}
    assert kinds == {Work, Judge, Choose, Answer, Do, Act}
    inputs = {spec.type for playbook in playbooks for spec in playbook.inputs.values()}
    assert inputs >= {"text", "long", "choice", "many", "number", "date", "yes_no", "files"}
    assert all(p.needs and p.budget.usd and p.budget.minutes for p in playbooks)
    assert all(any(isinstance(s, Judge) for s in p.steps.values()) for p in playbooks)
    assert all(p.deliver.review.remind and p.deliver.review.expire for p in playbooks)


@pytest.mark.parametrize("name", sorted(LIBRARY.samples))
def test_every_sample_file_can_be_read(name: str) -> None:
    sample, specs = LIBRARY.samples[name], LIBRARY.playbooks[name].inputs
    paths = [path for paths in sample.files.values() for path in paths]
    assert all(read_document(p.name, p.read_bytes(), "a file").text for p in paths)
    assert bool(paths) == any(isinstance(spec, Files) for spec in specs.values())


@pytest.mark.parametrize("name", sorted(LIBRARY.samples))
async def test_it_runs_whole_on_its_sample_and_nothing_is_invented(name: str) -> None:
    player, chat = Overheard(), FakeChat()
    run = await play(name, player, chat)
    assert run.outcome == "approved"
    assert run.models == {"understudy"}
    assert run.spent_usd == 0
    drafted = [(request, said) for request, said in player.heard if not is_verdict(request)]
    assert [inventions(said, request) for request, said in drafted] == [[]] * len(drafted)
    assert len(chat.messages) == len(LIBRARY.playbooks[name].deliver.then)


def is_verdict(request: Request) -> bool:
    return request.shape is not None and request.shape.get("title") == "Verdict"


async def test_claims_for_the_press_are_cleared_by_a_person_first() -> None:
    player = Overheard()
    run = await play("launch-brief", player, FakeChat(), {"audience": "press"})
    assert run.steps["clearance"].value == "Cleared: name no farm but Haslam."
    drafts = [
        request for request, _ in player.heard if "# Your role: writer" in request.instructions
    ]
    assert all("name no farm but Haslam" in request.instructions for request in drafts)


async def test_the_launch_date_is_asked_for_only_when_nobody_said_it() -> None:
    run = await play("launch-brief", Overheard(), FakeChat(), {"launch_date": "2027-02-02"})
    assert run.steps["day"].status == "skipped"


async def test_owners_are_asked_for_only_where_they_are_missing() -> None:
    player = Overheard()
    run = await play("meeting-notes", player, FakeChat())
    assert player.asks["owners"].count("\n- ") == 2
    assert "Somebody from marketing must do that." in player.asks["owners"]
    assert "| Tom | 30 November |" in str(run.steps["checked"].value)


async def test_the_next_weekly_report_knows_the_last_one_and_is_judged_by_it() -> None:
    player = Overheard()
    last = Last(result="# Week 46\n\n- Per rewires the alarm by Friday.", approved_at="Friday")
    at = datetime(2026, 11, 16, 9, tzinfo=UTC)
    run = await play("weekly-report", player, FakeChat(), last=last, since=at)
    (week, analysed), (report, drafted), (judged, _) = player.heard
    assert "what came since Monday 16 November 2026, 09:00 (UTC), when" in week.instructions
    assert "Per rewires the alarm by Friday." in week.instructions
    assert "Per rewires the alarm by Friday." in judged.instructions
    assert "Per rewires" not in week.brief + report.instructions + drafted
    assert inventions(drafted, report) == []
    # What became of it is for a model to say, and what is not said gets no heading.
    assert json.loads(analysed)["promised"] == []
    assert "Since the last report" not in report.instructions
    assert run.outcome == "approved"


async def test_a_review_is_announced_when_the_requester_wants_it() -> None:
    chat = FakeChat()
    run = await play("document-review", Overheard(), chat, {"tell_team": True})
    assert run.steps["announce"].status == "done"
    assert len(chat.messages) == 1
