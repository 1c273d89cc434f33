"""What a director gave becomes a frozen brief."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.intake import Incomplete, Intake, asks_nothing_more, fill
from bot.playbook.catalog import Catalog
from bot.ports import PlaceGone, Said
from bot.run.commands import Start
from bot.run.events import Brief, Document, Last
from bot.shelf import Shelf
from tests.fakes_chat import FakeChat
from tests.run.director import ANA, BO, NINE, playbook

PLAY = """
about: A brief.
context: [{channel: {messages: 2}}, {file: context/style.md}]
steps: {draft: {by: writer, do: Write.}}
deliver: {from: draft}
"""


def house(folder: Path, chat: FakeChat, play: str = PLAY) -> Intake:
    for name, text in {
        "play.yaml": play,
        "context/style.md": "Be brief.",
        "specialists/writer.md": "---\nname: writer\ndescription: Writes.\n---\nWrite.\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    shelf = Shelf(folder, Catalog(models=frozenset({"sonnet"})))
    return Intake(shelf=shelf, chats={"web": chat}, read_file=read)


def read(name: str, content: bytes, source: str) -> Document:
    return Document(name=name, source=source, text=content.decode())


async def begin(intake: Intake, place: str = "web:w:general") -> Start:
    play = intake.shelf.library.playbooks["play"]
    return await intake.start(play, {}, {}, who=ANA, place=place, now=NINE)


async def test_the_context_is_what_stands_there_when_the_run_starts(tmp_path: Path) -> None:
    chat = FakeChat()
    for n, who in enumerate((ANA, BO, ANA)):
        at = datetime(2026, 11, 2, 8, n, tzinfo=UTC)
        chat.said.append(Said(author=who, text=f"line {n}", at=at))
    start = await begin(house(tmp_path, chat))
    channel, style = start.brief.documents
    assert channel.text == ("bo, 2026-11-02 08:01 UTC: line 1\nana, 2026-11-02 08:02 UTC: line 2")
    assert (style.name, style.text) == ("style.md", "Be brief.")


async def test_a_channel_without_a_message_says_so(tmp_path: Path) -> None:
    start = await begin(house(tmp_path, FakeChat()))
    assert start.brief.documents[0].text == "(no messages)"


RECURRING = """
about: A brief.
inputs: {day: {type: date, default: today}}
context: [{channel: {since: last}}]
steps: {draft: {by: writer, do: "{{ day }}"}}
deliver: {from: draft}
"""
BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
"""In Berlin it is Monday already."""


def recurring(folder: Path, chat: FakeChat, context: str = "since: last") -> Intake:
    return house(folder, chat, play=RECURRING.replace("since: last", context))


async def scheduled(intake: Intake, **given: Any) -> Start:
    play = intake.shelf.library.playbooks["play"]
    return await intake.start(play, {}, {}, who=ANA, place="web:w:general", now=LATE, **given)


def talk(count: int) -> FakeChat:
    """Somebody says something every minute until it is late."""
    chat = FakeChat()
    times = [LATE - timedelta(minutes=count - n) for n in range(count)]
    chat.said += [Said(author=BO, text=f"line {n}", at=at) for n, at in enumerate(times)]
    return chat


async def test_a_recurring_run_is_about_what_came_since_the_last_by_its_own_clock(
    tmp_path: Path,
) -> None:
    since, last = LATE - timedelta(minutes=2), Last(result="Before.", approved_at="Monday")
    intake = recurring(tmp_path, talk(9))
    start = await scheduled(intake, last=last, since=since, zone=BERLIN, schedule="s1")
    assert start.schedule == "s1"
    assert start.brief == Brief(
        inputs={"day": "2026-11-23"},
        documents=(
            Document(
                name="channel",
                source="the messages of the channel since Monday 23 November 2026, 00:28"
                " (Europe/Berlin)",
                text="bo, 2026-11-23 00:29 Europe/Berlin: line 8",
            ),
        ),
        today="Monday, 2026-11-23",
        last=last,
        since="Monday 23 November 2026, 00:28 (Europe/Berlin)",
    )


async def test_messages_since_the_last_are_bounded_and_that_some_were_left_out_is_told(
    tmp_path: Path,
) -> None:
    since, chat = LATE - timedelta(days=1), talk(501)
    for context, most in (("since: last", 500), ("since: last, messages: 3", 3)):
        start = await scheduled(recurring(tmp_path, chat, context), since=since)
        (document,) = start.brief.documents
        assert len(document.text.splitlines()) == most
        assert document.source.startswith("the latest messages of the channel since Saturday")


async def test_without_a_predecessor_the_latest_messages_are_taken(tmp_path: Path) -> None:
    chat = talk(501)
    for context, most in (("since: last", 200), ("since: last, messages: 3", 3)):
        start = await scheduled(recurring(tmp_path, chat, context))
        (document,) = start.brief.documents
        assert len(document.text.splitlines()) == most
        assert document.source == "the latest messages of the channel"
        assert (start.brief.since, start.brief.last, start.schedule) == ("", Last(), "")


async def test_a_context_file_that_is_gone_is_told(tmp_path: Path) -> None:
    intake = house(tmp_path, FakeChat())
    play = intake.shelf.library.playbooks["play"]
    (tmp_path / "context/style.md").unlink()
    told = "style.md does not exist: put it right, or take it out of the playbook"
    with pytest.raises(Incomplete, match=told):
        await intake.start(play, {}, {}, who=ANA, place="web:w:general", now=NINE)


async def test_a_platform_that_is_not_connected_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlaceGone, match="slack is not connected"):
        await begin(house(tmp_path, FakeChat()), "slack:T1:C1")


async def test_a_run_keeps_the_specialists_of_its_start(tmp_path: Path) -> None:
    intake = house(tmp_path, FakeChat())
    start = await begin(intake)
    (tmp_path / "specialists/writer.md").unlink()
    assert "writer" not in intake.shelf.library.specialists
    assert start.specialists["writer"].instructions == "Write."


FIELDS = playbook(
    inputs={
        "count": {"type": "number"},
        "product": {"type": "text"},
        "tone": {"type": "text", "default": "calm"},
        "notes": {"type": "long", "required": False},
    }
)


def test_words_without_a_name_go_to_the_first_text_that_was_left_out() -> None:
    assert fill(FIELDS, {}, "Acme") == {"product": "Acme"}
    assert fill(FIELDS, {"product": "Acme"}, "loud") == {"product": "Acme", "tone": "loud"}
    assert fill(FIELDS, {"product": "Acme"}, "") == {"product": "Acme"}
    assert fill(playbook(inputs={"n": {"type": "number"}}), {}, "words") == {}


def test_a_run_starts_from_a_line_that_leaves_nothing_required_out() -> None:
    assert not asks_nothing_more(FIELDS, {"product": "Acme"})
    assert asks_nothing_more(FIELDS, {"product": "Acme", "count": "3"})
    assert not asks_nothing_more(playbook(inputs={"tone": {"type": "text", "default": "x"}}), {})


def test_all_that_is_wrong_is_said_by_name() -> None:
    told = Incomplete({"product": "This is needed.", "count": "A number is expected."})
    assert str(told) == "product: This is needed. count: A number is expected."
