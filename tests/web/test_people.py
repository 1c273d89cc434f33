"""The members as People."""

from datetime import UTC, datetime

import pytest

from adapters.web.people import WebPeople
from bot.ports import LogUnavailable, Member
from tests.fakes import FakeMembers

ANA = Member(id="web:podium:ana", name="Ana Ruiz")


class AwayMembers(FakeMembers):
    """A database that does not answer."""

    async def all(self) -> list[Member]:
        raise LogUnavailable("The database is away.")


async def people() -> WebPeople:
    members = FakeMembers()
    await members.invite(ANA, "a hash", datetime(2026, 12, 1, tzinfo=UTC))
    return WebPeople(members)


async def test_who_was_never_let_in_has_no_name_and_is_not_here():
    here = await people()
    assert await here.names({ANA.id, "web:podium:ben"}) == {ANA.id: "Ana Ruiz"}
    assert not await here.left(ANA.id)
    assert await here.left("web:podium:ben")


async def test_nobody_has_left_while_the_database_does_not_say():
    away = WebPeople(AwayMembers())
    assert not await away.left(ANA.id)
    assert await away.names({ANA.id}) == {}


@pytest.mark.parametrize("told", ["Mars/Base", "", "../../etc/passwd", "Europe", "\0", 7, None])
async def test_only_a_zone_that_exists_is_believed(told: object):
    here = await people()
    assert await here.zone(ANA.id) == ""
    assert here.is_in(ANA.id, "Asia/Kathmandu")
    assert not here.is_in(ANA.id, told)
    assert not here.is_in(ANA.id, "Asia/Kathmandu")
    assert await here.zone(ANA.id) == "Asia/Kathmandu"
