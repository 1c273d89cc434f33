"""Whatever it is given, the understudy says the same again, and nothing of its own."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from adapters.understudy.assignment import read_brief
from adapters.understudy.material import material_of
from adapters.understudy.model import answer
from bot.ports import Request
from tests.playbook.json_schema import fits
from tests.understudy.asking import ask, brief, judged
from tests.understudy.honesty import inventions

SENTENCES = [
    "We decided to ship on 3 March 2027.",
    "Then that is decided.",
    "Agreed.",
    "Ana will send the contract by Friday.",
    "Bo, please write to the printer.",
    "Somebody has to order the paper.",
    "I will call them tomorrow.",
    "Will do.",
    "I do not agree with that price.",
    "The valve costs 89 euros and saves 31 % of the water.",
    "19 of 36 farms said yes.",
    "Who pays for the trees?",
    "It is not confirmed.",
    "The supplier is late again and we are blocked.",
    "Everyone expects it to be ready soon.",
    "It costs 35 euros here, 15 euros there and 20 euros elsewhere, 60 euros together.",
    "The ARPU was flat.",
    "Action: send the sticker. Owner: Wei. Due: 4 December 2026.",
    "TODO: mend the leaflet.",
    "See the other document.",
    "Launch day is 2 February 2027.",
    "[page 3]",
    "Dr. Smith, e.g., came at 9.30 a.m. on Nov 5.",
    "“Quoted words,” she said; (and more): yes!",
    "Größe 5 m², цена 7, 価格は八。",
    "a",
    "",
]
SPEAKERS = ["", "Ana: ", "14:02 Bo: ", "cy, 2026-11-20 09:12 UTC: ", "- ", "1. ", "## ", "- [ ] "]
TABLE = "Farm | Saved | Note\n| --- | --- | --- |\n| Haslam | 31 % | a; b |\n| Total | 12 | x: y |"

lines = st.builds(str.__add__, st.sampled_from(SPEAKERS), st.sampled_from(SENTENCES))
texts = st.one_of(
    st.lists(lines, max_size=25).map("\n".join),
    st.lists(lines, max_size=8).map("\n\n".join),
    st.builds(lambda top, rest: f"{top}\n\n| {TABLE}\n\n{rest}", lines, lines),
    st.text(max_size=300),
)
TASKS = [
    "Write a short report on the valve.",
    "Write the minutes.\n\nSections, in this order:\n- **In short**: the decisions.\n"
    "- **Decisions**: who objected.\n- **Actions**: a table with action, owner and due.\n"
    "- **Open questions**: and work without an owner.\n- **Sources**: each document.",
    "Write a brief. Sections:\n1. News: in one paragraph, with the date.\n2. Figures: a table.\n"
    "3. Limits\n4. What speaks against it: the risks.",
    "Write a reply in a plain tone. It is signed: Wei Chen",
    "Summarise it all.",
    "",
]
SHAPES: list[JsonValue] = [
    {"title": "text", "summary": "text", "launch_date?": "date", "price": "number"},
    {"decisions": [{"decision": "text", "objection": "text", "source": "text"}]},
    {"actions": [{"action": "text", "owner": "text", "due": "text", "quote": "text"}]},
    {"findings": [{"passage": "text", "problem": "text", "fix": "text", "weight": "must | could"}]},
    {"questions": ["text"], "open": ["text"], "angles": ["text"], "problems": ["text"]},
    {"answer": "text", "evidence": [{"quote": "text", "source": "text"}], "sure": "high | low"},
    ["text"],
    "text",
    "yes_no",
    {"when": "text", "who": "text", "state": "open | done", "count?": "integer"},
]
NOTES = [
    "Shorter.",
    "Lead with the price and add the date",
    "Remove the risks; leave out the table",
    "more detail",
    "The price is 79 euros now.",
    "Make it sing, please",
    "",
]


def again(request: Request) -> str:
    """The answer, worked out anew."""
    read_brief.cache_clear()
    material_of.cache_clear()
    return answer(request)


@settings(max_examples=150)
@given(texts, texts, st.sampled_from(TASKS), st.integers(1, 4))
def test_a_text_holds_nothing_that_was_not_given(
    one: str, other: str, task: str, variant: int
) -> None:
    request = ask(task, brief({"message": one}, a_md=one, b_txt=other), variant=(variant, 4))
    said = answer(request)
    assert inventions(said, request) == []
    assert said.strip()
    assert again(request) == said


@settings(max_examples=150)
@given(texts, texts, st.sampled_from(SHAPES), st.sampled_from(["researcher", "sceptic", "figures"]))
def test_a_shape_is_filled_as_asked_and_with_nothing_that_was_not_given(
    one: str, other: str, returns: JsonValue, role: str
) -> None:
    request = ask("Fill it in.", brief(a_md=one, b_csv=other), role=role, returns=returns)
    said = answer(request)
    assert fits(json.loads(said), dict(request.shape or {}))
    assert inventions(said, request) == []
    assert again(request) == said


@settings(max_examples=150)
@given(texts, texts, st.sampled_from(NOTES), st.sampled_from(TASKS))
def test_a_revised_text_holds_nothing_that_was_not_given(
    one: str, previous: str, note: str, task: str
) -> None:
    request = ask(task, brief(a_md=one), previous=previous, note=note)
    said = answer(request)
    assert inventions(said, request) == []
    assert said.strip()
    assert again(request) == said


@settings(max_examples=100)
@given(
    st.lists(texts, min_size=1, max_size=4),
    st.lists(st.sampled_from(SENTENCES[:-1]), min_size=1, max_size=4),
    texts,
)
def test_a_judge_scores_every_candidate_on_every_line(
    candidates: list[str], rubric: list[str], one: str
) -> None:
    verdict = judged(candidates, rubric, brief(a_md=one))
    assert {(score.candidate, score.line) for score in verdict.scores} == {
        (candidate, line) for candidate in range(len(candidates)) for line in range(len(rubric))
    }
    assert 0 <= verdict.best < len(candidates)
    assert verdict == judged(candidates, rubric, brief(a_md=one))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("89", "79"),
        lambda text: text + "\nThe valve is blue.",
        lambda text: text.replace("[a.md]", "[b.md]"),
    ],
)
def test_the_check_itself_finds_what_was_invented(spoil: Callable[[str], str]) -> None:
    request = ask("Write a report on the valve.", brief(a_md="The valve costs 89 euros a piece."))
    assert inventions(answer(request), request) == []
    assert inventions(spoil(answer(request)), request) != []
