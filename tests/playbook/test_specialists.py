"""Specialist files: our own, and those that were written for coding agents."""

import pytest

from bot.playbook.model import Specialist
from tests.playbook.folder import BRIEF, Folder


def read(folder: Folder, content: str) -> tuple[Specialist | None, list[str]]:
    folder.write("specialists/auditor.md", content)
    library = folder.load()
    told = [str(problem).removeprefix("specialists/auditor.md:") for problem in library.problems]
    return next((s for s in library.specialists.values() if "udit" in s.name), None), told


def test_a_specialist_is_its_front_matter_and_its_text(folder: Folder):
    assert read(
        folder,
        """---
name: auditor
description: Checks figures.
model: haiku
tools: [find, web_search]
effort: high
---

# You check figures

Each one.
""",
    ) == (
        Specialist(
            name="auditor",
            description="Checks figures.",
            model="haiku",
            tools=("find", "web_search"),
            effort="high",
            instructions="# You check figures\n\nEach one.",
        ),
        [],
    )


def test_a_coding_agents_file_drops_in(folder: Folder):
    specialist, told = read(
        folder,
        """---
name: Auditor of Figures
description: Use this when: figures change. Example: "check it"
tools: find, web_fetch
model: inherit
color: red
---
Check.
""",
    )
    assert specialist == Specialist(
        name="Auditor of Figures",
        description='Use this when: figures change. Example: "check it"',
        tools=("find", "web_fetch"),
        instructions="Check.",
    )
    assert told == [
        '3:27: warning: a second ": " in one line; put its text in quotes'
        " (it was read line by line)",
        '6:1: warning: the key "color" has no effect here;'
        " allowed: name, description, model, tools, effort",
    ]


def test_a_file_without_a_name_is_called_as_the_file(folder: Folder):
    specialist, told = read(folder, "---\ndescription: x\ntools:\n---\nCheck.")
    assert specialist == Specialist(name="auditor", description="x", instructions="Check.")
    assert told == []


def test_front_matter_may_be_empty(folder: Folder):
    assert read(folder, "---\n---\nCheck.")[1] == []


NO_FENCE = (
    "1:1: error: front matter is expected: a line ---, then name and description, then a line ---"
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", NO_FENCE),
        ("You are an auditor.", NO_FENCE),
        ("---\nname: auditor\nYou are an auditor.", NO_FENCE),
        ("---\nname: auditor\n---\n \n", "3:1: error: there are no instructions below the front …"),
        ("---\n- a\n---\nx", "2:1: error: a mapping is expected, a list of 1 was found"),
        ("---\nname: [a\n---\nx", "2:9: error: a [ or { is not closed, or a comma is missing"),
        ("---\nname: a\nname: b\n---\nx", '3:1: error: "name" stands twice'),
        ("---\nname: 3\n---\nx", "2:7: error: text is expected, 3 was found"),
        ("---\nname: |\n  a\n  b\n---\nx", "2:7: error: a name is one line of at most 80 …"),
        (
            "---\nmodel: sonet\n---\nx",
            '2:8: error: there is no model "sonet"; allowed: haiku, opus, sonnet;'
            ' did you mean "sonnet"?',
        ),
        (
            "---\ntools: find, web_serch\n---\nx",
            '2:8: error: there is no tool "web_serch"; allowed: find, web_fetch, web_search;'
            ' did you mean "web_search"?',
        ),
        (
            "---\ntools: [find, Bash]\n---\nx",
            '2:15: error: there is no tool "Bash"; allowed: find, web_fetch, web_search',
        ),
        ("---\ntools: [find, 3]\n---\nx", "2:15: error: text is expected, 3 was found"),
        ("---\ntools: {find: 1}\n---\nx", "2:8: error: text is expected, an object was found"),
        (
            "---\neffort: hihg\n---\nx",
            '2:9: error: "effort" cannot be "hihg"; allowed: low, medium, high;'
            ' did you mean "high"?',
        ),
        (
            "---\ndescripton: x\n---\nx",
            '2:1: warning: the key "descripton" has no effect here; allowed: name, description,'
            ' model, tools, effort; did you mean "description"?',
        ),
    ],
)
def test_what_is_wrong_with_a_specialist_is_told(folder: Folder, content: str, expected: str):
    specialist, (told,) = read(folder, content)
    assert told.startswith(expected.removesuffix("…"))
    assert (specialist is None) is ("error" in expected)


def test_one_name_belongs_to_one_file(folder: Folder):
    folder.write("specialists/zoe.md", "---\nname: writer\n---\nx")
    library = folder.load()
    assert library.specialists["writer"].instructions == "You are a writer."
    assert [str(problem) for problem in library.problems] == [
        'specialists/zoe.md:2:1: error: another file has the specialist "writer" already'
    ]


def test_a_playbook_is_told_when_its_specialist_has_errors(folder: Folder):
    folder.write("brief.yaml", BRIEF)
    folder.write("specialists/writer.md", "You write.")
    library = folder.load()
    assert dict(library.playbooks) == {}
    assert [str(problem) for problem in library.problems] == [
        'brief.yaml:18:9: error: the file of the specialist "writer" has errors',
        f"specialists/writer.md:{NO_FENCE}",
    ]


def test_a_readme_among_the_specialists_is_left_alone(folder: Folder):
    folder.write("specialists/README.md", "About these files.")
    folder.write("specialists/.draft.md", "Not yet.")
    assert folder.told() == []
