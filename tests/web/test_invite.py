"""Who may make a link for whom."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.web.entrance import Entrance
from adapters.web.invite import invitation, with_invite
from bot.cards import Card, Prose, Words
from bot.ports import Member
from tests.fakes import FakeMembers

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
OWNER = Member(id="web:podium:owner", name="Owner")
ANA = Member(id="web:podium:ana", name="Ana")
BEN = Member(id="web:podium:ben", name="Ben")


class Office:
    def __init__(self) -> None:
        self.members = FakeMembers()
        self.members.members = {one.id: one for one in (OWNER, ANA, BEN)}
        self.entrance = Entrance(
            members=self.members, owner=OWNER, token="", secret=b"s", now=lambda: AT
        )

    async def invite(self, name: str, by: Member) -> Card:
        return await invitation(
            name,
            who=by.id,
            owner=OWNER,
            members=self.members,
            entrance=self.entrance,
            site="http://podium.example",
        )


def said(card: Card) -> str:
    return "\n".join(block.text for block in card.blocks if isinstance(block, Words))


@pytest.fixture
def office() -> Office:
    return Office()


async def test_a_member_lets_a_new_person_in(office: Office):
    card = await office.invite("Cleo Díaz", by=ANA)
    assert card.title == "A link for Cleo Díaz"
    assert "http://podium.example/enter?pass=" in said(card)
    assert Member(id="web:podium:cleo-díaz", name="Cleo Díaz") in await office.members.all()


async def test_nobody_gets_a_link_by_which_to_decide_as_another_member(office: Office):
    for name in ("Ben", "ben", " BEN ", "B\u200ben"[:1] + "en", "Owner"):
        card = await office.invite(name, by=ANA)
        assert "pass=" not in said(card)
        assert "is here already" in said(card)
    assert office.members.passes == {}


async def test_a_member_may_come_in_with_another_device(office: Office):
    assert "pass=" in said(await office.invite("Ana", by=ANA))


async def test_the_owner_helps_whoever_has_lost_their_way_in(office: Office):
    card = await office.invite("BEN", by=OWNER)
    assert "pass=" in said(card)
    assert BEN in await office.members.all()


@pytest.mark.parametrize(
    "name",
    [
        "B\u00aden",
        "B\ufe0fen",
        "Ben\u3164",
        "Be.n",
        "\u0412\u0435n",
        "A-na",
        "\u0410n\u0430",
        "0wner",
        "\u039fwn\u0435r",
        "P0dium",
        "P\u043edium",
        "\u0391\u039d\u0391",
    ],
)
async def test_nobody_is_let_in_under_a_name_that_looks_like_anothers(office: Office, name: str):
    for by in (ANA, OWNER):
        assert "would look like" in said(await office.invite(name, by=by))
    assert office.members.passes == {}


@pytest.mark.parametrize("name", ["web:podium:ben", "slack\uff1aT1\uff1aU1", "a\ua789b"])
async def test_no_name_looks_like_an_identity(office: Office, name: str):
    assert "no colon" in said(await office.invite(name, by=OWNER))
    assert office.members.passes == {}


@pytest.mark.parametrize("name", ["Benno", "Bén", "\u0930\u093e\u092e", "\u0418\u0432\u0430\u043d"])
async def test_other_names_are_free(office: Office, name: str):
    assert "pass=" in said(await office.invite(name, by=ANA))


@pytest.mark.parametrize("name", ["", "  ", "💥", "Podium"])
async def test_a_name_of_nobody_is_told(office: Office, name: str):
    assert "a name" in said(await office.invite(name, by=ANA))
    assert office.members.passes == {}


def test_the_list_of_what_one_can_say_has_the_invitation_too():
    help_card = Card(key="help", title="What you can say", blocks=(Prose("- `/runs`"),))
    (listed,) = with_invite(help_card).blocks
    assert isinstance(listed, Prose)
    assert listed.text.splitlines()[0] == "- `/runs`"
    assert "/invite" in listed.text.splitlines()[1]
    assert with_invite(replace(help_card, key="runs")) == replace(help_card, key="runs")
