"""Replies: each question with what the documents say to it."""

from adapters.understudy.model import answer
from tests.understudy.asking import ask, brief

MESSAGE = """Good morning,

I wrote to you last week and nobody answered me, which I find sad after all these years.
When do I get new valves? And who pays for the trees? What is your favourite colour?

Beatriz Salgado"""
POLICY = """# Policy

## How fast

Replacement valves leave the warehouse within 2 working days.

## Money

We do not pay for lost crops or lost trees. A leaking valve is replaced free of charge.

## What we never say

That trees die of it within 2 working days.
"""
TASK = "Write a reply in a warm tone to the message. It is signed: Wei Chen"


def reply(number: int = 1) -> str:
    sender = "Beatriz Salgado of Quinta do Vale"
    given = brief({"message": MESSAGE, "sender": sender}, policy_md=POLICY)
    return answer(ask(TASK, given, variant=(number, 3)))


def test_a_letter_greets_answers_each_question_and_is_signed() -> None:
    parts = reply().split("\n\n")
    assert parts[0] == "Hello Beatriz Salgado,"
    assert parts[1:3] == [
        "> When do I get new valves?",
        "Replacement valves leave the warehouse within 2 working days. [policy.md]",
    ]
    assert parts[3] == "> And who pays for the trees?"
    assert parts[4].startswith("We do not pay")
    assert parts[5:7] == ["> What is your favourite colour?", "Not in the material."]
    assert parts[-1] == "Wei Chen"


def test_what_is_for_our_own_eyes_is_not_quoted() -> None:
    assert all("die of it" not in reply(number) for number in (1, 2, 3))


def test_without_a_question_the_worries_are_answered() -> None:
    given = brief(
        {"message": "I cannot have wet rows.\n\n" + "All was well. " * 20}, policy_md=POLICY
    )
    assert "> I cannot have wet rows.\n\n" in answer(ask(TASK, given))


def test_a_reply_is_made_ready_with_its_promises_listed() -> None:
    task = (
        "Make the reply below ready to send. Below a line, under the heading “Before you send”, "
        f"list each promise with the document it rests on.\n\nThe reply:\n"
        f"<result>\n{reply()}\n</result>"
    )
    text = answer(ask(task, brief({"message": MESSAGE}, policy_md=POLICY)))
    letter, _, listed = text.partition("\n\n---\n\n## Before you send\n\n")
    assert "[policy.md]" not in letter
    assert listed.splitlines() == [
        "- Replacement valves leave the warehouse within 2 working days. [policy.md]",
        "- What is your favourite colour? Not in the material.",
    ]


def test_without_a_list_asked_for_the_text_is_handed_on_as_it_is() -> None:
    task = "Polish this text.\n<result>\nAll is said. [a.md]\n</result>"
    assert answer(ask(task, brief(a_md="All is said."))) == "All is said. [a.md]"
