"""Events, as they are written and read again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.playbook.model import Playbook
from bot.run import commands as c
from bot.run import events as e
from bot.run.events import EVENT, Recorded
from bot.run.evolve import evolve, fold
from tests.core.plays import plays
from tests.run.director import Directed, drafted, playbook

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, TEXTS)
def test_whatever_a_result_holds_is_read_as_it_was_written(value: JsonValue, text: str) -> None:
    task = e.Task(run="r", step="s")
    events = [
        e.TaskFinished(task=task, value=value),
        e.Answered(gate="g", value=value),
        e.StepOpened(step="s", attempt=1, items=(value, value), ask=text),
        e.CallFinished(task=task, call=1, turn=e.ModelTurn(text=text, content=value), model="m"),
        e.ToolsFinished(task=task, turn=e.ToolTurn(results=(e.ToolResult(id="1", text=text),))),
        e.Revised(gate="g", note=text, steps=("a",), reopened=("a", "b")),
    ]
    for event in events:
        assert EVENT.validate_json(event.model_dump_json(by_alias=True)) == event


@given(plays())
def test_every_playbook_reads_as_it_was_written(play: Playbook) -> None:
    assert Playbook.model_validate_json(play.model_dump_json(by_alias=True)) == play


def test_a_run_is_the_same_from_the_log() -> None:
    told = drafted(playbook(deliver={"from": "draft", "review": {"remind": "1h"}}))
    told.later(hours=1)
    told.give(c.Revise("review-1", "shorter"))
    written = [record.model_dump_json(by_alias=True) for record in told.records]
    assert fold(Recorded.model_validate_json(one) for one in written) == told.run


def test_a_log_begins_with_a_start() -> None:
    told = Directed()
    with pytest.raises(ValueError, match="the log of run r1 does not begin with its start"):
        evolve(None, told.records[1])


def test_a_log_can_be_folded_on() -> None:
    told = drafted()
    half = len(told.records) // 2
    assert fold(told.records[half:], fold(told.records[:half])) == told.run
    assert fold([]) is None


def test_every_event_moves_version_and_time() -> None:
    told = Directed()
    told.now += timedelta(hours=1)
    told.finish("draft", "d")
    assert (told.run.version, told.run.changed_at) == (len(told.records), told.now)
