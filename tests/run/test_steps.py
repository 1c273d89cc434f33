"""What opens, and when."""

from pydantic import JsonValue

from bot.run import commands as c
from bot.run import events as e
from bot.run.advance import MOST_PARTS
from tests.run.director import BO, Directed, playbook

ANGLES: dict[str, JsonValue] = {
    "by": "writer",
    "do": "Angles on {{ product }}.",
    "returns": {"angles": ["text"]},
}


def many(count: int) -> JsonValue:
    angles: list[JsonValue] = ["x"] * count
    return {"angles": angles}


def test_steps_that_wait_for_nothing_open_together() -> None:
    told = Directed(
        playbook(
            {
                "a": {"by": "writer", "do": "A"},
                "b": {"by": "critic", "do": "B"},
                "c": {"by": "writer", "do": "From {{ a }} and {{ b }}"},
            }
        )
    )
    assert told.planned == ["a", "b"]


def test_a_step_opens_when_all_that_it_names_is_there() -> None:
    told = Directed(
        playbook(
            {
                "a": {"by": "writer", "do": "A"},
                "b": {"by": "writer", "do": "B"},
                "c": {"by": "writer", "do": "From {{ a }}", "after": ["b"]},
            }
        )
    )
    told.finish("a", "one")
    assert told.planned == ["b"]
    told.finish("b", "two")
    assert told.planned == ["c"]


def test_each_opens_a_part_for_each_item() -> None:
    told = Directed(
        playbook({"angles": ANGLES, "facts": {"by": "writer", "each": "angles.angles", "do": "F"}})
    )
    told.finish("angles", {"angles": ["red", "blue"]})
    assert told.planned == ["facts", "facts/1"]
    assert told.run.steps["facts"].items == ("red", "blue")
    told.finish("facts", "of red", "of blue")
    assert told.run.value("facts") == ["of red", "of blue"]


def test_each_of_nothing_is_done_at_once() -> None:
    told = Directed(
        playbook(
            {
                "angles": ANGLES,
                "facts": {"by": "writer", "each": "angles.angles", "do": "F"},
                "draft": {"by": "writer", "do": "From {{ facts }}"},
            }
        )
    )
    told.finish("angles", {"angles": []})
    assert told.run.value("facts") == []
    assert told.planned == ["draft"]


def test_each_of_what_was_skipped_is_done_at_once() -> None:
    told = Directed(
        playbook(
            {
                "angles": {**ANGLES, "when": "product == 'Bolt'"},
                "draft": {"by": "writer", "each": "angles.angles", "do": "F"},
            }
        )
    )
    assert told.run.drafts[0].value == []


def test_each_of_too_many_asks_a_person() -> None:
    told = Directed(
        playbook({"angles": ANGLES, "facts": {"by": "writer", "each": "angles.angles", "do": "F"}})
    )
    told.finish("angles", many(MOST_PARTS + 1))
    failure = told.run.steps["facts"].failures[0]
    assert failure.why == "angles.angles has 51 items; at most 50 are done"
    assert told.planned == []
    assert [gate.kind for gate in told.run.gates.values()] == ["retry"]


def test_each_of_as_many_as_are_done_opens() -> None:
    told = Directed(
        playbook({"angles": ANGLES, "facts": {"by": "writer", "each": "angles.angles", "do": "F"}})
    )
    told.finish("angles", many(MOST_PARTS))
    assert len(told.planned) == MOST_PARTS


def test_each_of_what_is_no_list_asks_a_person() -> None:
    told = Directed(
        playbook(
            {
                "words": {"by": "writer", "do": "W"},
                "facts": {"by": "writer", "each": "words", "do": "F"},
            }
        )
    )
    told.finish("words", "one text")
    why = 'words is "one text", and a list is needed'
    assert told.run.steps["facts"].failures[0].why == why


def test_an_expression_that_finds_nothing_asks_a_person() -> None:
    told = Directed(
        playbook({"angles": ANGLES, "facts": {"by": "writer", "each": "angles.angels", "do": "F"}})
    )
    told.finish("angles", {"angles": []})
    assert 'there is no "angels" in it' in told.run.steps["facts"].failures[0].why


def test_trying_again_opens_the_step_anew() -> None:
    told = Directed(
        playbook(
            {
                "words": {"by": "writer", "do": "W"},
                "facts": {"by": "writer", "each": "words", "do": "F"},
            }
        )
    )
    told.finish("words", "one text")
    (gate,) = told.gates
    events = told.give(c.Retry(gate))
    assert told.kinds(events) == ["retried", "step_opened", "task_failed"]
    assert told.run.steps["facts"].attempt == 2
    assert told.gates != [gate]


def test_variants_are_parts_of_one_step() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "variants": 3, "do": "D"}}))
    assert told.planned == ["draft", "draft/1", "draft/2"]
    told.finish("draft", "a", "b", "c")
    assert told.run.value("draft") == ["a", "b", "c"]


def test_the_values_of_parts_are_in_order_whoever_was_first() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "variants": 2, "do": "D"}}))
    told.give(c.Finish(task=told.task("draft", 1), value="second"))
    told.give(c.Finish(task=told.task("draft", 0), value="first"))
    assert told.run.value("draft") == ["first", "second"]


def test_a_step_whose_condition_is_false_is_skipped_and_reads_as_nothing() -> None:
    told = Directed(
        playbook(
            {
                "a": {"by": "writer", "do": "A", "when": "product == 'Bolt'"},
                "b": {"by": "writer", "do": "From {{ a }}"},
            }
        )
    )
    assert told.run.steps["a"].status == "skipped"
    assert told.run.value("a") is None
    assert told.planned == ["b"]


def test_a_step_whose_condition_is_true_opens() -> None:
    book = playbook({"draft": {"by": "writer", "do": "A", "when": "product == 'Acme'"}})
    assert Directed(book).planned == ["draft"]


def test_a_condition_that_cannot_be_read_asks_a_person() -> None:
    book = playbook({"draft": {"by": "writer", "do": "A", "when": "product * 2"}})
    told = Directed(book)
    assert told.run.steps["draft"].failures[0].why == '"*" works on numbers only'


def test_a_run_whose_deliverable_is_skipped_ends_with_nothing() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "A", "when": "product == 'Bolt'"}}))
    assert (told.run.outcome, told.run.reason) == ("empty", "the step draft was skipped")


def test_a_choice_offers_the_list_and_asks_in_the_playbooks_words() -> None:
    told = Directed(
        playbook(
            {
                "angles": ANGLES,
                "lead": {"human": "choose", "from": "angles.angles", "ask": "For {{ product }}?"},
                "draft": {"by": "writer", "do": "Lead with {{ lead }}"},
            }
        )
    )
    told.finish("angles", {"angles": ["red", "blue"]})
    gate = told.run.gates["lead.1"]
    assert (gate.kind, gate.ask, gate.items) == ("choose", "For Acme?", ("red", "blue"))
    assert told.planned == []


def test_a_choice_from_nothing_asks_a_person_what_now() -> None:
    told = Directed(
        playbook(
            {
                "angles": ANGLES,
                "lead": {"human": "choose", "from": "angles.angles", "ask": "?"},
                "draft": {"by": "writer", "do": "Lead with {{ lead }}"},
            }
        )
    )
    told.finish("angles", {"angles": []})
    assert told.run.steps["lead"].failures[0].why == "angles.angles gave nothing to choose from"
    assert "lead.1" not in told.gates


def test_a_judge_of_nothing_asks_a_person_what_now() -> None:
    told = Directed(
        playbook(
            {
                "angles": ANGLES,
                "drafts": {"by": "writer", "each": "angles.angles", "do": "D"},
                "best": {"judge": "drafts", "by": "critic", "rubric": ["short"]},
            }
        )
    )
    told.finish("angles", {"angles": []})
    assert told.run.steps["best"].failures[0].why == "drafts gave nothing to judge"


def test_a_judge_weighs_the_parts_of_all_it_judges_and_its_value_is_the_best() -> None:
    told = Directed(
        playbook(
            {
                "one": {"by": "writer", "do": "O"},
                "two": {"by": "writer", "variants": 2, "do": "T"},
                "best": {"judge": ["one", "two"], "by": "critic", "rubric": ["short"]},
            }
        )
    )
    told.finish("one", "a")
    told.finish("two", "b", "c")
    told.judge("best", 2)
    assert told.run.value("best") == "c"
    verdict = told.run.drafts[0].verdict
    assert verdict is not None
    assert verdict.why == "It is clear."


def test_what_is_said_is_told_to_the_world() -> None:
    told = Directed(
        playbook(
            {
                "news": {"act": {"post": "#team"}, "say": "We begin {{ product }}."},
                "draft": {"by": "writer", "do": "D"},
            }
        )
    )
    assert told.planned == ["news", "draft"]


def test_a_step_that_feeds_no_draft_holds_up_the_end_and_not_the_review() -> None:
    told = Directed(
        playbook(
            {"draft": {"by": "writer", "do": "D"}, "side": {"by": "writer", "do": "S"}},
            deliver={"from": "draft"},
        )
    )
    told.finish("draft", "text")
    told.give(c.Approve("review-1"))
    assert told.run.outcome is None
    assert told.planned == ["side"]
    told.finish("side", "text")
    assert told.run.outcome == "approved"


def test_the_requester_is_known_to_every_text() -> None:
    told = Directed(playbook({"draft": {"human": "do", "ask": "{{ requester }}, {{ today }}"}}))
    assert told.run.gates["draft.1"].ask == "web:w:ana, Monday, 2026-11-02"


def test_a_human_step_is_for_those_it_names() -> None:
    told = Directed(playbook({"draft": {"human": "do", "ask": "Sign it.", "by": "leads"}}))
    assert told.run.gates["draft.1"].by == ("leads",)
    told.give(c.Done("draft.1", "Signed."), by=BO)
    assert told.run.value("draft") == "Signed."


def test_a_task_has_the_same_key_however_often_it_is_planned() -> None:
    told = Directed()
    assert [task.key for task in (told.task("draft"), told.task("draft"))] == ["r1/draft/0/1"] * 2
    assert e.Task(run="r1", step="draft", part=2, attempt=3).key == "r1/draft/2/3"
