"""Drafts sent back: what quoting and putting in order can do is done, the rest is said."""

import json

from pydantic import JsonValue

from adapters.understudy.model import answer
from tests.understudy.asking import ask, brief, told
from tests.understudy.test_texts import CALL, SPEC

DRAFT = """# Launch brief

## The news

Sluice is a valve for drip lines. [spec.md] Launch day is 2 February 2027. [spec.md]

## Price

- List price is 89 euros a valve, probe included. [spec.md]
- Ana: “We decided 10 percent for orders of 50 valves or more.” [call.txt]

## Table

| Farm | Saved |
| --- | --- |
| Haslam | 31 % |
| Mas Ferrer | 24 % |"""


def revised(note: str, draft: str = DRAFT, **more: object) -> str:
    given = brief(spec_md=SPEC, call_txt=CALL)
    return told("Write a launch brief.", given, previous=draft, note=note, **more)


def test_shorter_keeps_every_section_with_its_first_half_and_tables_whole() -> None:
    assert revised("Shorter, please") == (
        "# Launch brief\n\n## The news\n\nSluice is a valve for drip lines. [spec.md]\n\n"
        "## Price\n\n- List price is 89 euros a valve, probe included. [spec.md]\n\n"
        "## Table\n\n| Farm | Saved |\n| --- | --- |\n| Haslam | 31 % |\n| Mas Ferrer | 24 % |"
    )


def test_lead_with_puts_the_line_first_and_leaves_no_copy() -> None:
    text = revised("Lead with the 10 percent")
    line = "Ana: “We decided 10 percent for orders of 50 valves or more.” [call.txt]"
    assert text.startswith(f"# Launch brief\n\n{line}\n\n## The news")
    assert text.count("10 percent") == 1


def test_what_is_added_comes_from_the_material() -> None:
    text = revised("Add the deliveries.")
    assert "First deliveries are planned from 1 March 2027. [spec.md]" in text
    assert (
        text.replace("First deliveries are planned from 1 March 2027. [spec.md]\n\n", "") == DRAFT
    )


def test_what_is_there_is_not_added_again() -> None:
    assert revised("Add the launch day") == DRAFT


def test_remove_takes_out_lines_sections_and_empty_headings() -> None:
    text = revised("Remove the list price and the 10 percent; drop the table.")
    assert text == DRAFT[: DRAFT.index("\n\n## Price")]


def test_what_was_wished_for_survives_the_shortening() -> None:
    text = revised("Shorter, and add the deliveries")
    assert "First deliveries" in text
    assert "10 percent" not in text


def test_what_a_note_tells_is_quoted_from_the_note() -> None:
    assert "# Launch brief\n\n“The price is 79 euros now” [note]\n\n" in revised(
        "The price is 79 euros now."
    )


def test_what_takes_a_model_is_said_in_the_last_line_and_only_once() -> None:
    text = revised("Make it funnier, and shorter")
    assert text.endswith("\n\nNot done, since that takes a model: “Make it funnier”.")
    again = revised("Warmer", text)
    assert again.endswith("Not done, since that takes a model: “Warmer”.")
    assert again.count("Not done") == 1


def test_what_cannot_be_added_is_said() -> None:
    assert revised("Add the tractor").endswith(
        "Not done, since that takes a model: “Add the tractor”."
    )


def test_a_variant_takes_up_its_own_draft() -> None:
    listed = "- # One\n\n  First. [a.md]\n- # Two\n\n  Second. [a.md] And more. [a.md]"
    assert revised("Shorter", listed, variant=(2, 2)) == "# Two\n\nSecond. [a.md]"


def test_a_letter_keeps_its_greeting_and_its_questions() -> None:
    letter = "Hello Bo,\n\n> When? And why?\n\nOn Monday we ship. It is late.\n\nWei"
    assert revised("Shorter", letter) == (
        "Hello Bo,\n\n> When? And why?\n\nOn Monday we ship.\n\nWei"
    )


def test_lists_are_revised_entry_by_entry() -> None:
    text = "We decided to ship in May.\n\nWe decided to paint it red.\n\nWe decided to call Bo."

    def decided(note: str) -> list[str]:
        returns: JsonValue = {"decisions": ["text"]}
        given = brief(a_md=text)
        request = ask("Decisions.", given, returns=returns, previous="decisions: …", note=note)
        return [
            entry.split(" to ")[1].split(" ")[0]
            for entry in json.loads(answer(request))["decisions"]
        ]

    assert decided("Fine so far") == ["ship", "paint", "call"]
    assert decided("Drop the red paint") == ["ship", "call"]
    assert decided("Lead with the call to Bo") == ["call", "ship", "paint"]
    assert decided("Fewer, please") == ["ship", "paint"]
