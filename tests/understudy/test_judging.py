"""Verdicts: what was measured is what is said."""

from tests.understudy.asking import brief, judged
from tests.understudy.test_texts import SPEC

GIVEN = brief(spec_md=SPEC)
GOOD = "# Brief\n\nSluice is a valve for drip lines. Launch day is 2 February 2027. [spec.md]"
BAD = (
    "# Brief\n\nSluice changes everything for everybody in the world of water. It is loved by all."
)


def test_what_stands_in_the_documents_beats_what_does_not() -> None:
    verdict = judged([BAD, GOOD], ["Every claim has its source"], GIVEN)
    assert verdict.best == 1
    assert [score.reason for score in verdict.scores] == [
        "Lines with a source: 0 of 1; quoted sentences: 0 of 2.",
        "Lines with a source: 1 of 1; quoted sentences: 2 of 2.",
    ]
    assert [score.score for score in verdict.scores] == [0, 9]


def test_the_first_paragraph_is_looked_at_for_dates() -> None:
    verdict = judged([GOOD, BAD], ["The date is in the first paragraph"], GIVEN)
    assert [score.reason.partition(" holds ")[2] for score in verdict.scores] == [
        "1 date and 2 figures.",
        "0 dates and 0 figures.",
    ]
    assert verdict.scores[0].score > verdict.scores[1].score


def test_length_is_counted_in_words() -> None:
    verdict = judged([GOOD, BAD * 60], ["It fits on one page"], GIVEN)
    assert verdict.scores[0].reason == "It has 15 words; a page has about 450."
    assert verdict.scores[1].score < verdict.scores[0].score


def test_gaps_count_against_a_candidate() -> None:
    gap = "## A\n\nNot in the material.\n\n## B\n\nSluice is a valve for drip lines."
    verdict = judged([gap], ["Every question is answered"], GIVEN)
    assert verdict.scores[0].reason == "Parts that say the material has nothing: 1 of 2."


def test_of_equals_the_first_is_best_and_says_why() -> None:
    verdict = judged([GOOD, GOOD], ["Every claim has its source", "One page"], GIVEN)
    assert verdict.best == 0
    assert verdict.why == (
        "Each of the 2 reaches 18 of 20 points by what can be counted, so the first stands: "
        "no model was called."
    )


def test_findings_are_judged_by_their_passages() -> None:
    findings = (
        "findings:\n  - passage: Sluice is a valve for drip lines.\n    problem: Too vague.\n"
        "    weight: must\n  - passage: Sluice is made of cheese and ham.\n    weight: could"
    )
    verdict = judged([findings], ["Each passage is in the document"], GIVEN)
    assert [score.reason for score in verdict.scores] == [
        "Sentences that stand in the documents word for word: 1 of 2."
    ]
