"""What is seen of a run in its thread."""

from inline_snapshot import snapshot
from pydantic import JsonValue

from bot.cards import Card, Checklist, Item, Prose, Words
from bot.cards.run import cards, money
from bot.run import commands as c
from bot.run import events as e
from bot.run.evolve import fold
from tests.run.director import ANA, BO, CY, TEAM, Directed, Steps, drafted, playbook
from tests.run.sketch import sketch

WHOLE: Steps = {
    "angles": {"by": "writer", "do": "A", "returns": {"angles": ["text"]}},
    "facts": {"by": "writer", "each": "angles.angles", "do": "{{ item }}"},
    "lead": {"human": "choose", "from": "angles.angles", "ask": "Which leads?"},
    "old_news": {"by": "writer", "do": "O", "when": "product == 'Bolt'"},
    "draft": {"by": "writer", "do": "{{ lead }} {{ facts }}", "variants": 2},
    "best": {"judge": "draft", "by": "critic", "rubric": ["Short", "True"]},
}


def seen(told: Directed) -> str:
    return sketch(*cards(told.run, TEAM))


def card(told: Directed, key: str) -> Card:
    return next(card for card in cards(told.run, TEAM) if card.key == key)


def test_a_run_at_work() -> None:
    told = Directed(playbook(WHOLE, budget={"usd": 0.6}))
    told.finish("angles", {"angles": ["red", "blue"]})
    told.later(minutes=2)
    told.begin("facts")
    assert seen(told) == snapshot("""\
== Launch brief: Acme (root, warn)
Waits for ana (warn)
Asked for by web:w:ana at 09:00
[x] Angles · writer
[>] Facts · writer · 0 of 2 (since 09:02)
[?] Lead · ana (since 09:00)
[-] Old news · writer
[ ] Draft · writer
[ ] Best · critic
[ ] Review · ana
[Cancel]
-- $0.00 of $0.60 spent

== A choice (gate-lead.1, warn)
Which leads?
1:
| red
2:
| blue
[1 · red] [2 · blue]
@@ web:w:ana\
""")


def test_a_choice() -> None:
    told = Directed(playbook(WHOLE))
    told.finish("angles", {"angles": ["# Red\nand loud", "", "x" * 80]})
    assert sketch(card(told, "gate-lead.1")) == snapshot("""\
== A choice (gate-lead.1, warn)
Which leads?
1:
| # Red
| and loud
2:
| \n\
3:
| xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
[1 · Red] [2 · ] [3 · xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…]
@@ web:w:ana\
""")
    told.give(c.Choose("lead.1", 0))
    assert sketch(card(told, "gate-lead.1")) == snapshot("""\
== A choice (gate-lead.1, plain)
Which leads?
Chosen by web:w:ana at 09:00
| # Red
| and loud\
""")


def test_a_long_choice_is_a_form() -> None:
    told = Directed(playbook(WHOLE))
    angles: list[JsonValue] = [f"angle {n}" for n in range(6)]
    told.finish("angles", {"angles": angles})
    assert [button.label for button in card(told, "gate-lead.1").buttons] == ["Choose"]


def test_a_judged_draft() -> None:
    told = Directed(playbook(WHOLE))
    told.finish("angles", {"angles": ["red", "blue"]})
    told.finish("facts", "f1", "f2")
    told.give(c.Choose("lead.1", 1))
    told.finish("draft", "Blue is calm. It sells.", "Blue.")
    told.judge("best", 0)
    assert seen(told) == snapshot("""\
== Launch brief: Acme (root, warn)
Waits for ana (warn)
Asked for by web:w:ana at 09:00
[x] Angles · writer
[x] Facts · writer · 2 of 2
[x] Lead · ana
[-] Old news · writer
[x] Draft · writer · 2 of 2
[x] Best · critic
[?] Review · ana · draft 1
[Cancel]
-- $0.00 spent

== A choice (gate-lead.1, plain)
Which leads?
Chosen by web:w:ana at 09:00
| blue

== Draft 1 (draft-1, plain)
| Blue is calm. It sells.
Judged by critic: It is clear.
Rubric | Score | Why
[Approve] [Revise] [Reject]
@@ web:w:ana\
""")


def test_evidence_is_the_chosen_candidates_alone() -> None:
    told = Directed(playbook(WHOLE))
    told.finish("angles", {"angles": ["red", "blue"]})
    told.finish("facts", "f1", "f2")
    told.give(c.Choose("lead.1", 1))
    told.finish("draft", "one", "two")
    scores = tuple(
        e.Score(candidate=n, line=line, score=n + line, reason=f"r{n}{line}")
        for n in range(2)
        for line in range(2)
    )
    verdict = e.Verdict(best=1, why="It is clear.", scores=scores)
    told.give(c.Finish(task=told.task("best"), verdict=verdict))
    assert sketch(card(told, "draft-1")) == snapshot("""\
== Draft 1 (draft-1, plain)
| two
Judged by critic: It is clear.
Rubric | Score | Why
Short | 1 of 10 | r10
True | 2 of 10 | r11
[Approve] [Revise] [Reject]
@@ web:w:ana\
""")


def test_a_second_draft_says_what_changed() -> None:
    told = drafted()
    told.later(hours=1)
    told.give(c.Revise("review-1", "shorter"))
    told.finish("draft", "The draft.")
    assert seen(told) == snapshot("""\
== Launch brief: Acme (root, warn)
Waits for ana (warn)
Asked for by web:w:ana at 09:00
[x] Draft · writer · attempt 2
[?] Review · ana · draft 2
[Cancel]
-- $0.00 spent

== Draft 1 (draft-1, plain)
| The first draft.
Sent back by web:w:ana at 10:00
| shorter

== Draft 2 (draft-2, plain)
| The draft.
What changed since draft 1:
| - ~~The first draft.~~
| - **The draft.**
[Approve] [Revise] [Reject]
@@ web:w:ana\
""")


def test_an_approved_run() -> None:
    told = drafted(playbook(deliver={"from": "draft", "then": [{"post": "#launches"}]}))
    told.give(c.Approve("review-1", "Good."))
    assert sketch(card(told, "root")) == snapshot("""\
== Launch brief: Acme (root, plain)
At work
Asked for by web:w:ana at 09:00
[x] Draft · writer
[x] Review · ana · draft 1
[>] Post to #launches (since 09:00)
[Cancel]
-- $0.00 spent\
""")
    told.finish("deliver.1", "m1")
    assert seen(told) == snapshot("""\
== Launch brief: Acme (root, good)
Approved (good)
Asked for by web:w:ana at 09:00
[x] Draft · writer
[x] Review · ana · draft 1
[x] Post to #launches
-- $0.00 spent

== Draft 1 (draft-1, plain)
| The first draft.
Approved by web:w:ana at 09:00
| Good.

== Approved (outcome, good)
Posted to #launches.\
""")


def test_approvals_are_counted() -> None:
    review: JsonValue = {"by": ["requester", "leads"], "approvals": 2}
    told = drafted(playbook(deliver={"from": "draft", "review": review}))
    told.give(c.Approve("review-1"), by=BO)
    assert Words("1 of 2 approvals given") in card(told, "draft-1").blocks
    told.give(c.Approve("review-1"), by=CY)
    assert Words("2 of 2 approvals given") in card(told, "draft-1").blocks


def test_a_rejected_run() -> None:
    told = drafted()
    told.give(c.Reject("review-1", "not for us"))
    assert seen(told) == snapshot("""\
== Launch brief: Acme (root, bad)
Rejected (bad)
Asked for by web:w:ana at 09:00
[x] Draft · writer
[!] Review · ana · draft 1
-- $0.00 spent

== Draft 1 (draft-1, plain)
| The first draft.
Rejected by web:w:ana at 09:00
| not for us

== Rejected (outcome, bad)
Closed by web:w:ana at 09:00
Not for us.\
""")


def test_a_cancelled_run_asks_nothing_any_more() -> None:
    told = drafted()
    told.give(c.Cancel())
    assert seen(told) == snapshot("""\
== Launch brief: Acme (root, warn)
Cancelled (warn)
Asked for by web:w:ana at 09:00
[x] Draft · writer
[ ] Review · ana · draft 1
-- $0.00 spent

== Draft 1 (draft-1, plain)
| The first draft.
Closed by web:w:ana at 09:00

== Cancelled (outcome, warn)
Closed by web:w:ana at 09:00\
""")


def test_a_failure() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "D", "variants": 3}}))
    told.fail("draft", 0, "The model is away")
    told.fail("draft", 1, "The model is away")
    assert seen(told) == snapshot("""\
== Launch brief: Acme (root, bad)
Something failed: waits for ana (bad)
Asked for by web:w:ana at 09:00
[!] Draft · writer · 0 of 3 (since 09:00)
[ ] Review · ana
[Cancel]
-- $0.00 spent

== Something failed (gate-retry-3, bad)
Draft failed. The model is away. What is finished is kept. Try again, or end here?
[Try again] [End here]
@@ web:w:ana\
""")
    told.give(c.End(told.gates[0]))
    assert seen(told) == snapshot("""\
== Launch brief: Acme (root, warn)
Ended early (warn)
Asked for by web:w:ana at 09:00
[!] Draft · writer · 0 of 3
[ ] Review · ana
-- $0.00 spent

== Something failed (gate-retry-3, plain)
Closed by web:w:ana at 09:00

== Ended early (outcome, warn)
Closed by web:w:ana at 09:00
The model is away.\
""")


def test_a_budget_that_is_used_up() -> None:
    told = Directed(playbook(budget={"usd": 0.05}))
    told.begin("draft")
    (gate,) = told.gates
    assert sketch(card(told, f"gate-{gate}")) == snapshot("""\
== The budget (gate-budget-3, warn)
The budget of $0.0500 does not reach: $0.00 is spent and the next call may pass it by $0.0500. Allow more, or end here?
[Allow $0.0500 more] [Another amount] [End here]
@@ web:w:ana\
""")  # noqa: E501
    told.give(c.Extend(gate, usd=1))
    assert sketch(card(told, f"gate-{gate}")) == snapshot("""\
== The budget (gate-budget-3, plain)
Extended by web:w:ana at 09:00
| $1 more\
""")


def test_time_that_is_up() -> None:
    told = Directed(playbook(budget={"minutes": 10}))
    told.later(minutes=10)
    assert sketch(card(told, f"gate-{told.gates[0]}")) == snapshot("""\
== The time (gate-budget-3, warn)
The specialists have worked for 10 minutes without handing in a draft. Give them more time, or end here?
[Give 10 minutes more] [Another time] [End here]
@@ web:w:ana\
""")  # noqa: E501


def test_a_question_with_ready_answers() -> None:
    told = Directed(
        playbook({"when": {"human": "answer", "ask": "When?", "options": ["Now", "Later"]}})
    )
    assert sketch(card(told, "gate-when.1")) == snapshot("""\
== A question (gate-when.1, warn)
When?
[Now] [Later] [Another answer]
@@ web:w:ana\
""")


def test_a_question_in_ones_own_words() -> None:
    told = Directed(playbook({"when": {"human": "answer", "ask": "When?", "by": "leads"}}))
    assert sketch(card(told, "gate-when.1")) == snapshot("""\
== A question (gate-when.1, warn)
When?
[Answer]
@@ slack:T1:U2, web:w:bo, web:w:cy\
""")


def test_a_small_form_is_shown_without_what_was_left_empty() -> None:
    told = Directed(
        playbook({"when": {"human": "answer", "ask": "?", "inputs": {"a": {"type": "text"}}}})
    )
    told.give(c.Answer("when.1", {"a": "x", "b": None, "c": ""}))
    assert Prose("a: x") in card(told, "gate-when.1").blocks


def test_something_to_do() -> None:
    told = Directed(playbook({"sign": {"human": "do", "ask": "Sign the contract."}}))
    assert sketch(card(told, "gate-sign.1")) == snapshot("""\
== For you to do (gate-sign.1, warn)
Sign the contract.
[Done] [Done, with a note]
@@ web:w:ana\
""")


def test_only_the_last_reminder_calls_people() -> None:
    told = drafted(playbook(deliver={"from": "draft", "review": {"remind": "1h"}}))
    told.later(hours=1)
    told.later(hours=1)
    reminders = [card for card in cards(told.run, TEAM) if card.title == "Reminder"]
    assert sketch(*reminders) == snapshot("""\
== Reminder (reminder-review-1-1, plain)
This was a reminder.

== Reminder (reminder-review-1-2, plain)
Still waiting. Draft 1 waits to be judged.
@@ web:w:ana\
""")
    told.give(c.Approve("review-1"))
    reminders = [card for card in cards(told.run, TEAM) if card.title == "Reminder"]
    assert all(not card.mentions for card in reminders)
    assert len(reminders) == 2


def test_the_understudy_is_named_on_the_first_card_and_on_each_draft() -> None:
    told = Directed()
    told.begin("draft")
    turn = e.ModelTurn(text="The draft.")
    told.give(c.EndCall(task=told.task("draft"), turn=turn, model="understudy"))
    told.finish("draft", "The draft.")
    said = "No model was called: the understudy worked from your material alone."
    assert all(said in card.footer for card in cards(told.run, TEAM))
    told.give(c.Approve("review-1"))
    assert not card(told, "outcome").footer


def test_a_card_of_the_thread_knows_its_run_without_showing_it() -> None:
    root, draft = cards(drafted().run, TEAM)
    assert (root.run_title, draft.run_title) == ("", root.title)
    assert root.title not in draft.title


def test_a_mixed_cast_is_named_too() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "D", "variants": 2}}))
    for part, model in enumerate(("understudy", "sonnet")):
        told.begin("draft", part)
        turn = e.ModelTurn(text="said")
        told.give(c.EndCall(task=told.task("draft", part), turn=turn, model=model))
    assert "Parts are by the understudy" in card(told, "root").footer


def test_every_action_fits_into_a_button() -> None:
    told = Directed(playbook({"a" * 40: {"human": "answer", "ask": "?", "options": ["x" * 99]}}))
    buttons = [button for card in cards(told.run, TEAM) for button in card.buttons]
    assert max(len(button.action) for button in buttons) <= 100
    assert max(len(button.label) for button in buttons) <= 75


def test_the_same_run_gives_the_same_cards_from_the_log_again() -> None:
    told = drafted()
    told.give(c.Revise("review-1", "shorter"))
    again = fold(told.records)
    assert again is not None
    assert cards(again, TEAM) == cards(told.run, TEAM)


def test_money_is_readable_however_little_it_is() -> None:
    assert [money(usd) for usd in (0, 0.0012, 0.1, 12.345)] == [
        "$0.00",
        "$0.0012",
        "$0.10",
        "$12.35",
    ]


def test_who_is_asked_is_called() -> None:
    told = drafted(playbook(deliver={"from": "draft", "review": {"by": ["requester", "leads"]}}))
    assert card(told, "draft-1").mentions == ("slack:T1:U2", ANA, BO, CY)


def test_a_choice_that_was_cancelled_is_closed_and_nobody_chose() -> None:
    told = Directed(playbook(WHOLE))
    told.finish("angles", {"angles": ["red", "blue"]})
    told.give(c.Cancel())
    assert "Closed by web:w:ana" in sketch(card(told, "gate-lead.1"))
    assert "Chosen" not in seen(told)
    (checklist,) = [b for b in card(told, "root").blocks if isinstance(b, Checklist)]
    assert [i.status for i in checklist.items if i.state == "waiting"] == ["not done"] * 5


def test_a_line_of_the_checklist_reads_as_a_sentence() -> None:
    lines = {
        Item(label="Lead", state="asking", who="ana"): ("waits for ana",),
        Item(label="Draft", state="working", who="writer"): ("at work", "writer"),
        Item(label="Day", state="skipped", who="ana"): ("skipped",),
        Item(label="Review", state="failed", who="ana", word="rejected"): ("rejected", "ana"),
    }
    assert {line: line.told for line in lines} == lines
