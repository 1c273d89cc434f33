"""YAML 1.2 with places, and files that cannot be read as it."""

import os
from pathlib import Path

import pytest
from pydantic import JsonValue

from bot.playbook.problem import Findings, Place
from bot.playbook.source import Page, parse
from tests.playbook.folder import BRIEF, Folder


def read(text: str) -> Page:
    findings = Findings("x.yaml")
    page = parse(text, findings)
    assert page is not None
    assert findings.sorted() == ()
    return page


def told(text: str) -> list[str]:
    findings = Findings("x.yaml")
    parse(text, findings)
    return [str(problem).removeprefix("x.yaml:") for problem in findings.sorted()]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("3", 3),
        ("-3", -3),
        ("010", 10),
        ("0o17", "0o17"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("3.5", 3.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("12:30:45", "12:30:45"),
        ("2026-11-30", "2026-11-30"),
        ("'3'", "3"),
        ('"true"', "true"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_only_what_yaml_1_2_calls_a_value_is_one(said: str, meant: JsonValue):
    assert read(f"a: {said}").value == {"a": meant}


def test_keys_are_text_whatever_they_look_like():
    value = read("yes: 1\n2: b\ntrue: c\n<<: {a: 1}").value
    assert value == {"yes": 1, "2": "b", "true": "c", "<<": {"a": 1}}


def test_questions_may_stand_between_brackets():
    value = read("a: [Is it?, ok]\nb: {c?: text, d: Is it so? Yes?}\nc: [x? : y]").value
    assert value == {
        "a": ["Is it?", "ok"],
        "b": {"c?": "text", "d": "Is it so? Yes?"},
        "c": [{"x?": "y"}],
    }


def test_everything_has_its_place():
    page = read("# first\na:\n  - b: c\n  - {d: [e]}\n")
    assert page.at(()) == Place(2, 1)
    assert page.key(("a",)) == Place(2, 1)
    assert page.at(("a", 0, "b")) == Place(3, 8)
    assert page.key(("a", 0, "b")) == Place(3, 5)
    assert page.at(("a", 1, "d", 0)) == Place(4, 10)
    assert page.key(("a", 1)) == Place(4, 5)
    assert page.at(("a", 0, "b", "not there")) == Place(3, 8)
    assert page.get(("a", 1, "d", 0)) == "e"
    assert page.get(("a", 2)) is None
    assert page.get(("a", 0, "b", "c")) is None


def test_a_file_may_hold_nothing():
    page = read("# nothing\n")
    assert page.value is None
    assert page.at(()) == Place(1, 1)


def test_an_alias_is_what_it_stands_for():
    assert read("a: &x [1, 2]\nb: *x").value == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: x: y", '1:5: error: a second ": " in one line; put its text in quotes'),
        ("a:\n\tb: c", "2:1: error: a tab cannot indent in YAML; use spaces"),
        ("a: {{ x }}", "1:4: error: a text that begins with { has to stand in quotes"),
        ("a: {{ x }} b", "1:12: error: a text that begins with { has to stand in quotes"),
        ("- {{ x }} b", "1:11: error: a text that begins with { has to stand in quotes"),
        ("a: @x", "1:4: error: a text that begins with a sign such as @ has to stand in quotes"),
        ("a: *x", "1:4: error: a text that begins with * has to stand in quotes"),
        ("a: 'x", "1:6: error: a quote is not closed"),
        ("a: [x", "1:6: error: a [ or { is not closed, or a comma is missing"),
        (
            "a:\n  - c\n d: e",
            "3:2: error: this does not fit here; look at the indentation and the quotes",
        ),
        (
            "a: 1\n---\nb: 1",
            "2:1: error: a file holds one document; a second one begins here",
        ),
        (
            "a: !x y",
            "1:4: error: tags such as !x are not read; write plain values",
        ),
        (
            "a: !!python/object:os.system x",
            "1:4: error: tags such as !!python/object:os.system are not read; write plain values",
        ),
        ("? [a]\n: b", "1:3: error: a key is a word, not a list or mapping"),
        ("a: 1\nb: 2\na: 3", '3:1: error: "a" stands twice'),
        ("a: [{b: 1, b: 2}]", '1:12: error: "b" stands twice'),
        ('a: "\\0"', "1:4: error: the text holds the control character U+0000"),
        ('a: "\\ud800"', "1:4: error: the text holds the control character U+D800"),
        ("a: &x [*x]", "1:1: error: the file is nested deeper than 40 levels"),
        ("[" * 41, "1:1: error: the file is nested deeper than 40 levels"),
        ('\na: "\\UFFFFFFFF"', "2:1: error: a number or an escaped character is out of range"),
        (f"%YAML {'9' * 5000}.1", "1:1: error: a number or an escaped character is out of range"),
        ("a: \x00", "1:1: error: cannot be read as YAML: unacceptable character #x0000…"),
        ("%YAML x", "1:7: error: cannot be read as YAML: expected a digit, but found 'x' while …"),
        (
            "a: !u!x y",
            "1:4: error: cannot be read as YAML: found undefined tag handle '!u!' while …",
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_words(text: str, expected: str):
    (found,) = told(text)
    assert found.startswith(expected.removesuffix("…"))


def test_every_doubled_key_is_told():
    assert len(told("a: 1\na: 2\nb: 1\nb: 2\nb: 3")) == 3


def test_a_bomb_of_aliases_is_refused():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join([f'*{chr(97 + level)}'] * 9)}]\n"
        for level in range(9)
    )
    assert told(bomb) == ["1:1: error: the file holds more than 10,000 values"]


def test_a_file_of_very_many_values_is_refused():
    assert told("- x\n" * 20_000) == ["10001:1: error: the file holds more than 10,000 values"]


# --- files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "1:1: error: a mapping is expected, nothing was found"),
        (b"- a", "1:1: error: a mapping is expected, a list of 1 was found"),
        (b"about: \xff", "1:8: error: the file is not UTF-8 text"),
        ("a: é\nb: ".encode() + b"\xe9", "2:4: error: the file is not UTF-8 text"),
        (b"about: x\n b\x00", "2:3: error: the file holds the control character U+0000"),
        (b"#" * 1_000_001, "1:1: error: the file is larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_playbook_is_told(folder: Folder, content: bytes, expected: str):
    folder.write("brief.yaml", content)
    assert folder.told()[0] == f"brief.yaml:{expected}"


def test_lines_may_end_as_on_windows_and_begin_with_a_mark(folder: Folder):
    folder.write("brief.yaml", "\ufeff" + BRIEF.replace("\n", "\r\n"))
    library = folder.load()
    assert library.problems == ()
    assert library.playbooks["brief"].steps


def test_a_link_inside_the_folder_is_followed_and_one_outside_is_not(folder: Folder):
    folder.write("../outside.yaml", BRIEF)
    folder.write("kept/brief.yaml", BRIEF)
    (folder.path / "inside.yaml").symlink_to(folder.path / "kept" / "brief.yaml")
    (folder.path / "outside.yaml").symlink_to(folder.path.parent / "outside.yaml")
    (folder.path / "round.yaml").symlink_to(folder.path / "round.yaml")
    (folder.path / "gone.yaml").symlink_to(folder.path / "none.yaml")
    assert list(folder.load().playbooks) == ["inside"]
    assert folder.told() == [
        "gone.yaml:1:1: error: the file does not exist",
        "outside.yaml:1:1: error: the file leads outside the playbooks folder",
        "round.yaml:1:1: error: the file cannot be opened (RuntimeError)",
    ]


def test_what_is_not_a_file_is_not_waited_for(folder: Folder):
    (folder.path / "folder.yaml").mkdir()
    os.mkfifo(folder.path / "pipe.yaml")
    assert folder.told() == [
        "folder.yaml:1:1: error: the file is not a file",
        "pipe.yaml:1:1: error: the file is not a file",
    ]


def test_a_file_that_may_not_be_read_is_told(folder: Folder, monkeypatch: pytest.MonkeyPatch):
    folder.write("brief.yaml", BRIEF)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "brief.yaml:1:1: error: the file cannot be read (Permission denied)" in folder.told()


def test_very_many_problems_are_cut(folder: Folder):
    keys = "".join(f"key{number}: x\n" for number in range(300))
    folder.write("brief.yaml", BRIEF + keys)
    problems = folder.told()
    assert len(problems) == 101
    assert any("more than 100 problems; the rest is not told" in problem for problem in problems)
