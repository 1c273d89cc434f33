"""Whom the team file or a playbook names decides by that name: nobody else may enter under it."""

from datetime import UTC, datetime

import pytest

from adapters.web.entrance import Entrance
from adapters.web.invite import invitation
from bot.cards import Card, Words
from bot.playbook.model import Playbook
from bot.policy import Team, called
from bot.ports import Member
from tests.fakes import FakeMembers

OWNER = Member(id="web:podium:owner", name="Owner")
LEA, BO = "web:podium:lea", "web:podium:bo"
MAX, GUS, KIM = "web:podium:max", "web:podium:gus", "web:podium:kim"
TEAM = Team(people={"lea": ("slack:T1:U1", LEA)}, groups={"leads": ("lea", GUS)})
BOOK = Playbook.model_validate(
    {
        "name": "brief",
        "about": "A brief.",
        "steps": {
            "draft": {"by": "writer", "do": "Write."},
            "ask": {"human": "answer", "ask": "Good?", "by": MAX},
        },
        "deliver": {"from": "draft", "review": {"by": ["leads", KIM]}},
    }
)


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
        playbooks=[BOOK],
    )
    return "\n".join(block.text for block in card.blocks if isinstance(block, Words))


@pytest.mark.parametrize("name", ["lea", "Lea", "\uff2c\uff25\uff21", "lea."])
async def test_a_name_of_the_team_file_is_given_out_by_the_owner_alone(name: str):
    assert "is in the team file" in await told(name, BO)
    assert "/enter?pass=" in await told(name, OWNER.id)
    assert "/enter?pass=" in await told(name, LEA)


@pytest.mark.parametrize("who", [GUS, MAX, KIM])
async def test_an_identity_that_a_group_or_a_playbook_names_is_given_out_by_the_owner_alone(
    who: str,
):
    assert "only Owner can make their link" in await told(called(who), BO)
    assert "/enter?pass=" in await told(called(who), OWNER.id)
    assert "/enter?pass=" in await told(called(who), who)


async def test_other_names_are_given_out_by_everyone():
    assert "/enter?pass=" in await told("Leander", BO)
