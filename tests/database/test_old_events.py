"""Events are readable for ever: what a Podium once wrote, each later one understands.

`old_events.jsonl` has each kind as it was first written. Lines are added, and never changed.
"""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import JsonValue

from bot.run.events import EVENT, Event, Recorded
from tests.database.conftest import Kept
from tests.database.samples import NOON, summary

OLD = (Path(__file__).parent / "old_events.jsonl").read_text().splitlines()


def kinds() -> set[str]:
    union: Any = get_args(Event)[0]
    return {one.model_fields["kind"].default for one in get_args(union)}


def lost(old: JsonValue, new: JsonValue, place: str = "") -> list[str]:
    """Where the old says what the new does not."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            one for key in old for one in lost(old[key], new.get(key, "gone"), f"{place}/{key}")
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            one
            for number, pair in enumerate(zip(old, new, strict=True))
            for one in lost(*pair, f"{place}/{number}")
        ]
    return [] if old == new else [f"{place}: {old!r} became {new!r}"]


def test_there_is_an_old_event_of_every_kind():
    assert {json.loads(line)["kind"] for line in OLD} == kinds()


@pytest.mark.parametrize("line", OLD, ids=[json.loads(line)["kind"] for line in OLD])
def test_an_old_event_still_says_what_it_said(line: str):
    event = EVENT.validate_json(line)
    assert lost(json.loads(line), json.loads(EVENT.dump_json(event, by_alias=True))) == []


async def test_every_kind_is_kept_whole(kept: Kept):
    told = [
        Recorded(run="a", seq=place, at=NOON, by="podium", event=EVENT.validate_json(line))
        for place, line in enumerate(OLD, start=1)
    ]
    await kept.log.append(told, summary("a", len(told)))
    assert await kept.log.read("a") == told
