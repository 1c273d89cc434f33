"""What the health section shows."""

from adapters.web.views.health import health
from bot.ports import Condition

GOOD = Condition(name="disk", state="good", says="Much is free.")
MISSING = Condition(name="model", state="missing", says="None.", mend="Set a key.")
BAD = Condition(name="database", state="bad", says="It is away.", mend="Start it.")


def test_what_needs_a_person_comes_first_and_is_counted():
    shown = health([GOOD, MISSING, BAD])
    assert [part["name"] for part in shown["parts"]] == ["Database", "Model", "Disk"]
    assert (shown["state"], shown["says"]) == ("bad", "One thing is broken: mend this first.")
    assert [part["told"] for part in shown["parts"]] == ["broken", "to be looked at", "good"]


def test_what_is_missing_stops_nothing():
    shown = health([GOOD, MISSING, MISSING])
    assert (shown["state"], shown["says"]) == (
        "missing",
        "Podium works. 2 things are worth a look.",
    )


def test_all_is_well():
    assert health([GOOD])["says"] == "Everything is well."


def test_playbooks_lead_to_where_they_are_mended():
    books = Condition(name="playbooks", state="missing", says="1 file cannot be used.")
    assert [part["path"] for part in health([GOOD, books])["parts"]] == ["/playbooks", ""]
