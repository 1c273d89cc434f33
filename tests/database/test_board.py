"""The contract of Board, kept by the fake and by both databases."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.database.board import CARD
from bot.cards import Button, Card, Checklist, Item, Prose, Stamp, Table, Words
from bot.ports import Board, Line
from tests.database.conftest import Kept
from tests.database.samples import MINUTE, NOON

WHOLE = Card(
    key="root",
    title="Lamp",
    blocks=(
        Words("Draft 2", "good"),
        Words("Draft 2"),
        Prose("*hello* <b>\0</b>", "writer"),
        Prose("hello"),
        Stamp("Approved", "web:main:ana", NOON),
        Checklist((Item(label="facts", state="done", who="bo", detail="d", since=NOON),)),
        Table(("a", "b"), (("1", "2"), ("3", "")), "scores"),
        Table((), ()),
    ),
    buttons=(Button(label="Approve", action="approve:1", style="primary"),),
    footer="$0.10",
    tone="warn",
    mentions=("web:main:ana",),
)


@pytest.fixture
def board(kept: Kept) -> Board:
    return kept.board


def line(id_: str, thread: str = "", place: str = "general", text: str = "hello") -> Line:
    return Line(id=id_, place=place, thread=thread, author="web:main:ana", text=text, at=NOON)


async def test_lines_are_kept_whole(board: Board):
    told = Line(id="1", place="general", author="podium", card=WHOLE, at=NOON)
    assert await board.add(told)
    assert await board.add(line("2", text="«ä»\U0001f600\n' --"))
    assert await board.lines("general") == [told, line("2", text="«ä»\U0001f600\n' --")]


async def test_a_taken_id_changes_nothing(board: Board):
    assert await board.add(line("1"))
    assert not await board.add(line("1", text="again", place="elsewhere"))
    assert await board.lines("general") == [line("1")]
    assert await board.lines("elsewhere") == []


async def test_of_many_at_once_one_takes_the_id(doors: tuple[Kept, Kept]):
    lines = [line("1", text=f"{n}") for n in range(10)]
    taken = await asyncio.gather(
        *(doors[n % 2].board.add(one) for n, one in enumerate(lines)),
        *(doors[0].board.add(line(f"other{n}")) for n in range(10)),
    )
    assert taken.count(True) == 11
    assert taken[10:] == [True] * 10
    kept = await doors[1].board.lines("general")
    assert [one for one in kept if one.id == "1"] == [lines[taken.index(True)]]


async def test_the_latest_lines_come_oldest_first(board: Board):
    for n in range(5):
        await board.add(line(f"{n}").model_copy(update={"at": NOON - n * MINUTE}))
    assert [one.id for one in await board.lines("general", limit=3)] == ["2", "3", "4"]
    assert await board.lines("general", limit=0) == []


async def test_what_people_wrote_is_found_among_cards(board: Board):
    for n in range(4):
        await board.add(line(f"{n}"))
        await board.add(line(f"card {n}").model_copy(update={"card": WHOLE}))
    await board.add(line("in a thread", thread="3"))
    assert [one.id for one in await board.said("general", "", 3)] == ["1", "2", "3"]
    assert [one.id for one in await board.said("general", "3", 3)] == ["in a thread"]


async def test_the_lines_around_one_are_found_however_long_ago(board: Board):
    for n in range(10):
        await board.add(line(f"{n}"))
        await board.add(line(f"{n}.1", thread="3"))
    around = [found.id for found in await board.lines("general", limit=4, around="3")]
    assert around == ["2", "3", "4", "5"]
    assert [found.id for found in await board.lines("general", limit=5, around="0")] == [
        *("0", "1", "2")
    ]
    for place, thread, sought in (("general", "", "3.1"), ("other", "", "3"), ("general", "", "x")):
        assert await board.lines(place, thread, around=sought) == []


async def test_a_channel_and_each_of_its_threads_are_apart(board: Board):
    for id_, thread, place in (
        ("1", "", "general"),
        ("2", "1", "general"),
        ("3", "1", "launches"),
        ("4", "", "launches"),
    ):
        await board.add(line(id_, thread, place))
    assert [one.id for one in await board.lines("general")] == ["1"]
    assert [one.id for one in await board.lines("general", "1")] == ["2"]
    assert [one.id for one in await board.lines("launches", "1")] == ["3"]


async def test_a_card_is_changed_where_it_stands(board: Board):
    for id_ in "123":
        await board.add(line(id_))
    await board.change("2", WHOLE)
    await board.change("2", replace(WHOLE, title="Lamp, draft 2"))
    cards = [one.card.title if one.card else "" for one in await board.lines("general")]
    assert cards == ["", "Lamp, draft 2", ""]
    assert (await board.lines("general"))[1].text == "hello"


async def test_a_line_that_is_not_there_cannot_be_changed(board: Board):
    with pytest.raises(LookupError, match="no line 1"):
        await board.change("1", WHOLE)


@given(st.from_type(Card))
def test_every_card_is_read_as_it_was_written(card: Card):
    assert CARD.validate_json(CARD.dump_json(card, by_alias=True)) == card
