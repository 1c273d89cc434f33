"""What a specialist does next, by what was said so far."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.run.commands import Fail, Finish
from bot.run.events import ModelTurn, PersonTurn, ToolCall, ToolTurn, Turn
from bot.specialist import MOST_CALLS, MOST_CORRECTIONS, Ask, Use, next_move
from tests.fakes_model import verdict
from tests.run.director import Directed, Steps, playbook

JUDGED: Steps = {
    "words": {"by": "writer", "do": "W", "variants": 2},
    "best": {"judge": "words", "by": "critic", "rubric": ["Short"]},
}
SHAPED = playbook({"draft": {"by": "writer", "do": "D", "returns": {"a": "integer"}}})


def said(text: str, stop: str = "end_turn") -> ModelTurn:
    return ModelTurn(text=text, stop=stop)


def move(told: Directed, *turns: Turn, step: str = "draft") -> object:
    return next_move(told.run, told.task(step), turns)


def judging() -> Directed:
    told = Directed(playbook(JUDGED))
    told.finish("words", "a", "b")
    return told


def problems(found: object) -> str:
    """What the model is told is wrong with its answer."""
    assert isinstance(found, Ask)
    last = found.turns[-1]
    assert isinstance(last, PersonTurn)
    return last.text.split("\n", 1)[1].rsplit("\n", 1)[0]


def test_first_the_model_is_asked() -> None:
    assert move(Directed()) == Ask(())


def test_a_text_is_the_result() -> None:
    told = Directed()
    assert move(told, said(" The text. \n")) == Finish(task=told.task("draft"), value="The text.")


def test_an_empty_text_is_corrected() -> None:
    found = move(Directed(), said("  "))
    assert isinstance(found, Ask)
    assert found.turns == (
        said("  "),
        PersonTurn(
            text="That answer cannot be used:\n- it is empty\n"
            "Hand in the whole answer again, mended."
        ),
    )


def test_an_answer_that_was_cut_off_is_asked_for_shorter() -> None:
    assert problems(move(Directed(), said("half", stop="max_tokens"))) == (
        "- it was cut off at the length limit; hand in a shorter one"
    )


def test_after_two_corrections_the_task_has_failed_for_its_own_words() -> None:
    told = Directed()
    failed = move(told, *[said("")] * (MOST_CORRECTIONS + 1))
    assert failed == Fail(
        task=told.task("draft"),
        why="The answer was wrong 3 times; the last time: it is empty",
        fresh=True,
    )


def test_a_correction_is_said_again_where_it_stood() -> None:
    told = Directed()
    found = move(told, said(""), said("half", stop="max_tokens"))
    assert isinstance(found, Ask)
    assert [turn.role for turn in found.turns] == ["model", "person", "model", "person"]


def test_tools_are_used_before_the_model_is_asked_again() -> None:
    told = Directed()
    call = ToolCall(id="1", name="find", arguments={"words": "red"})
    asked = ModelTurn(text="", calls=(call,), stop="tool_use")
    assert move(told, asked) == Use((call,))
    used = ToolTurn(results=())
    assert move(told, asked, used) == Ask((asked, used))
    assert isinstance(move(told, asked, used, said("Found.")), Finish)


def test_a_pause_is_gone_on_from() -> None:
    told = Directed()
    paused = said("so far", stop="pause_turn")
    assert move(told, paused) == Ask((paused,))


def test_a_task_that_never_ends_is_given_up() -> None:
    told = Directed()
    paused = [said("so far", stop="pause_turn")] * MOST_CALLS
    assert isinstance(move(told, *paused[:-1]), Ask)
    failed = move(told, *paused)
    assert isinstance(failed, Fail)
    assert failed.fresh
    assert failed.why == "No result after 16 calls of the model; the task may be too wide."


# --- shapes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ['{"a": 1}', '```json\n{"a": 1}\n```', 'Here it is: {"a": 1} as asked.', '{"a": 1.0}']
)
def test_a_shape_is_found_in_what_stands_around_it(text: str) -> None:
    told = Directed(SHAPED)
    assert move(told, said(text)) == Finish(task=told.task("draft"), value={"a": 1})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no", "- an object is expected"),
        ('{"a": ', "- it is not valid JSON: Expecting value"),
        ('{"a": "x"}', "- a: a whole number is expected"),
        ('{"b": 1}', '- "a" is missing\n- "b" was not asked for'),
        ("[1]", "- an object is expected"),
        ('{"a": ' + "1" * 5_000 + "}", "- it is not valid JSON: Exceeds the limit"),
        ('{"a": NaN}', "- it is not valid JSON: Out of range"),
        ('{"a": 1e999}', "- it is not valid JSON: Out of range"),
        ('{"a": "\\ud83d"}', "- it is not valid JSON: 'utf-8' codec can't encode"),
        ("[" * 100_000, "- it is not valid JSON"),
    ],
)
def test_what_does_not_fit_is_said_so_that_it_can_be_mended(text: str, problem: str) -> None:
    assert problems(move(Directed(SHAPED), said(text))).startswith(problem)


@given(st.text() | st.text(alphabet='{}[]",:0123456789.eE-\\ nNuU'))
def test_no_text_breaks_the_reading_of_it(text: str) -> None:
    assert isinstance(move(Directed(SHAPED), said(text)), Ask | Finish)


# --- verdicts -----------------------------------------------------------------------------------


def test_a_verdict_is_the_judges_result() -> None:
    told = judging()
    found = move(told, said(verdict(1, 2)), step="best")
    assert isinstance(found, Finish)
    assert found.verdict is not None
    assert (found.verdict.best, len(found.verdict.scores)) == (1, 2)


def test_a_verdict_scores_every_candidate_by_every_line_and_no_other() -> None:
    told = judging()
    scores: list[JsonValue] = [{"candidate": 2, "line": 0, "score": 3}]
    text = json.dumps({"best": 2, "scores": scores})
    assert problems(move(told, said(text), step="best")) == (
        "- best is 2, and the candidates are 0 to 1\n"
        "- candidate 0 has no score for line 0\n"
        "- candidate 1 has no score for line 0\n"
        "- there is no candidate 2 with a line 0"
    )


def test_a_score_is_from_0_to_10() -> None:
    text = json.dumps({"best": 0, "scores": [{"candidate": 0, "line": 0, "score": 11}]})
    assert "scores.0.score: Input should be less than or equal to 10" in problems(
        move(judging(), said(text), step="best")
    )


def test_a_verdict_is_an_object() -> None:
    assert problems(move(judging(), said("[1]"), step="best")) == "- it holds no JSON object"


@pytest.mark.parametrize(
    ("returns", "text", "value"),
    [
        ("low | high", "high", "high"),
        ("low | high", '"high"', "high"),
        ("low | high", '```json\n"high"\n```', "high"),
        ("integer", "3", 3),
        ("yes_no", "true", True),
        ("date", "2026-11-30", "2026-11-30"),
        ("text", "As [1] says: {x}.", "As [1] says: {x}."),
        (["text"], 'Here they are, [as asked]: ["a"]', ["a"]),
        ({"a": "integer"}, '{"a": 1}\nI hope that helps.', {"a": 1}),
    ],
)
def test_every_shape_is_taken_bare_or_in_prose(
    returns: JsonValue, text: str, value: JsonValue
) -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "D", "returns": returns}}))
    assert move(told, said(text)) == Finish(task=told.task("draft"), value=value)
