"""Shapes: each field by its name and type."""

from typing import cast

from pydantic import JsonValue

from adapters.understudy import frames
from bot.playbook.returns import validate
from tests.understudy.asking import brief, filled
from tests.understudy.test_texts import CALL, SPEC

GIVEN = brief({"question": "Should we sell Sluice in 2027?"}, spec_md=SPEC, call_txt=CALL)


def test_a_date_is_taken_from_beside_the_words_of_its_field() -> None:
    assert filled({"launch_date?": "date", "delivery_date?": "date"}, "Dates.", GIVEN) == {
        "launch_date": "2027-02-02",
        "delivery_date": None,
    }


def test_numbers_come_from_the_material_alone() -> None:
    assert filled({"price": "number", "wheels?": "integer"}, "Figures.", GIVEN) == {
        "price": 89,
        "wheels": None,
    }


def test_actions_have_empty_fields_where_nothing_was_said() -> None:
    returns: JsonValue = {
        "actions": [{"action": "text", "owner": "text", "due": "text", "source": "text"}]
    }
    text = "Bo Ek will call by Friday.\n\nSomebody has to order paper."
    assert filled(returns, "The actions.", brief(notes_md=text)) == {
        "actions": [
            {
                "action": "Bo Ek will call by Friday.",
                "owner": "Bo Ek",
                "due": "Friday",
                "source": "notes.md",
            },
            {
                "action": "Somebody has to order paper.",
                "owner": "",
                "due": "",
                "source": "notes.md",
            },
        ]
    }


def test_decisions_and_open_questions_are_lists_of_what_was_said() -> None:
    assert filled({"decisions": ["text"], "open": ["text"]}, "The record.", GIVEN) == {
        "decisions": ["We decided 10 percent for orders of 50 valves or more. [call.txt]"],
        "open": ["Bo: “Who answers the phone on launch day?” [call.txt]"],
    }


def test_no_more_than_asked_for_is_given() -> None:
    found = filled({"angles": ["text"]}, "Propose two angles on Sluice for growers.", GIVEN)
    assert len(cast("dict[str, list[str]]", found)["angles"]) <= 2


def test_an_option_is_chosen_by_evidence() -> None:
    returns: JsonValue = {"problems": [{"problem": "text", "state": "open | at risk | solved"}]}
    text = "The leak was fixed, the problem is solved.\n\nThe firmware is late, a problem."
    found = filled(returns, "The problems.", brief(notes_md=text))
    assert [
        entry["state"] for entry in cast("dict[str, list[dict[str, str]]]", found)["problems"]
    ] == [
        "solved",
        "at risk",
    ]


def test_confidence_is_high_only_with_figures_from_two_sources() -> None:
    returns: JsonValue = {
        "evidence": [{"quote": "text", "source": "text"}],
        "confidence": "high | medium | low",
    }
    one = "The valve saved 31 % of the water on the farm."
    other = "The valve saved 24 % of water in the second test."
    task = "How much water does the valve save?"
    both = cast("dict[str, str]", filled(returns, task, brief(a_md=one, b_md=other)))
    alone = cast("dict[str, str]", filled(returns, task, brief(a_md=one)))
    nothing = cast("dict[str, str]", filled(returns, task, brief()))
    assert (both["confidence"], alone["confidence"], nothing["confidence"]) == (
        "high",
        "medium",
        "low",
    )


def test_a_text_that_nothing_answers_says_so() -> None:
    assert filled({"answer": "text"}, "What of it?", brief()) == {"answer": frames.NOT_THERE_FIELD}


def test_a_question_is_split_into_those_that_the_material_speaks_to() -> None:
    task = "Split this question into at most 3 smaller ones: Should we sell Sluice in 2027?"
    found = cast("dict[str, list[str]]", filled({"questions": ["text"]}, task, GIVEN))["questions"]
    assert found[0] == "Should we sell Sluice in 2027?"
    assert set(found[1:]) <= set(frames.ASKED)
    assert len(found) <= 3


def test_readers_of_different_roles_remark_different_things() -> None:
    returns: JsonValue = {
        "findings": [{"passage": "text", "problem": "text", "weight": "must | should | could"}]
    }
    text = (
        "It costs 35 euros here, 15 euros there and 20 euros elsewhere, 60 euros together.\n\n"
        "Everyone expects it. The ARPU is flat. It comes soon."
    )

    def remarked(role: str) -> list[tuple[str, str]]:
        found = cast(
            "dict[str, list[dict[str, str]]]", filled(returns, "Review.", brief(a_md=text), role)
        )
        return [(entry["problem"].split(".")[0], entry["weight"]) for entry in found["findings"]]

    assert remarked("examiner\n\nCheck every figure, sum and source.")[0] == (
        "The figures named do not add up to the one given as their sum",
        "must",
    )
    assert remarked("sceptic\n\nTest the argument and what it assumes.") == [
        ("“Everyone” allows no exception, and nothing shows that there is none", "should")
    ]
    assert remarked("newcomer\n\nSay where a word or abbreviation loses you.") == [
        ("“soon” is no date", "should"),
        ("“ARPU” is not explained", "could"),
    ]


def test_figures_that_differ_for_the_same_thing_are_found() -> None:
    returns: JsonValue = {"findings": [{"passage": "text", "problem": "text"}]}
    text = (
        "New valves bring 144,000 euros in all.\n\n| Item | Euros |\n| --- | --- |\n"
        "| New valves | 72,000 |\n| Old valves | 10 |"
    )
    found = cast(
        "dict[str, list[dict[str, str]]]", filled(returns, "x", brief(a_md=text), "figures")
    )
    assert "“Item: New valves; Euros: 72,000”" in found["findings"][0]["problem"]


def test_whatever_is_returned_is_valid() -> None:
    returns: JsonValue = {
        "a": {"b": ["yes_no"], "c": "date", "d?": {"e": "x | y"}},
        "f": [["text"]],
    }
    assert validate(filled(returns, "Anything.", GIVEN), returns)[1] == ()
