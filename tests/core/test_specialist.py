"""One specialist at work."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

import pytest
from pydantic import JsonValue

from adapters.workers import InProcess
from bot.desk import PODIUM, Desk
from bot.live import Live, News, Words
from bot.playbook.model import Playbook
from bot.ports import Model, ModelFailed, ModelReply, Tool, ToolSpec
from bot.run import commands as c
from bot.run.decide import Stale
from bot.run.events import Brief, ModelTurn, Task, ToolCall
from bot.run.state import Run
from bot.specialist import MOST_CALLS, Specialist
from tests.core.rig import HeldLog, Rig, starting, until
from tests.fakes import FakeLog
from tests.fakes_model import HeldModel, ScriptedModel, answered
from tests.run.director import ANA, NINE, TEAM, Steps, playbook

AGAIN = ModelFailed("The model is busy.", retry=True)
NEVER = ModelFailed("The key is wrong.", retry=False)
DRAFT = Task(run="r1", step="draft")
CRITIC = playbook({"draft": {"by": "critic", "do": "D"}})
PAIR = playbook({"draft": {"by": "writer", "do": "D", "variants": 2}}, budget={"usd": 0.15})


class Find:
    """A tool that finds what it is asked for, or says why not."""

    spec = ToolSpec(name="find", description="Finds.", arguments={"type": "object"})

    def __init__(self) -> None:
        self.asked: list[JsonValue] = []

    async def call(self, arguments: JsonValue, brief: Brief) -> str:
        self.asked.append(arguments)
        if arguments == "nothing":
            raise ValueError("There is nothing of that name.")
        if arguments == "a fault":
            raise TimeoutError
        return f"found {arguments} in {brief.inputs['product']}"


class Team:
    """A desk with specialists that work."""

    def __init__(self, model: Model, log: FakeLog | None = None, slots: int = 8) -> None:
        self.log = log or FakeLog()
        self.workers = InProcess(again_s=0)
        self.live = Live()
        self.news: list[News] = []
        self.live.listen(self.news.append)
        self.find = Find()
        self.desk = Desk(
            log=self.log, workers=self.workers, live=self.live, team=TEAM, now=lambda: NINE
        )
        tools: dict[str, Tool] = {"find": self.find}
        self.specialist = Specialist(
            desk=self.desk,
            live=self.live,
            model=model,
            tools=tools,
            calls_at_once=slots,
            pauses_s=(0, 0),
            again_s=0,
        )
        self.workers.begin(work=self.specialist.work, broke=self.broke, wake=self.desk.wake)

    async def broke(self, task: Task, fault: Exception) -> None:
        await self.desk.handle(task.run, c.Fail(task=task, why=repr(fault)), by=PODIUM)

    async def start(self, book: Playbook | None = None, run: str = "r1") -> Run:
        return await self.desk.handle(run, starting(book), by=ANA)

    async def waits(self, run: str = "r1") -> Run:
        """The run, as soon as it waits for a person."""
        while not (found := await self.desk.load(run)).gates:
            await self.desk.moved(run, found.version)
        return found

    def kinds(self, run: str = "r1") -> list[str]:
        return [record.event.kind for record in self.log.events[run]]


async def told(script: Iterable[ModelReply | BaseException], book: Playbook | None = None) -> Team:
    """A team whose run went as far as it goes without people."""
    team = Team(ScriptedModel(script))
    await team.start(book)
    await team.waits()
    return team


def calls(*arguments: JsonValue, name: str = "find") -> ModelReply:
    wanted = [ToolCall(id=str(n), name=name, arguments=a) for n, a in enumerate(arguments)]
    return answered(calls=tuple(wanted))


def failures(run: Run) -> Sequence[str]:
    return [failure.why for state in run.steps.values() for failure in state.failures.values()]


async def test_an_answer_is_handed_in_with_the_call_that_gave_it() -> None:
    team = await told([answered("The text.")])
    assert team.kinds()[-4:] == ["call_started", "call_finished", "task_finished", "drafted"]
    run = await team.desk.load("r1")
    assert (run.drafts[0].value, run.spent_usd, run.calls) == ("The text.", 0.01, {})


async def test_words_are_shown_as_they_come() -> None:
    model = HeldModel()
    team = Team(model)
    await team.start()
    (call,) = await model.held()
    call.say("The ")
    call.say("text")
    assert [news.text for news in team.news if isinstance(news, Words)] == ["The ", "The text"]
    call.answer("The text.")
    await team.waits()


async def test_an_answer_is_corrected_twice_and_then_a_person_is_asked() -> None:
    team = await told([answered("")] * 3)
    run = await team.desk.load("r1")
    assert failures(run) == ["The answer was wrong 3 times; the last time: it is empty"]
    assert run.spent_usd == pytest.approx(0.03)


async def test_a_corrected_answer_counts() -> None:
    model = ScriptedModel([answered(""), answered("The text.")])
    team = Team(model)
    await team.start()
    run = await team.waits()
    assert run.drafts[0].value == "The text."
    assert [turn.role for turn in model.requests[1].turns] == ["model", "person"]


async def test_to_try_again_after_wrong_answers_begins_afresh() -> None:
    model = ScriptedModel([*[answered("")] * 3, answered("The text.")])
    team = Team(model)
    await team.start()
    (gate,) = (await team.waits()).gates
    await team.desk.handle("r1", c.Retry(gate), by=ANA)
    run = await team.waits()
    assert run.drafts[0].value == "The text."
    assert model.requests[-1].turns == ()


async def test_a_busy_model_is_asked_again_as_often_as_there_are_pauses() -> None:
    team = await told([AGAIN, AGAIN, answered("The text.")])
    assert (await team.desk.load("r1")).drafts
    assert team.kinds().count("call_failed") == 2
    team = await told([AGAIN, AGAIN, AGAIN])
    assert failures(await team.desk.load("r1")) == ["The model is busy."]


async def test_what_cannot_help_is_not_tried_again() -> None:
    team = await told([NEVER])
    run = await team.desk.load("r1")
    assert failures(run) == ["The key is wrong."]
    assert team.kinds().count("call_started") == 1


async def test_to_try_again_goes_on_from_what_is_finished() -> None:
    model = ScriptedModel([calls("red"), NEVER, answered("The text.")])
    team = Team(model)
    await team.start(CRITIC)
    (gate,) = (await team.waits()).gates
    await team.desk.handle("r1", c.Retry(gate), by=ANA)
    assert (await team.waits()).drafts
    assert [turn.role for turn in model.requests[-1].turns] == ["model", "tools"]
    assert team.find.asked == ["red"]


async def test_a_model_whose_price_is_unknown_cannot_keep_a_budget() -> None:
    team = Team(ScriptedModel([], reserve_usd=None))
    await team.start(playbook(budget={"usd": 1}))
    (why,) = failures(await team.waits())
    assert why.startswith("The price of the model sonnet is not known")
    team = Team(ScriptedModel([answered("The text.")], reserve_usd=None))
    await team.start()
    assert (await team.waits()).drafts


# --- tools ---------------------------------------------------------------------------------


async def test_tools_answer_in_the_order_they_were_called() -> None:
    model = ScriptedModel([calls("red", "nothing", "a fault"), answered("The text.")])
    team = Team(model)
    await team.start(CRITIC)
    await team.waits()
    turn = model.requests[1].turns[-1]
    assert turn.role == "tools"
    assert [(result.text, result.is_error) for result in turn.results] == [
        ("found red in Acme", False),
        ("There is nothing of that name.", True),
        ("TimeoutError", True),
    ]


@pytest.mark.parametrize(("book", "own"), [(None, "none"), (CRITIC, "find")])
async def test_a_tool_that_is_not_ones_own_is_refused(book: Playbook | None, own: str) -> None:
    name = "delete" if book else "find"
    model = ScriptedModel([calls("all", name=name), answered("The text.")])
    team = Team(model)
    await team.start(book)
    await team.waits()
    turn = model.requests[1].turns[-1]
    assert turn.role == "tools"
    (refused,) = turn.results
    assert refused.text == f"The tool {name} is not for you; yours are: {own}."
    assert refused.is_error
    assert team.find.asked == []


# --- money ------------------------------------------------------------------------------------


async def test_a_call_that_is_cancelled_settles_what_it_cost_so_far() -> None:
    model = HeldModel()
    team = Team(model)
    await team.start()
    (call,) = await model.held()
    call.say("half", cost_usd=0.07)
    await team.desk.handle("r1", c.Cancel(), by=ANA)
    await until(lambda: team.log.summaries["r1"].status != "working")
    run = await team.desk.load("r1")
    assert (run.spent_usd, run.calls) == (0.07, {})
    assert team.kinds()[-1] == "call_failed"


async def test_a_call_is_settled_when_its_run_ended_in_the_append_that_began_it() -> None:
    log = HeldLog()
    team = Team(HeldModel(), log)
    await team.start(playbook({"draft": {"by": "writer", "do": "D", "variants": 2}}))
    log.reached.clear()
    log.may_append.clear()
    await log.reached.wait()  # one call begins; what is asked from now on is appended together
    await asyncio.sleep(0)
    cancelling = asyncio.create_task(team.desk.handle("r1", c.Cancel(), by=ANA))
    await asyncio.sleep(0)
    log.may_append.set()
    await cancelling
    await until(lambda: team.log.summaries["r1"].status != "working")
    run = await team.desk.load("r1")
    assert (run.outcome, run.calls) == ("cancelled", {})
    assert team.kinds().count("call_started") == team.kinds().count("call_failed") == 2


async def test_a_fault_in_a_call_settles_it_too() -> None:
    team = await told([RuntimeError("oh")])
    run = await team.desk.load("r1")
    assert (run.calls, failures(run)) == ({}, ["RuntimeError('oh')"])


async def test_a_call_waits_for_the_money_that_others_hold() -> None:
    model = HeldModel()
    team = Team(model)
    await team.start(PAIR)
    (first,) = await model.held()
    first.answer("one")
    (second,) = await model.held()
    second.answer("two")
    assert (await team.waits()).drafts[0].value == ["one", "two"]


async def test_a_person_is_asked_when_the_money_is_used_up() -> None:
    model = HeldModel()
    team = Team(model)
    await team.start(PAIR)
    (first,) = await model.held()
    first.reply(answered("one", cost_usd=0.1))
    (gate,) = (await team.waits()).gates.values()
    assert gate.kind == "usd"
    await team.desk.handle("r1", c.Extend(gate.id, usd=1), by=ANA)
    (second,) = await model.held()
    second.answer("two")
    assert (await team.waits()).drafts


async def test_only_so_many_calls_of_a_model_are_made_at_once() -> None:
    model = HeldModel()
    team = Team(model, slots=2)
    await team.start(playbook({"draft": {"by": "writer", "do": "D", "variants": 3}}))
    first, _ = await model.held(2)
    for _ in range(50):
        await asyncio.sleep(0)
    assert len(model.waiting) == 2
    first.answer("one")
    for call in await model.held(2):
        call.answer("more")
    assert (await team.waits()).drafts


# --- faults -----------------------------------------------------------------------------------


async def test_an_answer_is_kept_until_the_log_takes_it() -> None:
    log = HeldLog()
    model = HeldModel()
    team = Team(model, log)
    await team.start()
    (call,) = await model.held()
    log.away = "before"
    call.answer("The text.")
    assert (await team.waits()).drafts[0].value == "The text."
    assert len(model.calls) == 1


async def test_an_answer_that_the_log_took_unseen_is_not_asked_for_again() -> None:
    log = HeldLog()
    model = HeldModel()
    team = Team(model, log)
    await team.start()
    (call,) = await model.held()
    log.away = "after"
    call.answer("The text.")
    await until(lambda: len(log.events["r1"]) == 6)
    await team.desk.tick()
    assert (await team.waits()).drafts[0].value == "The text."
    assert len(model.calls) == 1


async def test_another_process_goes_on_where_this_one_stopped() -> None:
    log = FakeLog()
    first = ScriptedModel([calls("red"), asyncio.CancelledError()])
    team = Team(first, log)
    await team.start(CRITIC)
    await until(lambda: len(first.requests) == 2)
    await team.workers.close()
    second = ScriptedModel([answered("The text.")])
    team = Team(second, log)
    await team.desk.recover()
    assert (await team.waits()).drafts
    assert second.requests[0].turns == first.requests[1].turns


def alone(rig: Rig, model: Model) -> Specialist:
    """A specialist that no worker cuts short, so that it comes to the end of its work."""
    return Specialist(desk=rig.desk, live=rig.live, model=model, tools={}, pauses_s=())


@pytest.mark.parametrize(
    ("reply", "reserve_usd", "ended"),
    [
        (answered("The text."), 0.1, "drafted"),
        (answered("", stop="refusal"), 0.1, "call_finished"),
        (NEVER, 0.1, "task_failed"),
        (AGAIN, 0.1, "task_failed"),
        (answered("never asked"), None, "task_failed"),
    ],
)
async def test_work_ends_when_nothing_is_left_to_do(
    reply: ModelReply | BaseException, reserve_usd: float | None, ended: str
) -> None:
    log = FakeLog()
    rig = Rig(log)
    await rig.start(playbook(budget={"usd": 1}))
    never = [] if ended != "call_finished" else [asyncio.CancelledError()]
    model = ScriptedModel([reply, *never], reserve_usd=reserve_usd)
    with suppress(asyncio.CancelledError):
        await alone(rig, model).work(DRAFT)
    kinds = [record.event.kind for record in log.events["r1"]]
    assert ended in kinds


async def test_what_was_finished_and_not_handed_in_is_handed_in() -> None:
    rig = Rig()
    await rig.start()
    paused = ModelTurn(text="so far", stop="pause_turn")
    for _ in range(MOST_CALLS):
        await rig.desk.handle("r1", c.BeginCall(task=DRAFT, model="sonnet"), by=PODIUM)
        await rig.desk.handle("r1", c.EndCall(task=DRAFT, turn=paused), by=PODIUM)
    await alone(rig, ScriptedModel([])).work(DRAFT)
    (why,) = failures(await rig.desk.load("r1"))
    assert why == "No result after 16 calls of the model; the task may be too wide."


@pytest.mark.parametrize("attempt", [1, 2])
async def test_a_task_that_is_not_wanted_is_not_begun(attempt: int) -> None:
    rig = Rig()
    steps: Steps = {
        "notes": {"by": "writer", "do": "N"},
        "draft": {"by": "writer", "do": "{{ notes }}"},
    }
    await rig.start(playbook(steps))
    with pytest.raises(Stale):
        await alone(rig, ScriptedModel([])).work(Task(run="r1", step="draft", attempt=attempt))
