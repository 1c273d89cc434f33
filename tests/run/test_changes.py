"""What changed between two drafts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.changes import changes


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("One. Two.", "One. Two.", "Nothing: the draft is the same."),
        ("One. Two.", "Two. One.", "The order; no sentence is new."),
        ("# A\n\n- One.", "A\nOne.", "Nothing: the draft is the same."),
        ("One. Two.", "One. Three.", "- ~~Two.~~\n- **Three.**"),
        ("", "One.", "- **One.**"),
        ("**One** ~x~.", "", "- ~~One x.~~"),
        ("A. B.", "B. C. A.", "- **C.**"),
        ("A. x. B. y. C.", "A. B. z. C.", "- ~~x.~~\n- ~~y.~~\n- **z.**"),
        ("A. A. x. A.", "A. y. A. A.", "- ~~x.~~\n- **y.**"),
    ],
)
def test_changes_are_told_by_the_sentence(before: str, after: str, told: str) -> None:
    assert changes(before, after) == told


def test_a_long_list_is_cut_and_counted() -> None:
    after = " ".join(f"Sentence {n}." for n in range(20))
    lines = changes("", after).splitlines()
    assert lines[-2:] == ["- **Sentence 11.**", "- and 8 more changes"]


def test_a_long_sentence_is_cut() -> None:
    (line,) = changes("", "x" * 500).splitlines()
    assert line == f"- **{'x' * 239}…**"


@given(st.text(), st.text())
def test_changes_can_always_be_told(before: str, after: str) -> None:
    assert changes(before, after)
    assert changes(before, before) == "Nothing: the draft is the same."


def test_long_drafts_that_repeat_themselves_are_told_at_once() -> None:
    same = "Yes. " * 50_000
    assert changes(f"{same}One.", f"Two. {same}") == "- ~~One.~~\n- **Two.**"
