"""What people type, press and fill in, and what they see at once."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from pydantic import JsonValue

from bot import commands as grammar
from bot.cards import Entries, Prose, Reply, Stamp, Words
from bot.cards.run import cards
from bot.forms import about_message
from bot.intake import Intake
from bot.playbook.catalog import Catalog
from bot.ports import Query, Shown
from bot.reception import Reception
from bot.run.commands import BeginCall, Fail, Finish
from bot.run.decide import Refused
from bot.run.events import Document, Score, Task, Verdict
from bot.run.state import Run
from bot.shelf import Shelf
from tests.core.rig import Rig
from tests.fakes import FakeLog, FakeViews
from tests.fakes_chat import FakeChat
from tests.run.director import ANA, BO, CY, EVE, NINE, TEAM
from tests.run.sketch import form_sketch, sketch

PLACE = "web:w:general"
BRIEF = """
about: A one-page brief.
inputs:
  product: {type: text, about: What is launched}
  audience: {type: choice, options: [customers, press], default: customers}
  notes: {type: files, required: false}
needs: [the date]
budget: {usd: 0.5}
steps:
  plot: {by: writer, do: "Plot {{ product }} {{ audience }} {{ notes }}", variants: 2}
  lead: {human: choose, from: plot, ask: "Which leads?"}
  draft: {by: writer, do: "Write {{ lead }}"}
deliver: {from: draft, review: {by: [requester, leads]}}
"""
ASK = """
about: Asks.
inputs: {topic: {type: text, required: false}}
steps:
  when: {human: answer, ask: "When, {{ topic }}?", options: [Now, Later], by: leads}
  form: {human: answer, ask: "Details?", inputs: {date: {type: date}, sure: {type: yes_no}}}
  sign: {human: do, ask: Sign it.}
deliver: {from: form}
"""


class Desk:
    """A reception with the playbooks `brief` and `ask`; `files` are more of them."""

    def __init__(self, folder: Path, files: Mapping[str, str] | None = None) -> None:
        texts = {
            "brief.yaml": BRIEF,
            "ask.yaml": ASK,
            "specialists/writer.md": "---\nname: writer\ndescription: Writes.\n---\nWrite.\n",
            "samples/brief.yaml": "product: Lamp\nnotes: [notes.txt]\n",
            "samples/notes.txt": "It is red.",
        }
        for name, text in {**texts, **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        shelf = Shelf(folder, Catalog(models=frozenset({"sonnet"}), reviewers=frozenset({"leads"})))
        self.rig = Rig()
        self.views = FakeViews(FakeLog())
        self.reception = Reception(
            desk=self.rig.desk,
            intake=Intake(shelf=shelf, chats={"web": FakeChat()}, read_file=read),
            sights={"web": FakeChat()},
            views=self.views,
        )

    async def type(self, text: str, who: str = ANA, delivery: str = "") -> Reply:
        return await self.reception.typed(text, who=who, place=PLACE, delivery=delivery)

    async def press(self, action: str, who: str = ANA, delivery: str = "") -> Reply:
        return await self.reception.pressed(action, who=who, place=PLACE, delivery=delivery)

    async def fill(
        self, action: str, values: Mapping[str, JsonValue], who: str = ANA, delivery: str = ""
    ) -> Reply:
        return await self.reception.submitted(
            action, values, who=who, place=PLACE, delivery=delivery
        )

    async def button(self, run: str, label: str, who: str = ANA) -> Reply:
        """Press the button of that name on any of the run's cards."""
        found = [b for card in cards(await self.run(run), TEAM) for b in card.buttons]
        return await self.press(next(b.action for b in found if b.label.startswith(label)), who)

    async def run(self, run: str) -> Run:
        return await self.rig.desk.load(run)

    async def finish(self, run: str, step: str, *values: str) -> None:
        attempt = (await self.run(run)).attempts[step]
        for part, value in enumerate(values):
            task = Task(run=run, step=step, part=part, attempt=attempt)
            await self.rig.desk.handle(run, Finish(task=task, value=value), by="podium")

    async def drafted(self) -> str:
        run = (await self.type("/delegate brief product: Acme")).run
        await self.finish(run, "plot", "red", "blue")
        await self.button(run, "1 · red")
        await self.finish(run, "draft", "The draft.")
        return run


def read(name: str, content: bytes, source: str) -> Document:
    return Document(name=name, source=source, text=content.decode())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def form(reply: Reply) -> str:
    assert reply.form is not None
    return form_sketch(reply.form)


# --- starting ---------------------------------------------------------------------------


async def test_what_is_complete_starts_at_once(desk: Desk) -> None:
    reply = await desk.type("/delegate brief product: Acme 2 audience: press")
    assert (reply.notice, reply.tone) == ("Delegated: Brief: Acme 2", "good")
    run = await desk.run(reply.run)
    assert run.brief.inputs == {"product": "Acme 2", "audience": "press", "notes": []}
    assert (run.brief.today, run.started.requester) == ("Monday, 2026-11-02", ANA)


async def test_words_without_a_name_are_the_first_text(desk: Desk) -> None:
    run = await desk.run((await desk.type("/delegate brief Acme 2")).run)
    assert run.brief.inputs["product"] == "Acme 2"


async def test_what_is_not_complete_gives_the_form_with_what_was_typed(desk: Desk) -> None:
    assert form(await desk.type("/delegate brief audience: nobody")) == snapshot("""\
== Brief (start:brief)
A one-page brief. A good brief says: the date.
Product (text)
Audience (choice) = nobody  !! "nobody" is not among customers, press: choose one of these.
Notes (files)
[Delegate]\
""")


async def test_no_words_at_all_give_the_form_even_if_nothing_is_needed(desk: Desk) -> None:
    assert (await desk.type("/delegate ask")).form is not None
    assert (await desk.type("/delegate ask the lamp")).run


async def test_no_playbook_gives_the_choice_of_them(desk: Desk) -> None:
    assert form(await desk.type("/delegate")) == snapshot("""\
== Delegate (pick)
What should the team do?
Playbook (choice)
[Next]\
""")
    assert "Choose one of these." in form(await desk.fill("pick", {"playbook": "other"}))
    assert form(await desk.fill("pick", {"playbook": "brief"})) == form(
        await desk.press("form:brief")
    )


async def test_an_unknown_playbook_is_met_with_the_nearest(desk: Desk) -> None:
    reply = await desk.type("/delegate brif x")
    assert (reply.notice, reply.tone) == snapshot(
        ('There is no playbook "brif"; did you mean "brief"?', "warn")
    )


async def test_a_broken_playbook_says_where_it_is_broken(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"torn.yaml": "about: [\n"})
    reply = await desk.type("/delegate torn x")
    assert reply.notice.startswith('The file of "torn" is broken. torn.yaml:')


async def test_a_form_comes_back_with_its_errors_and_its_values(desk: Desk) -> None:
    reply = await desk.fill("start:brief", {"product": " ", "audience": "press", "xyz": "x"})
    assert form(reply) == snapshot("""\
== Brief (start:brief)
A one-page brief. A good brief says: the date. There is no input "xyz": leave it out; the inputs are product, audience, notes.
Product (text) =    !! This is needed.
Audience (choice) = press
Notes (files)
[Delegate]\
""")  # noqa: E501
    assert reply.run == ""


async def test_a_filled_form_starts_the_run_with_its_files(desk: Desk) -> None:
    files = {"notes": [Document(name="a.txt", source="a file from ana", text="red")]}
    reply = await desk.reception.submitted(
        "start:brief", {"product": "Acme"}, files=files, who=ANA, place=PLACE
    )
    brief = (await desk.run(reply.run)).brief
    assert brief.inputs["notes"] == ["a.txt"]
    assert [document.text for document in brief.documents] == ["red"]


async def test_the_same_delivery_is_the_same_run(desk: Desk) -> None:
    first = await desk.type("/delegate brief Acme", delivery="d1")
    again = await desk.type("/delegate brief Acme", delivery="d1")
    assert (again.notice, again.run) == ("This was delegated already.", first.run)
    other = await desk.type("/delegate brief Acme", delivery="d2")
    assert other.run != first.run


async def test_the_same_words_twice_are_two_runs(desk: Desk) -> None:
    first, second = [await desk.type("/delegate brief Acme") for _ in range(2)]
    assert first.run != second.run


async def test_a_sample_can_be_tried(desk: Desk) -> None:
    reply = await desk.press("try:brief")
    brief = (await desk.run(reply.run)).brief
    assert brief.inputs["product"] == "Lamp"
    (notes,) = brief.documents
    assert (notes.text, notes.source) == ("It is red.", "a file from ana")
    assert (await desk.press("try:ask")).notice == "ask has no sample to try it with."


# --- deciding ---------------------------------------------------------------------------


async def test_a_choice_is_a_button(desk: Desk) -> None:
    run = (await desk.type("/delegate brief Acme")).run
    await desk.finish(run, "plot", "red", "blue")
    assert await desk.button(run, "2 · blue") == Reply(run=run)
    assert (await desk.run(run)).value("lead") == "blue"


async def test_approve_is_a_button(desk: Desk) -> None:
    run = await desk.drafted()
    await desk.button(run, "Approve", BO)
    assert (await desk.run(run)).ended_by == BO


async def test_revise_asks_for_a_note_and_for_what_to_do_again(desk: Desk) -> None:
    run = await desk.drafted()
    reply = await desk.button(run, "Revise")
    assert form(reply).replace(run, "RUN") == snapshot("""\
== Revise (revise:RUN:review-1)
Draft 1 waits to be judged.
Note (long)
Steps (many) = ['Draft']
[Send back]\
""")
    action = reply.form.action if reply.form else ""
    assert "Note (long) =    !! This is needed." in form(await desk.fill(action, {"note": " "}))
    await desk.fill(action, {"note": "Shorter.", "steps": ["plot"]})
    assert (await desk.run(run)).attempts["plot"] == 2


async def test_reject_asks_why_and_takes_no_answer(desk: Desk) -> None:
    run = await desk.drafted()
    reply = await desk.button(run, "Reject")
    await desk.fill(reply.form.action if reply.form else "", {})
    assert (await desk.run(run)).outcome == "rejected"


async def test_cancel_is_a_button(desk: Desk) -> None:
    run = await desk.drafted()
    assert (await desk.button(run, "Cancel", EVE)).notice == "Only ana, bo, cy can cancel this run."
    assert (await desk.button(run, "Cancel")).notice == "Cancelled: Brief: Acme"
    assert (await desk.run(run)).outcome == "cancelled"


async def test_nobody_fills_in_a_form_for_nothing(desk: Desk) -> None:
    run = await desk.drafted()
    reply = await desk.button(run, "Revise", EVE)
    assert reply.form is None
    assert reply.notice == "This is for ana, bo, cy to decide."
    given = await desk.fill(f"revise:{run}:review-1", {"note": "x"}, EVE)
    assert given.notice == "This is for ana, bo, cy to decide."


async def test_who_is_late_is_told_who_decided_and_when(desk: Desk) -> None:
    run = await desk.drafted()
    await desk.button(run, "Approve", BO)
    for action in ("approve", "revise", "reject", "choose", "more", "say"):
        reply = await desk.press(f"{action}:{run}:review-1")
        assert reply.notice == "Draft 1 was approved by bo."
        assert reply.stamp is not None
        assert (reply.stamp.by, reply.tone) == ("", "warn")  # the notice has said who
    late = await desk.fill(f"revise:{run}:review-1", {"note": "x"})
    assert late.notice == "Draft 1 was approved by bo."


async def test_a_button_pressed_twice_in_one_delivery_counts_once(desk: Desk) -> None:
    run = await desk.drafted()
    revise = f"revise:{run}:review-1"
    await desk.fill(revise, {"note": "Shorter."}, delivery="d1")
    again = await desk.fill(revise, {"note": "Shorter."}, delivery="d1")
    assert again.notice == "Draft 1 was sent back by ana."
    assert (await desk.run(run)).attempts["draft"] == 2


async def test_a_delivery_that_counted_elsewhere_is_told_so(desk: Desk) -> None:
    first, second = [await desk.drafted() for _ in range(2)]
    await desk.press(f"approve:{first}:review-1", delivery="d1")
    again = await desk.press(f"approve:{second}:review-1", delivery="d1")
    assert (again.notice, again.run) == ("This was counted already.", first)


async def test_unknown_buttons_forms_and_runs_are_met_with_words(desk: Desk) -> None:
    run = await desk.drafted()
    assert (await desk.press(f"dance:{run}:review-1")).notice == (
        "Podium does not know this button; it may be from a newer version."
    )
    assert (await desk.fill(f"approve:{run}:review-1", {})).notice == (
        "Podium does not know this form; it may be from a newer version."
    )
    assert (await desk.press("approve:r9:review-1")).notice == "There is no run r9."
    assert (await desk.press("approve")).notice == "There is no run ."
    assert (await desk.run(run)).outcome is None


async def test_more_money_is_a_button_or_a_form(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    run = (await desk.type("/delegate brief Acme")).run
    begin = BeginCall(task=Task(run=run, step="plot"), model="sonnet", reserve_usd=1.2)
    await desk.rig.desk.handle(run, begin, by="podium")
    await desk.button(run, "Allow $0.50 more")
    assert (await desk.run(run)).budget_usd == 1
    await desk.rig.desk.handle(run, begin, by="podium")
    reply = await desk.button(run, "Another amount")
    assert "More (number)" in form(reply)
    await desk.fill(reply.form.action if reply.form else "", {"more": "0.25"})
    assert (await desk.run(run)).budget_usd == 1.25


async def test_a_failed_run_is_tried_again_or_ended(desk: Desk) -> None:
    run = (await desk.type("/delegate brief Acme")).run
    fail = Fail(task=Task(run=run, step="plot"), why="oh")
    await desk.rig.desk.handle(run, fail, by="podium")
    await desk.button(run, "Try again")
    await desk.rig.desk.handle(run, fail, by="podium")
    await desk.button(run, "End here")
    assert (await desk.run(run)).outcome == "ended"


# --- questions --------------------------------------------------------------------------


async def test_questions_are_answered_as_they_are_asked(desk: Desk) -> None:
    run = (await desk.type("/delegate ask the lamp")).run
    await desk.press(f"say:{run}:when.1:1", BO)
    reply = await desk.press(f"answer:{run}:form.1")
    assert form(reply).replace(run, "RUN") == snapshot("""\
== Answer (answer:RUN:form.1)
Details?
Date (date)
Sure (yes_no) = False
[Answer]\
""")
    wrong = await desk.fill(f"answer:{run}:form.1", {"date": "soon", "sure": "perhaps"})
    assert form(wrong).replace(run, "RUN") == snapshot("""\
== Answer (answer:RUN:form.1)
Details?
Date (date) = soon  !! A date such as 2026-11-30, today or tomorrow is expected, not "soon".
Sure (yes_no) = perhaps  !! Yes or no is expected.
[Answer]\
""")
    await desk.fill(f"answer:{run}:form.1", {"date": "2026-11-30", "sure": "yes"})
    await desk.fill(f"note:{run}:sign.1", {"note": "Signed."})
    values = (await desk.run(run)).steps
    assert [values[name].value for name in ("when", "form", "sign")] == [
        "Later",
        {"date": "2026-11-30", "sure": True},
        "Signed.",
    ]


async def test_an_answer_may_be_in_ones_own_words(desk: Desk) -> None:
    run = (await desk.type("/delegate ask the lamp")).run
    await desk.fill(f"answer:{run}:when.1", {"answer": "Never"}, CY)
    await desk.press(f"done:{run}:sign.1")
    assert (await desk.run(run)).value("when") == "Never"
    assert (await desk.run(run)).value("sign") == ""


@pytest.mark.parametrize("option", ["7", "-1", "x", "", "9" * 5_000])
async def test_an_option_that_is_none_is_refused(desk: Desk, option: str) -> None:
    run = (await desk.type("/delegate ask the lamp")).run
    reply = await desk.press(f"say:{run}:when.1:{option}", BO)
    assert reply.notice == "The answer is empty."


async def test_a_long_choice_is_picked_from_a_form(tmp_path: Path) -> None:
    many = BRIEF.replace("variants: 2", "variants: 6")
    desk = Desk(tmp_path, {"brief.yaml": many})
    run = (await desk.type("/delegate brief Acme")).run
    await desk.finish(run, "plot", *("same words" for _ in range(6)))
    reply = await desk.button(run, "Choose")
    assert "Choice (choice)" in form(reply)
    await desk.fill(f"pick:{run}:lead.1", {"choice": "6. same words"})
    assert (await desk.run(run)).value("lead") == "same words"


# --- lists ------------------------------------------------------------------------------


async def test_what_needs_me_is_mine_alone(desk: Desk) -> None:
    assert (await desk.type("/needs-me")).notice == "Nothing waits for you."
    first = await desk.drafted()
    desk.rig.later(minutes=1)
    second = (await desk.type("/delegate ask the lamp", CY)).run
    ana, bo = await desk.type("/needs-me"), await desk.type("/needs-me", BO)
    assert [card.key for card in ana.cards] == [f"{first}/draft-1"]
    assert [card.key for card in bo.cards] == [f"{first}/draft-1", f"{second}/gate-when.1"]
    assert (bo.notice, bo.cards[1].title) == ("2 waiting for you", "Ask: the lamp · A question")
    assert (await desk.type("/needs-me", EVE)).cards == ()


async def test_what_needs_me_can_be_decided_from_the_list(desk: Desk) -> None:
    run = await desk.drafted()
    (card,) = (await desk.type("/needs-me")).cards
    await desk.press(card.buttons[0].action)
    assert (await desk.run(run)).outcome == "approved"


async def test_a_long_draft_is_cut_in_a_list(desk: Desk) -> None:
    run = await desk.drafted()
    await desk.fill(f"revise:{run}:review-1", {"note": "Longer."})
    await desk.finish(run, "draft", "word " * 2_000)
    (card,) = (await desk.type("/needs-me")).cards
    asked, put, *_ = card.blocks
    assert (asked, put) == (Stamp("Asked for", ANA, NINE), Stamp("Put to you", "", NINE))
    (draft,) = [block for block in card.blocks if isinstance(block, Prose)]
    assert len(draft.text) <= 202


async def test_a_list_tells_what_the_judge_gave(tmp_path: Path) -> None:
    judge = "variants: 2}\n  best: {judge: draft, by: writer, rubric: [Short, Kind]}"
    text = BRIEF.replace('{{ lead }}"}', f'{{{{ lead }}}}", {judge}')
    desk = Desk(tmp_path, {"brief.yaml": text.replace("from: draft", "from: best")})
    run = await desk.drafted()
    task = Task(run=run, step="draft", part=1, attempt=1)
    await desk.rig.desk.handle(run, Finish(task=task, value="Another."), by="podium")
    scores = tuple(Score(candidate=0, line=n, score=n + 8, reason="") for n in range(2))
    finish = Finish(task=Task(run=run, step="best"), verdict=Verdict(best=0, scores=scores))
    await desk.rig.desk.handle(run, finish, by="podium")
    (card,) = (await desk.type("/needs-me")).cards
    assert Words("Scored 8.5 of 10") in card.blocks


async def test_a_list_knows_where_each_run_and_each_draft_stands(desk: Desk) -> None:
    run = await desk.drafted()
    shown = [Shown(key=key, message=f"web:w:{key}", digest="") for key in ("root", "draft-1")]
    await desk.views.record(run, 1, shown)
    (needed,), (runs,) = [(await desk.type(line)).cards for line in ("/needs-me", "/runs")]
    assert needed.thread == "web:w:draft-1"
    (listed,) = runs.blocks
    assert isinstance(listed, Entries)
    assert (listed.runs[0].run, listed.runs[0].thread) == (run, "web:w:root")


@pytest.mark.parametrize("word", ["approve", "revise", "reject"])
async def test_a_decision_in_a_word_is_answered_with_its_buttons(desk: Desk, word: str) -> None:
    assert (await desk.type(f"/{word}")).notice == "Nothing waits for you."
    run = await desk.drafted()
    reply = await desk.type(grammar.spoken(f"{word}, please", ()))
    assert reply.notice == f"A word decides nothing: press {word.capitalize()} here."
    assert [card.key for card in reply.cards] == [f"{run}/draft-1"]


async def test_cancel_in_a_word_is_answered_with_its_button(desk: Desk) -> None:
    assert (await desk.type("/cancel")).notice == "Nothing of yours is under way."
    run = await desk.drafted()
    (card,) = (await desk.type("/cancel")).cards
    await desk.press(card.buttons[0].action)
    assert (await desk.run(run)).outcome == "cancelled"


async def test_a_playbook_that_is_misspelt_is_a_button_away(desk: Desk) -> None:
    reply = await desk.type("/delegate breif Acme")
    assert reply.notice == 'There is no playbook "breif"; did you mean "brief"?'
    assert [button.action for button in reply.cards[0].buttons] == [
        "form:brief",
        "schedule:form:brief",
        "try:brief",
    ]


async def test_a_message_fills_the_first_required_text_that_is_empty(desk: Desk) -> None:
    form_ = (await desk.press("form:brief")).form
    assert form_
    assert about_message(form_, "Acme 2").fields[0].value == "Acme 2"
    given = (await desk.type("/delegate brief product: Lamp audience: nobody")).form
    assert given
    assert about_message(given, "Acme 2") == given


async def test_a_long_list_says_how_much_longer_it_is(desk: Desk) -> None:
    for n in range(22):
        await desk.type(f"/delegate ask {n}")
    reply = await desk.type("/needs-me", CY)
    assert (len(reply.cards), reply.notice) == (20, "22 waiting for you, 2 more than shown")


async def test_runs_are_listed_and_searched(desk: Desk) -> None:
    assert (await desk.type("/runs")).notice == "No runs yet."
    run = await desk.drafted()
    await desk.button(run, "Approve")
    desk.rig.later(minutes=1)
    await desk.type("/delegate ask the lamp")
    assert sketch(*(await desk.type("/runs")).cards) == snapshot("""\
== Runs (runs, plain)
Ask: the lamp | waiting | ana | $0.00
Brief: Acme | approved | ana | $0.00\
""")
    assert (await desk.type("/runs nothing")).notice == "No run matches nothing."
    found = await desk.rig.desk.find(Query(text="acme"))
    assert [summary.run for summary in found] == [run]


async def test_playbooks_are_listed_with_what_can_be_done(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"torn.yaml": "- x\n"})
    assert sketch(*(await desk.type("/playbooks")).cards) == snapshot("""\
== ask (playbook-ask, plain)
Asks.
[Delegate] [Schedule]

== brief (playbook-brief, plain)
A one-page brief.
[Delegate] [Schedule] [Try it with the sample]

== Broken files (broken, bad)
| - torn.yaml:1:1: error: a mapping is expected, a list of 1 was found\
""")


async def test_an_empty_shelf_says_so(desk: Desk, tmp_path: Path) -> None:
    for name in ("ask.yaml", "brief.yaml", "samples/brief.yaml"):
        (tmp_path / name).unlink()
    assert (await desk.type("/playbooks")).notice == "There are no playbooks yet."


async def test_a_platform_that_is_gone_is_told(tmp_path: Path) -> None:
    channel = "context: [{channel: {messages: 5}}]\n"
    desk = Desk(tmp_path, {"brief.yaml": channel + BRIEF})
    reply = await desk.reception.typed("/delegate brief Acme", who=ANA, place="slack:T1:C1")
    assert (reply.notice, reply.tone) == ("slack is not connected to this Podium.", "bad")


async def test_a_word_that_is_none_gets_help(desk: Desk) -> None:
    reply = await desk.type("/delegat")
    assert (reply.notice, reply.tone) == (
        "There is no command /delegat; did you mean /delegate?",
        "warn",
    )
    assert (await desk.type("/help")).notice == ""


async def test_lines_complete_from_what_is_on_the_shelf(desk: Desk) -> None:
    offers = desk.reception.completions("/delegate ")
    assert [offer.line for offer in offers] == ["/delegate ask ", "/delegate brief "]


NOTES = {"notes": [Document(name="a.txt", source="a file from ana", text="red")]}


async def test_files_that_come_with_a_line_go_into_the_first_input_that_takes_them(
    desk: Desk,
) -> None:
    line = "/delegate brief product: Acme"
    assert desk.reception.files_for(line) == "notes"
    reply = await desk.reception.typed(line, files=NOTES, who=ANA, place=PLACE)
    run = await desk.run(reply.run)
    assert [document.text for document in run.started.brief.documents] == ["red"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("hello", "Files go to a playbook that takes files: send them with /delegate brief."),
        ("/runs", "Files go to a playbook"),
        ("/delegate", "Files go to a playbook"),
        ("/delegate ask", "ask takes no files: remove them, or send them with /delegate brief."),
        ("/delegate nobody", 'There is no playbook "nobody"'),
    ],
)
def test_files_that_nothing_takes_are_refused(desk: Desk, line: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        desk.reception.files_for(line)
