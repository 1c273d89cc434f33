"""What a Podium once wrote, each later one understands.

The `old_*.jsonl` files have each kind of row as it was first written. From the first
release on, lines are added and never changed.
"""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import JsonValue, TypeAdapter

from adapters.database.board import CARD
from bot.ports import Summary
from bot.run.events import EVENT, Event, Recorded
from bot.schedule.model import Fire, Schedule
from tests.database.conftest import Kept
from tests.database.samples import NOON, summary


def old(name: str) -> list[str]:
    return (Path(__file__).parent / f"old_{name}.jsonl").read_text().splitlines()


EVENTS = old("events")
ROWS = [
    *((EVENT, line) for line in EVENTS),
    *((TypeAdapter(Summary), line) for line in old("summaries")),
    *((CARD, line) for line in old("cards")),
    *((TypeAdapter(Schedule), line) for line in old("schedules")),
    *((TypeAdapter(Fire), line) for line in old("fires")),
]


def kinds() -> set[str]:
    union: Any = get_args(Event)[0]
    return {one.model_fields["kind"].default for one in get_args(union)}


def lost(old: JsonValue, new: JsonValue, place: str = "") -> list[str]:
    """Where the old says what the new does not."""
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(key, old[key], new.get(key, "gone")) for key in old]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(str(number), *pair) for number, pair in enumerate(zip(old, new, strict=True))]
    else:
        return [] if old == new else [f"{place}: {old!r} became {new!r}"]
    return [one for key, *pair in pairs for one in lost(pair[0], pair[1], f"{place}/{key}")]


def test_there_is_an_old_event_of_every_kind():
    assert {json.loads(line)["kind"] for line in EVENTS} == kinds()


@pytest.mark.parametrize(("adapter", "line"), ROWS)
def test_an_old_row_still_says_what_it_said(adapter: TypeAdapter[object], line: str):
    read = adapter.validate_json(line)
    assert lost(json.loads(line), json.loads(adapter.dump_json(read, by_alias=True))) == []


async def test_every_kind_is_kept_whole(kept: Kept):
    told = [
        Recorded(run="a", seq=place, at=NOON, by="podium", event=EVENT.validate_json(line))
        for place, line in enumerate(EVENTS, start=1)
    ]
    await kept.log.append(told, summary("a", len(told)))
    assert await kept.log.read("a") == told
