"""A playbooks folder as a whole: names, samples, and the good beside the bad."""

from pathlib import Path

import pytest

from bot.playbook.catalog import Catalog
from bot.playbook.library import load
from tests.playbook.folder import BRIEF, CATALOG, Folder

NOTES = BRIEF.replace("{type: text}", "{type: text}\n  notes: {type: files}")


def test_no_folder_is_a_problem(tmp_path: Path):
    library = load(tmp_path / "none", CATALOG)
    assert [str(problem) for problem in library.problems] == [
        f"{tmp_path / 'none'}:1:1: error: there is no such folder"
    ]


def test_an_empty_folder_is_an_empty_library(tmp_path: Path):
    library = load(tmp_path, CATALOG)
    assert (library.playbooks, library.specialists, library.samples) == ({}, {}, {})
    assert library.problems == ()


@pytest.mark.parametrize("name", ["Launch Brief", "2nd", "épée", "x" * 41, "-a"])
def test_a_playbooks_name_can_be_typed(folder: Folder, name: str):
    folder.write(f"{name}.yaml", BRIEF)
    assert dict(folder.load().playbooks) == {}
    assert folder.told() == [
        f"{name}.yaml:1:1: error: the name of the file is the playbook's name, and people type it;"
        " allowed: small letters, digits, - and _, a letter first, 40 at most"
    ]


def test_a_file_name_that_is_no_text_is_told_as_text(folder: Folder):
    path = bytes(folder.path) + b"/\xff.yaml"
    with open(path, "w", encoding="utf-8") as stream:  # noqa: PTH123 - pathlib knows no bytes
        stream.write(BRIEF)
    (told,) = folder.told()
    assert told.encode().startswith("�.yaml:1:1: error".encode())


def test_other_endings_are_told_and_hidden_files_are_not(folder: Folder):
    folder.write("brief.yml", BRIEF)
    folder.write(".brief.yaml", "x")
    folder.write("notes.txt", "x")
    assert folder.told() == [
        "brief.yml:1:1: warning: only files that end in .yaml are read; rename it to brief.yaml"
    ]


def test_a_sample_is_kept_as_it_was_given(folder: Folder):
    folder.write("brief.yaml", NOTES)
    folder.write("samples/brief/a.md", "A")
    folder.write("samples/b.md", "B")
    folder.write("samples/brief.yaml", "product: A kettle\nnotes: [brief/a.md, b.md]\n")
    library = folder.load()
    assert library.problems == ()
    assert library.samples["brief"].inputs == {"product": "A kettle"}
    root = folder.path / "samples"
    assert library.samples["brief"].files == {"notes": (root / "brief" / "a.md", root / "b.md")}


def test_what_is_wrong_with_a_sample_is_told_and_its_playbook_serves(folder: Folder):
    folder.write("brief.yaml", NOTES)
    folder.write("../secret.md", "secret")
    folder.write(
        "samples/brief.yaml",
        "prodct: A kettle\nnotes:\n  - none.md\n  - ../../secret.md\n  - 3\n  -\n",
    )
    library = folder.load()
    assert list(library.playbooks) == ["brief"]
    assert dict(library.samples) == {}
    assert [str(problem).removeprefix("samples/brief.yaml:") for problem in library.problems] == [
        "1:1: error: product: This is needed.",
        '1:1: error: There is no input "prodct"; did you mean "product"?',
        '3:5: error: the file "none.md" does not exist',
        '4:5: error: the file "../../secret.md" leads outside the playbooks folder',
        "5:5: error: the path of a file is expected, 3 was found",
    ]


def test_a_sample_is_a_mapping(folder: Folder):
    folder.write("brief.yaml", BRIEF)
    folder.write("samples/brief.yaml", "- x")
    assert folder.told() == [
        "samples/brief.yaml:1:1: error: a mapping of inputs is expected, a list of 1 was found"
    ]


def test_a_sample_of_no_playbook_is_told(folder: Folder):
    folder.write("brief.yaml", BRIEF)
    folder.write("samples/bref.yaml", "product: x")
    assert folder.told() == [
        'samples/bref.yaml:1:1: error: there is no playbook "bref"; allowed: brief;'
        ' did you mean "brief"?'
    ]


def test_the_sample_of_a_broken_playbook_waits_for_it(folder: Folder):
    folder.write("brief.yaml", BRIEF.replace("about: A launch brief\n", ""))
    folder.write("samples/brief.yaml", "whatever: x")
    assert folder.told() == ['brief.yaml:1:1: error: "about" is missing']


def test_the_playbooks_that_are_shipped_have_no_problems():
    shipped = Path(__file__).parents[2] / "playbooks"
    tools = frozenset({"calculate", "find"})
    library = load(shipped, Catalog(models=CATALOG.models, tools=tools))
    assert library.problems == ()
    assert library.playbooks.keys() == library.samples.keys()
    assert len(library.playbooks) == 6
