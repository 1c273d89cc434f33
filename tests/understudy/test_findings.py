"""Who does what by when, and what was settled, as a transcript or a note says it."""

import pytest

from adapters.understudy import findings
from adapters.understudy.findings import decisions
from adapters.understudy.material import Material, material_of
from bot.run.events import Document


def material(text: str) -> Material:
    return material_of((Document(name="notes.md", source="a file", text=text),))


def actions(text: str) -> list[tuple[str, str, str]]:
    return [(a.text, a.more["owner"], a.more["due"]) for a in findings.actions(material(text))]


def settled(text: str) -> list[tuple[str, str]]:
    return [(d.text, d.more["objection"]) for d in decisions(material(text))]


def questions(text: str) -> list[str]:
    return [entry.text for entry in findings.questions(material(text))]


@pytest.mark.parametrize(
    ("text", "owner", "due"),
    [
        ("Maren Holt will call the printer by 24 November.", "Maren Holt", "24 November"),
        (
            "Action: call the printer. Owner: Maren. Due: 24 November 2026.",
            "Maren",
            "24 November 2026",
        ),
        ("TODO: call the printer", "", ""),
        ("Action: call the printer. Owner: not decided.", "", ""),
        ("Somebody has to call the printer this week.", "", "this week"),
        ("Maren, please call the printer tomorrow.", "Maren", "tomorrow"),
        ("Idris, send everybody the numbers by Monday.", "Idris", "Monday"),
    ],
)
def test_an_action_has_the_owner_and_the_date_that_were_said(
    text: str, owner: str, due: str
) -> None:
    assert [(who, when) for _, who, when in actions(text)] == [(owner, due)]


@pytest.mark.parametrize(
    "text",
    [
        "Some growers will leave.",
        "Billing will be ready in time. We pay for billing.",
        "The valve will close by itself.",
        "Lucia, you have the numbers.",
        "Idris, can you live with that?",
        "Certification is expected by 29 January 2027.",
    ],
)
def test_what_nobody_took_on_is_no_action(text: str) -> None:
    assert actions(text) == []


def test_a_speaker_who_says_i_will_owns_it() -> None:
    text = "Ana: We need paper.\nBo: I will order it today.\nAna: Thank you all."
    assert actions(text) == [("I will order it today.", "Bo", "today")]


def test_a_request_that_is_taken_up_is_one_action() -> None:
    text = (
        "Ana: Bo, you write the text for the app?\nBo: Yes, I will write it by 27 November.\n"
        "Ana: Ok."
    )
    [action] = findings.actions(material(text))
    assert (action.more["owner"], action.more["due"]) == ("Bo", "27 November")
    assert action.more["quote"] == (
        "Bo, you write the text for the app? Bo: “Yes, I will write it by 27 November.”"
    )


def test_an_action_that_leans_on_the_sentence_before_is_told_with_it() -> None:
    text = "The leaflet needs a new drawing. Somebody from marketing must do that."
    assert actions(text) == [(text, "", "")]


def test_a_decision_says_what_was_decided_and_who_was_against_it() -> None:
    text = (
        "Ana: So we ship loam in December and clay in January.\nBo: I am against it.\n"
        "Ana: Then that is decided.\nCy: Fine."
    )
    assert settled(text) == [
        (
            "So we ship loam in December and clay in January. Then that is decided.",
            "Bo: “I am against it.”",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It is not decided yet.",
        "I do not agree to 15.",
        "I do not want to decide this without Tom.",
        "The price is to be decided.",
        "Have we decided?",
        "The soil has settled around the probe.",
    ],
)
def test_what_was_not_settled_is_no_decision(text: str) -> None:
    assert settled(text) == []


def test_decisions_in_a_list_under_their_heading_need_no_verb() -> None:
    assert settled("## Decisions\n\n- Ship on Monday") == [("Ship on Monday", "")]


def test_a_question_that_is_answered_is_not_open() -> None:
    text = "Ana: What does it cost?\nBo: Two euros.\nAna: And who pays for all of it?"
    assert questions(text) == ["Ana: “And who pays for all of it?”"]


def test_gaps_that_the_material_names_are_open() -> None:
    text = (
        "## What we did not test\n\n- Roaming between countries.\n\n"
        "## Dates\n\nThe date is not confirmed."
    )
    assert questions(text) == [
        "What we did not test: Roaming between countries.",
        "The date is not confirmed.",
    ]


def test_actions_keep_their_source() -> None:
    [action] = findings.actions(material("Ana Ek will call."))
    assert action.source == "notes.md"
