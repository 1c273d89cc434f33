"""The list of runs as the page shows it: its filters in an address, its rows."""

import pytest

from adapters.web.address import address, runs_path
from adapters.web.views.runs_list import Filters, belongs, controls, filters, nothing, query, row
from bot.ports import Query, Summary
from tests.database.samples import gate, summary
from tests.fakes import FakeLog

ANA, BO = "web:main:ana", "web:main:bo"
RUNS = [
    summary("a", title="Lamp for everyone"),
    summary("b", title="Lamp", status="waiting", gates=(gate("Which <b>one</b>?"), gate())),
    summary("c", playbook="weekly-report", requester=BO, status="ended", outcome="approved"),
    summary("d", requester=BO, status="ended", outcome="ended"),
]


def chosen(**asked: str) -> Filters:
    return filters(address(runs_path(asked)).asked)


async def shown(**asked: str) -> str:
    log = FakeLog()
    log.summaries = {one.run: one for one in RUNS}
    found = await log.find(query(chosen(**asked), ANA, 50))
    return "".join(sorted(one.run for one in found))


@pytest.mark.parametrize(
    ("asked", "runs"),
    [
        ({}, "abcd"),
        ({"text": " LAMP for "}, "a"),
        ({"text": "WEEKLY"}, "c"),
        ({"status": "needs"}, "b"),
        ({"status": "working"}, "a"),
        ({"status": "ended"}, "cd"),
        ({"status": "approved"}, "c"),
        ({"status": "nonsense"}, "abcd"),
        ({"playbook": "weekly-report"}, "c"),
        ({"playbook": "weekly"}, ""),
        ({"requester": "me"}, "ab"),
        ({"requester": BO, "status": "ended", "text": "report"}, "c"),
    ],
)
async def test_an_address_names_the_runs_that_are_listed(asked: dict[str, str], runs: str):
    assert await shown(**asked) == runs
    # What moves while the list is open is held to the same.
    wanted = query(chosen(**asked), ANA, 50)
    assert "".join(one.run for one in RUNS if belongs(one, wanted)) == runs


def test_no_filters_ask_for_everything():
    assert query(Filters(), ANA, 51) == Query(limit=51)
    assert not Filters()


def test_a_row_says_what_a_person_needs_to_know():
    shown = row(RUNS[1], {ANA: "Ana Ruiz"})
    assert (shown["state"], shown["tone"], shown["who"]) == ("Needs a person", "warn", "Ana Ruiz")
    assert (shown["ask"], shown["more"]) == ("Which <b>one</b>?", 1)
    assert (shown["path"], shown["spent"]) == ("/runs/b", "$0.00")


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (RUNS[0], ("At work", "work")),
        (summary("x", status="waiting"), ("Waits", "plain")),
        (RUNS[2], ("Approved", "good")),
        (RUNS[3], ("Ended early", "warn")),
        # Over, while calls in flight are settled.
        (summary("x", status="working", outcome="cancelled"), ("Cancelled", "warn")),
    ],
)
def test_a_row_says_how_far_its_run_is(one: Summary, state: tuple[str, str]):
    shown = row(one, {})
    assert (shown["state"], shown["tone"]) == state


def test_what_reorders_text_is_not_let_through():
    shown = row(summary("a", title="name\u202egnp.exe"), {ANA: "A\u202e"})
    assert (shown["title"], shown["who"]) == ("name\ufffdgnp.exe", "A\ufffd")


def test_all_that_is_chosen_is_among_what_can_be_chosen():
    names = {ANA: "Ana", BO: "Bo"}
    asked = chosen(playbook="long-gone", requester="slack:T1:U2", status="rejected")
    shown = controls(asked, who=ANA, playbooks=["launch-brief"], people=names, names=names)
    assert [value for value, _ in shown["playbooks"]] == ["", "launch-brief", "long-gone"]
    assert [name for _, name in shown["people"]] == ["Anyone", "Me", "Bo", "U2"]
    assert "rejected" in dict(shown["states"])
    assert (
        controls(chosen(requester=ANA), who=ANA, playbooks=[], people=(), names={})["requester"]
        == "me"
    )


def test_an_empty_list_says_why():
    assert nothing(Filters()) == "Nothing has been delegated yet."
    assert nothing(chosen(text="x")) == "No run matches “x”."
    assert nothing(chosen(text="x", status="needs")) == "No run matches “x” with these filters."
    assert nothing(chosen(status="needs")) == "No run matches."
