"""The team file: who is who, and what is wrong with it in words."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.policy import Team
from bot.team import TeamFileError, read_team


def team(folder: Path, said: str) -> Team:
    file = folder / "team.yaml"
    file.write_text(said)
    return read_team(file)


def test_people_have_identities_and_groups_have_people(tmp_path: Path):
    said = "people: {no: web:x:no, bo: [web:x:bo, slack:T:B]}\ngroups: {all: [no, bo, web:x:cy]}"
    found = team(tmp_path, said)
    assert found.people == {"no": ("web:x:no",), "bo": ("web:x:bo", "slack:T:B")}
    assert found.identities("all") == {"web:x:no", "web:x:bo", "slack:T:B", "web:x:cy"}


def test_a_team_works_on_the_days_of_its_calendar(tmp_path: Path):
    said = "calendar: {weekend: [friday, saturday], free: [2026-12-24], country: DE-BY}"
    calendar = team(tmp_path, said).calendar
    december = [day for day in range(1, 32) if calendar.is_working(date(2026, 12, day))]
    weekends, christmas = {4, 5, 11, 12, 18, 19, 25, 26}, {24, 25, 26}
    assert set(december) == set(range(1, 32)) - weekends - christmas
    assert not calendar.is_working(date(2026, 1, 6))  # Epiphany is a holiday in Bavaria


def test_a_team_may_have_no_weekend(tmp_path: Path):
    calendar = team(tmp_path, "calendar: {weekend: []}").calendar
    assert calendar.is_weekday(date(2026, 11, 22))
    assert not team(tmp_path, "calendar: {}").calendar.is_weekday(date(2026, 11, 22))


def test_managers_of_schedules_are_people_and_groups(tmp_path: Path):
    said = (
        "people: {ana: web:x:ana}\ngroups: {leads: [ana]}\nschedules: {managers: [leads, web:x:bo]}"
    )
    assert team(tmp_path, said).managers == ("leads", "web:x:bo")


@pytest.mark.parametrize("said", ["", "people:", "people: {}"])
def test_a_team_may_be_nobody(tmp_path: Path, said: str):
    assert team(tmp_path, said) == read_team(None) == Team()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("people: {ana: 'web:x:ana'", "1:26: error: a [ or { is not closed, or a comma is missing"),
        ("poeple: {}", '1:1: error: unknown key "poeple"; allowed: people, groups, '),
        ("- a", "1:1: error: a mapping is expected, a list of 1 was found"),
        ("people: [a]", "1:9: error: a mapping is expected, a list of 1 was found"),
        ("people:\n  ana: ana", '2:8: error: "ana" is no identity such as web:podium:ana'),
        ("people:\n  ana: 3", '2:3: error: "ana" stands for nobody'),
        ("groups:\n  leads: []", '2:3: error: "leads" stands for nobody'),
        ("calendar: 3", "1:11: error: a mapping is expected, 3 was found"),
        ("calendar: {fri: []}", '1:12: error: unknown key "fri"; allowed: weekend, free, country'),
        ("calendar:\n  weekend: [monda]", '2:13: error: "monda" is no day of the week; allowed'),
        (
            "calendar: {weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]}",
            "1:21: error: a weekend of seven days leaves none to work on",
        ),
        (
            "calendar:\n  free:\n    - 2026-02-30",
            '3:7: error: "2026-02-30" is no date such as 2026-12-24',
        ),
        ("calendar: {free: [2026]}", "1:19: error: a word is expected, 2026 was found"),
        (
            "calendar: {country: Germany}",
            '1:21: error: the holidays of "Germany" are unknown; write DE, or DE-BY for a part',
        ),
        ("schedules: {managers: [leads]}", '1:24: error: nobody is called "leads"'),
        (
            "people: {ana: web:x:ana}\ngroups: {leads: [anna]}",
            '2:18: error: nobody is called "anna"; allowed: ana; did you mean "ana"?',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, said: str, told: str):
    with pytest.raises(TeamFileError) as caught:
        team(tmp_path, said)
    assert f"team.yaml:{told}" in str(caught.value)


def test_a_file_that_is_gone_is_told(tmp_path: Path):
    with pytest.raises(TeamFileError, match=r"does not exist. PODIUM_TEAM names this file."):
        read_team(tmp_path / "team.yaml")


def test_the_doctor_tells_what_is_wrong_with_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PODIUM_TEAM", str(tmp_path / "team.yaml"))
    told = CliRunner().invoke(app, ["doctor"])
    assert told.exit_code == 2
    assert "the file does not exist. PODIUM_TEAM names this file." in told.output
