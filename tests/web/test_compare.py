"""Drafts as the page shows them: what changed by words, what was weighed, what was decided."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.views.choices import alternatives, choices
from adapters.web.views.compare import Comparison, compare
from adapters.web.views.drafts import changed, drafts, read
from adapters.web.views.paragraphs import Paragraph, paragraphs
from bot.run import commands as c
from bot.run import events as e
from tests.run.director import ANA, BO, Directed, Steps, drafted, playbook

SIGNS = {"same": "", "gone": "-", "new": "+"}
RUBRIC = ["short", "true"]
JUDGED: Steps = {
    "words": {"by": "writer", "do": "W", "variants": 2},
    "best": {"judge": "words", "by": "critic", "rubric": [*RUBRIC]},
}


def told(found: Comparison) -> list[str]:
    """Each row in one line: what is gone as [-so], what is new as [+so]."""
    return [
        "".join(f"[{SIGNS[op]}{words}]" if op != "same" else words for op, words in row.pieces)
        for row in found.rows
    ]


def between(before: str, after: str) -> list[str]:
    return told(compare(paragraphs(before), paragraphs(after)))


# --- what changed -------------------------------------------------------------------------


def test_changed_words_stand_among_those_that_stayed() -> None:
    before = "The Halo costs 199 € and ships in May."
    assert between(before, "The Halo costs 149 € and ships in early June.") == [
        "The Halo costs [-199 ][+149 ]€ and ships in [-May][+early June]."
    ]


def test_a_paragraph_is_compared_with_the_one_that_it_became() -> None:
    before = "One stays here.\n\nThis one goes away.\n\nThe price is high today."
    after = "New at the top of all.\n\nOne stays here.\n\nThe price is low today."
    assert between(before, after) == [
        "[+New at the top of all.]",
        "One stays here.",
        "[-This one goes away.]",
        "The price is [-high ][+low ]today.",
    ]


def test_a_paragraph_written_anew_stands_whole() -> None:
    before, after = "The lamp is bright and warm.", "Nobody asked why it rained in Ghent."
    assert between(before, after) == [f"[-{before}]", f"[+{after}]"]


def test_markdown_is_compared_as_it_reads() -> None:
    before = "# Lamp\n\n- **one** thing\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> said"
    after = "## Lamp\n\n* one *thing*\n\n| a | b |\n|---|---|\n| 1 | 3 |\n\n> said"
    found = compare(paragraphs(before), paragraphs(after))
    assert told(found) == ["Lamp", "one thing", "a | b", "1 | [-2][+3]", "said"]
    assert [row.looks for row in found.rows] == ["h2", "item", "cells", "cells", "quote"]


def test_a_link_that_leads_elsewhere_is_a_change() -> None:
    assert between("See [it](https://a.test).", "See [it](https://b.test).") == [
        "See it (https://[-a.test][+b.test])."
    ]


def test_a_script_without_spaces_is_compared_sign_by_sign() -> None:
    assert between("新しいランプです", "新しい時計です") == ["新しい[-ランプ][+時計]です"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 50_000, "a b " * 25_000),
        ("- a\n" * 3_000, "- a\n" * 3_000 + "- b\n"),
    ],
)
def test_what_would_take_too_long_is_said_to_be_coarse(before: str, after: str) -> None:
    found = compare(paragraphs(before), paragraphs(after))
    assert found.coarse
    assert {row.kind for row in found.rows} == {"gone", "new"}


def test_a_long_text_with_few_changes_is_compared_by_words_whole() -> None:
    lines = [f"Paragraph {n} says what number {n * 7} is good for." for n in range(5_000)]
    after = [line.replace("good", "bad") if n % 50 == 0 else line for n, line in enumerate(lines)]
    found = compare(paragraphs("\n\n".join(lines)), paragraphs("\n\n".join(after)))
    assert (found.added, found.removed, found.coarse) == (100, 100, False)


texts = st.lists(
    st.lists(
        st.sampled_from(["a", "b ", "lamp ", "lamps ", "49.99 ", "of ", ". ", "灯"]), max_size=9
    ),
    max_size=6,
).map(lambda found: [Paragraph("text", "".join(words)) for words in found])


@given(texts, texts)
def test_both_texts_can_be_read_off_their_comparison(
    before: list[Paragraph], after: list[Paragraph]
) -> None:
    rows = compare(before, after).rows

    def side(without: str) -> list[str]:
        kept = [[text for op, text in row.pieces if op != without] for row in rows]
        return ["".join("".join(texts).split()) for texts in kept if "".join(texts).strip()]

    def words(of: list[Paragraph]) -> list[str]:
        return ["".join(one.text.split()) for one in of if one.text.strip()]

    assert side("new") == words(before)
    assert side("gone") == words(after)


# --- drafts -------------------------------------------------------------------------------


def revised() -> Directed:
    told = drafted()
    told.now += timedelta(minutes=5)
    told.give(c.Revise("review-1", "Say **what** <i>it</i> costs."))
    told.finish("draft", "The second draft.")
    return told


def test_the_newest_draft_comes_first_and_each_says_what_came_of_it() -> None:
    newest, oldest = drafts(revised().run, {ANA: "Ana Ruiz"})
    assert (newest["number"], newest["decision"]["verb"]) == (2, "Waits to be judged")
    decision = oldest["decision"]
    assert (decision["verb"], decision["by"], decision["tone"]) == ("Sent back", "Ana Ruiz", "warn")
    assert "<strong>what</strong> &lt;i&gt;it&lt;/i&gt; costs" in decision["said"]
    assert decision["at"] == (drafted().now + timedelta(minutes=5)).isoformat()


def test_a_draft_that_needs_two_says_how_many_there_are() -> None:
    told = drafted(playbook(deliver={"from": "draft", "review": {"by": ["leads"], "approvals": 2}}))
    told.give(c.Approve("review-1"), BO)
    (draft,) = drafts(told.run, {})
    assert draft["decision"]["verb"] == "Waits to be judged: 1 of 2 approvals given"


def test_a_draft_that_nobody_decided_names_nobody() -> None:
    told = drafted()
    told.give(c.Cancel("enough"))
    (draft,) = drafts(told.run, {})
    assert (draft["decision"]["verb"], draft["decision"]["by"]) == ("Not decided", "")


def test_what_changed_is_told_in_words() -> None:
    run = revised().run
    first, second = run.drafts
    told = changed(first, second)
    assert told["summary"] == "1 word added and 1 word removed since draft 1."
    assert told["note"] == ""
    assert changed(first, first)["summary"] == "Nothing has changed since draft 1."


def test_a_draft_that_is_no_text_is_read_as_its_card_shows_it() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "W", "returns": {"a": "text"}}}))
    told.finish("draft", {"a": "<b>one</b>", "list": ["x", "y"]})
    shown = read(told.run, told.run.drafts[0])
    assert shown["markdown"] == "a: <b>one</b>\nlist:\n  - x\n  - y"
    assert "<b>" not in shown["html"]
    assert shown["path"] == "/runs/r1/draft-1.md"


# --- what was weighed ---------------------------------------------------------------------


def judged(why: str = "It is <short>.") -> Directed:
    told = Directed(playbook(JUDGED))
    told.finish("words", "Long words.", "Words.")
    scores = tuple(
        e.Score(candidate=n, line=line, score=5 + n, reason=f"{RUBRIC[line]} {n}")
        for n in range(2)
        for line in range(2)
    )
    verdict = e.Verdict(best=1, why=why, scores=scores)
    told.give(c.Finish(task=told.task("best"), verdict=verdict), by="podium")
    return told


def test_a_judges_scores_stand_beside_each_candidate() -> None:
    run = judged().run
    (choice,) = choices(run, run.drafts[-1])
    assert (choice["about"], choice["why"]) == ("Judged by critic", "It is <short>.")
    first, second = choice["candidates"]
    assert (first["label"], first["word"], first["total"], first["most"]) == (
        "Variant 1",
        "",
        10,
        20,
    )
    assert (second["label"], second["word"], second["total"]) == ("Variant 2", "Best", 12)
    assert second["scores"] == [{"score": 6, "reason": "short 1"}, {"score": 6, "reason": "true 1"}]
    assert alternatives(run, "best") == ["<p>Long words.</p>\n", "<p>Words.</p>\n"]


def test_a_candidate_has_the_judges_number_where_the_judge_speaks_by_numbers() -> None:
    for why, asides in (
        ("It is short.", ["", ""]),
        ("Candidate 1 is.", ["candidate 0 to the judge", "candidate 1 to the judge"]),
    ):
        run = judged(why).run
        (choice,) = choices(run, run.drafts[-1])
        assert [one["aside"] for one in choice["candidates"]] == asides


def test_an_older_draft_keeps_its_scores() -> None:
    told = judged()
    told.give(c.Revise("review-1", "Again."))
    told.finish("words", "New.", "Newer.")
    told.judge("best", 0)
    older, newest = told.run.drafts
    assert [one["word"] for one in choices(told.run, newest)[0]["candidates"]] == ["Best", ""]
    (kept,) = choices(told.run, older)
    assert [one["label"] for one in kept["candidates"]] == ["Candidate 1", "Candidate 2"]
    assert [one["total"] for one in kept["candidates"]] == [10, 12]
    assert not kept["readable"]


def test_what_a_person_chose_is_marked_among_the_others_and_not_told_twice() -> None:
    told = Directed(
        playbook(
            {
                "ideas": {"by": "writer", "do": "I", "variants": 2},
                "pick": {"human": "choose", "ask": "Which?", "from": "ideas"},
                "draft": {"by": "writer", "do": "{{ pick }}"},
            }
        )
    )
    told.finish("ideas", "A lamp.", "A clock.")
    (open_one,) = choices(told.run, None)
    assert [one["word"] for one in open_one["candidates"]] == ["", ""]
    told.give(c.Choose("pick.1", 1))
    (choice,) = choices(told.run, None)
    assert [one["word"] for one in choice["candidates"]] == ["", "Chosen"]
