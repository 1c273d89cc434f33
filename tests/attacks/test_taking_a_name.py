"""Who is named in the team file decides by that name: nobody else may enter under it."""

from datetime import UTC, datetime

import pytest

from adapters.web.entrance import Entrance
from adapters.web.invite import invitation
from bot.cards import Card, Words
from bot.policy import Team
from bot.ports import Member
from tests.fakes import FakeMembers

OWNER = Member(id="web:podium:owner", name="Owner")
LEA, BO = "web:podium:lea", "web:podium:bo"
TEAM = Team(people={"lea": ("slack:T1:U1", LEA)}, groups={"leads": ("lea",)})


async def told(name: str, who: str) -> str:
    members = FakeMembers()
    entrance = Entrance(
        members=members,
        owner=OWNER,
        token="",
        secret=b"s" * 32,
        now=lambda: datetime(2026, 11, 30, tzinfo=UTC),
    )
    card: Card = await invitation(
        name,
        who=who,
        owner=OWNER,
        members=members,
        entrance=entrance,
        site="http://podium",
        team=TEAM,
    )
    return "\n".join(block.text for block in card.blocks if isinstance(block, Words))


@pytest.mark.parametrize("name", ["lea", "Lea", "\uff2c\uff25\uff21", "lea."])
async def test_a_name_of_the_team_file_is_given_out_by_the_owner_alone(name: str):
    assert "is in the team file" in await told(name, BO)
    assert "/enter?pass=" in await told(name, OWNER.id)
    assert "/enter?pass=" in await told(name, LEA)


async def test_other_names_are_given_out_by_everyone():
    assert "/enter?pass=" in await told("Leander", BO)
