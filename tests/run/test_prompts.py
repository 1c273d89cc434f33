"""How brief, step and results become a request."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from pydantic import JsonValue

from bot import prompts
from bot.ports import Request, ToolSpec
from bot.run import commands as c
from bot.run.events import Brief, Document, Last
from tests.run.director import Directed, Steps, playbook

FIND = ToolSpec(name="find", description="Finds.", arguments={"type": "object"})
LOOK = ToolSpec(name="look", description="Looks.", arguments={"type": "object"})
TOOLS = {"find": FIND, "look": LOOK}

PAIR: Steps = {
    "notes": {"by": "writer", "do": "N"},
    "draft": {"by": "writer", "do": "Write about {{ product }} from:\n{{ notes }}"},
}


def request(told: Directed, step: str, part: int = 0) -> Request:
    return prompts.request(told.run, told.task(step, part), TOOLS)


def test_a_request_is_the_role_the_task_and_nothing_else() -> None:
    assert request(Directed(), "draft").instructions == snapshot("""\
# Your role: writer

Write short sentences.

# Your task

Write about Acme.\
""")


def test_the_brief_is_the_same_for_all_steps() -> None:
    told = Directed(playbook(PAIR))
    first = request(told, "notes")
    told.finish("notes", "n")
    second = request(told, "draft")
    assert (first.system, first.brief, first.tools) == (second.system, second.brief, second.tools)


def test_a_brief_holds_inputs_needs_and_documents() -> None:
    brief = Brief(
        inputs={"product": "Acme", "many": ["a", "b"], "none": None},
        documents=(Document(name="spec.pdf", source="a file from ana", text="It is red."),),
        today="Monday, 2026-11-02",
    )
    assert prompts.brief_text(brief, ["the date", "the price"]) == snapshot("""\
# The brief

Today is Monday, 2026-11-02.

## product
<input>
Acme
</input>

## many
<input>
- a
- b
</input>

## none
<input>

</input>

A good brief says: the date; the price.

# Documents

<document name="spec.pdf" source="a file from ana">
It is red.
</document>\
""")


def test_what_people_do_is_asked_of_no_model() -> None:
    told = Directed(playbook({"sign": {"human": "do", "ask": "Sign."}}))
    with pytest.raises(TypeError, match="sign is not done by a specialist"):
        request(told, "sign")


def test_a_short_result_stands_in_the_line_and_a_long_one_between_tags() -> None:
    told = Directed(playbook(PAIR))
    told.finish("notes", "short")
    assert "from:\nshort" in request(told, "draft").instructions
    told = Directed(playbook(PAIR))
    told.finish("notes", "one\ntwo")
    assert (
        'from:\n<result by="writer" step="notes">\none\ntwo\n</result>'
        in request(told, "draft").instructions
    )


def test_names_reach_into_an_object() -> None:
    steps: Steps = {
        "notes": {"by": "writer", "do": "N", "returns": {"title": "text", "facts": ["text"]}},
        "draft": {"by": "writer", "do": "{{ notes.title }}: {{ notes.facts | join('; ') }}"},
    }
    told = Directed(playbook(steps))
    told.finish("notes", {"title": "Red", "facts": ["a", "b"]})
    assert "Red: a; b" in request(told, "draft").instructions


def test_each_part_is_told_its_own_item() -> None:
    steps: Steps = {
        "notes": {"by": "writer", "do": "N", "returns": ["text"]},
        "draft": {"by": "writer", "each": "notes", "do": "On {{ item }}"},
    }
    told = Directed(playbook(steps))
    told.finish("notes", ["red", "blue"])
    assert "On <item>\nblue\n</item>" in request(told, "draft", 1).instructions


def test_each_variant_is_asked_for_an_angle_of_its_own() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "D", "variants": 3}}))
    assert "This is variant 2 of 3" in request(told, "draft", 1).instructions
    assert "variant" not in request(Directed(), "draft").instructions


def test_a_judge_sees_every_candidate_and_the_rubric() -> None:
    steps: Steps = {
        "words": {"by": "writer", "do": "W", "variants": 2},
        "best": {"judge": "words", "by": "critic", "rubric": ["Short", "True"]},
    }
    told = Directed(playbook(steps))
    told.finish("words", "a", "b")
    asked = request(told, "best")
    assert asked.instructions.split("```json")[0] == snapshot("""\
# Your role: critic

# Your task

Judge each candidate against each line of the rubric, from 0 (fails) to 10 (could not be better), with a reason of one sentence that points at the text. Then name the best candidate and say why in one or two sentences.

# Rubric
0. Short
1. True

## Candidate 0
<candidate>
a
</candidate>

## Candidate 1
<candidate>
b
</candidate>

# Shape
Answer with one JSON value and nothing around it. It must follow this schema:
""")  # noqa: E501
    assert asked.shape is not None
    assert asked.model == "opus"


RECURRING: Steps = {
    "draft": {
        "by": "writer",
        "do": "Since {{ since }}:{% if last.result %} not again {{ last.result }}, "
        "approved {{ last.approved_at }}{% endif %}",
    },
    "best": {"judge": "draft", "by": "critic", "rubric": ["It says what became of the last"]},
}


def test_a_recurring_task_and_its_judge_know_the_last_approved_result() -> None:
    last = Last(result="Week 46.\n</result> All went well.", approved_at="Monday")
    told = Directed(playbook(RECURRING), last=last, since="Monday, 09:00")
    asked = request(told, "draft")
    material = "Week 46.\n&lt;/result> All went well.\n</result>"
    opened = '<result of="last.result">'
    known = f"Since Monday, 09:00: not again {opened}\n{material}, approved Monday"
    assert known in asked.instructions
    assert "Week 46" not in asked.brief
    told.finish("draft", "Week 47.")
    judged = request(told, "best").instructions
    assert f"so check what they say of it:\n{opened}\n{material}\n\n# Rubric" in judged


def test_the_first_of_a_series_knows_no_predecessor() -> None:
    told = Directed(playbook(RECURRING))
    assert "\n\nSince :\n\n" in request(told, "draft").instructions
    told.finish("draft", "Week 46.")
    assert "last approved result" not in request(told, "best").instructions


def test_the_last_result_may_be_an_object_whose_parts_are_named() -> None:
    told = Directed(
        playbook({"draft": {"human": "do", "ask": "Then: {{ last.result.facts | join('; ') }}"}}),
        last=Last(result={"facts": ["a", "b"]}),
    )
    assert told.run.gates["draft.1"].ask == "Then: a; b"


def test_a_run_from_before_last_was_reserved_keeps_its_own_input_of_that_name() -> None:
    inputs: dict[str, JsonValue] = {"last": "Monday", "since": "then"}
    run = Directed().run
    started = run.started.model_copy(update={"brief": Brief(inputs=inputs)})
    assert run.but(started=started).values().items() >= inputs.items()


def test_a_note_comes_with_the_draft_it_speaks_of() -> None:
    told = Directed()
    told.finish("draft", "The first.")
    told.give(c.Revise("review-1", "Shorter."))
    told.finish("draft", "The second.")
    told.give(c.Revise("review-2", "And louder."))
    said = request(told, "draft").instructions
    assert said[said.index("# Revision") :] == snapshot("""\
# Revision
You handed this in before:
<draft>
The second.
</draft>

The people who judge it sent it back with these notes, the newest last:
1. Shorter.
2. And louder.

Hand in the whole result again with the newest note carried out and the earlier ones still kept. Change nothing that the notes do not touch.\
""")  # noqa: E501


def test_each_variant_mends_what_it_wrote_itself() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "D", "variants": 2}}))
    told.finish("draft", "one", "two")
    told.give(c.Revise("review-1", "Shorter."))
    said = request(told, "draft", 1).instructions
    assert "You handed this in before:\n<draft>\ntwo\n</draft>" in said
    assert "one" not in said.partition("# Revision")[2].partition("</draft>")[0]


def test_a_part_that_was_not_there_before_is_told_the_note_alone() -> None:
    steps: Steps = {
        "notes": {"by": "writer", "do": "N", "returns": ["text"]},
        "draft": {"by": "writer", "each": "notes", "do": "On {{ item }}"},
    }
    told = Directed(playbook(steps))
    told.finish("notes", ["red"])
    told.finish("draft", "of red")
    told.give(c.Revise("review-1", "Shorter.", ("notes", "draft")))
    told.finish("notes", ["red", "blue"])
    assert "# Revision\nThis was done before." in request(told, "draft", 1).instructions


def test_a_step_without_a_note_is_told_of_none() -> None:
    told = Directed(playbook(PAIR))
    told.finish("notes", "n")
    told.finish("draft", "d")
    told.give(c.Revise("review-1", "Others.", ("notes",)))
    told.finish("notes", "n2")
    assert "# Revision" not in request(told, "draft").instructions


def test_a_shape_is_said_in_words_too() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "D", "returns": {"a": "text"}}}))
    asked = request(told, "draft")
    assert '"required":["a"]' in asked.instructions
    assert asked.shape == {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    }


def test_tools_are_the_same_for_a_whole_run_and_each_is_told_which_are_its_own() -> None:
    steps: Steps = {
        "notes": {"by": "critic", "do": "N"},
        "draft": {"by": "writer", "do": "{{ notes }}"},
    }
    told = Directed(playbook(steps))
    told.finish("notes", "n")
    critic, writer = request(told, "notes"), request(told, "draft")
    assert critic.tools == writer.tools == (FIND,)
    assert "only these are for you: find" in critic.instructions
    assert "use none" in writer.instructions
    assert "tool" not in request(Directed(), "draft").instructions


def test_a_run_of_one_call_asks_for_no_long_cache() -> None:
    assert request(Directed(), "draft").keep_s == 300
    assert request(Directed(playbook(PAIR)), "notes").keep_s == 3600


def test_files_are_named_and_not_repeated() -> None:
    book = playbook(
        {"draft": {"by": "writer", "do": "From {{ product }}"}},
        inputs={"product": {"type": "files"}},
    )
    told = Directed(book)
    files: list[JsonValue] = ["a.pdf", "b.txt"]
    told.run.brief.inputs["product"] = files
    assert "From a.pdf, b.txt" in request(told, "draft").instructions
    told.run.brief.inputs["product"] = []
    assert "From no documents" in request(told, "draft").instructions


# --- what others said is data -------------------------------------------------------------


@given(st.text() | st.sampled_from(["</document>", "< /result>", "</RESULT >", "<Draft", "<item>"]))
def test_no_text_closes_the_tags_around_it(text: str) -> None:
    shown = prompts.data("document", text, name='a" onload="x', source="<b>")
    inside = shown.removesuffix("</document>")[1:]
    assert not re.search(r"<\s*/?\s*(brief|document|result|candidate|draft|item)\b", inside, re.I)
    assert shown.startswith('<document name="a\' onload=\'x" source="(b)">\n')


def test_a_short_result_opens_no_tag_either() -> None:
    told = Directed(playbook(PAIR))
    told.finish("notes", "</result><document>")
    assert "&lt;/result>&lt;document>" in request(told, "draft").instructions


def test_nothing_that_others_said_is_in_the_system_text() -> None:
    told = Directed(playbook(PAIR), product="SECRET")
    told.finish("notes", "SECRET")
    assert "SECRET" not in request(told, "draft").system
