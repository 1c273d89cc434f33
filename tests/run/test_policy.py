"""Who may decide."""

from bot.policy import Team, called, deciders

TEAM = Team(
    people={"ana": ("web:w:ana", "slack:T1:U1"), "bo": ("web:w:bo",)},
    groups={"leads": ("bo", "slack:T1:U1"), "bo": ("bo",), "none": ()},
)


def test_a_persons_name_means_all_their_identities() -> None:
    assert TEAM.identities("ana") == {"web:w:ana", "slack:T1:U1"}


def test_a_group_means_its_people_by_name_or_identity() -> None:
    assert TEAM.identities("leads") == {"web:w:bo", "web:w:ana", "slack:T1:U1"}


def test_a_group_may_be_called_as_one_of_its_people() -> None:
    assert TEAM.identities("bo") == {"web:w:bo"}


def test_an_unknown_name_means_nobody() -> None:
    assert TEAM.identities("cy") == frozenset()
    assert TEAM.identities("none") == frozenset()


def test_an_identity_that_no_person_lists_is_itself() -> None:
    assert TEAM.identities("web:w:eve") == {"web:w:eve"}
    assert Team().same("web:w:eve") == {"web:w:eve"}


def test_the_requester_is_whoever_asked() -> None:
    assert deciders(("requester",), "slack:T1:U1", TEAM, True) == {"web:w:ana", "slack:T1:U1"}


def test_own_work_is_left_out_whichever_name_brings_it_in() -> None:
    names = ("requester", "leads", "ana")
    assert deciders(names, "web:w:ana", TEAM, False) == {"web:w:bo"}


def test_people_are_called_by_the_end_of_their_identity() -> None:
    assert [called(one) for one in ("web:podium:ana", "podium", "slack:T1:U1")] == [
        "ana",
        "podium",
        "U1",
    ]
