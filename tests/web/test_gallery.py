"""What the gallery and the page of a playbook show."""

from pathlib import Path

from adapters.web.views import gallery, playbook
from bot.playbook.catalog import Catalog
from bot.playbook.library import Library, load
from bot.playbook.problem import Problem
from bot.policy import Team
from bot.settings import Settings
from bot.wiring import catalog

FOLDER = Path(__file__).parents[2] / "playbooks"
SHIPPED = load(FOLDER, catalog(Settings(), Team()))
LAUNCH = SHIPPED.playbooks["launch-brief"]


def nothing(file: str) -> str | None:
    return None


def problem(line: int, column: int, *, file: str = "odd.yaml", level: str = "error") -> Problem:
    level_ = "error" if level == "error" else "warning"
    return Problem(file=file, line=line, column=column, level=level_, what="this is wrong")


def broken(folder: Path, text: str) -> Library:
    (folder / "odd.yaml").write_text(text)
    return load(folder, Catalog())


def test_a_card_says_who_works_and_how_much_is_asked():
    shown = gallery.card(LAUNCH, SHIPPED)
    assert shown["who"] == [("researcher", 1), ("strategist", 2), ("writer", 3), ("critic", 4)]
    assert shown["facts"] == [
        *("4 inputs", "7 steps", "4 decisions", "up to $2.00", "up to 20 min")
    ]
    assert (shown["path"], shown["sample"]) == ("/playbooks/launch-brief", True)


def test_what_is_wrong_is_told_in_the_words_of_check_at_its_place(tmp_path: Path):
    library = broken(tmp_path, "about: Odd\nsteps:\n  one: {bye: writer, do: Write.}\n")
    (file,) = gallery.files(library.problems, lambda name: (tmp_path / name).read_text())
    assert (file["file"], file["path"], file["broken"]) == ("odd.yaml", "/playbooks/odd", True)
    shown = next(one for one in file["problems"] if 'unknown key "bye"' in one["told"])
    assert shown["told"] in {str(one) for one in library.problems}
    assert shown["told"].startswith("odd.yaml:3:9: error: ")
    wrong = next(line for line in shown["lines"] if line["at"])
    assert (wrong["number"], wrong["before"], wrong["at"]) == (3, "  one: {", "bye")
    assert [line["number"] for line in shown["lines"]] == [1, 2, 3]


def test_a_file_that_cannot_be_read_has_its_problems_without_the_place():
    (file,) = gallery.files([problem(3, 1)], nothing)
    assert [one["lines"] for one in file["problems"]] == [[]]


def test_a_place_beyond_the_end_of_the_file_is_its_last_line():
    (file,) = gallery.files([problem(9, 4)], lambda name: "a\nb\n")
    assert [line["number"] for line in file["problems"][0]["lines"]] == [1, 2]


def test_a_huge_line_is_shown_around_its_place():
    text = "x" * 5000 + " wrong " + "y" * 5000
    (file,) = gallery.files([problem(1, 5002)], lambda name: text)
    (line,) = file["problems"][0]["lines"]
    assert line["at"] == "wrong"
    assert line["before"].startswith("…")
    assert line["after"].endswith("…")
    assert sum(map(len, (line["before"], line["at"], line["after"]))) < 300


def test_broken_files_come_before_those_with_warnings():
    warned = problem(1, 1, file="a.yml", level="warning")
    role = problem(2, 1, file="specialists/writer.md")
    shown = gallery.files([warned, role], nothing)
    assert [(one["file"], one["broken"]) for one in shown] == [
        ("specialists/writer.md", True),
        ("a.yml", False),
    ]
    assert [one["path"] for one in shown] == ["", ""]


def test_the_page_of_a_playbook_says_all_that_its_file_says():
    shown = playbook.whole(LAUNCH, SHIPPED, "about: …", {})
    assert [step["name"] for step in shown["steps"]] == [
        *("Facts", "Angles", "Day", "Clearance", "Lead", "Draft", "Best")
    ]
    facts, *_, draft, best = shown["steps"]
    assert facts["gist"].startswith("Gather what a launch brief on {{ product }}")
    assert [(label, code) for label, _, code in facts["texts"]] == [
        ("Does", False),
        ("Gives", True),
    ]
    assert draft["told"] == "by writer, 3 variants, after Clearance, Day, Facts and Lead"
    assert len(best["rubric"]) == 5
    assert {label: said for label, said, _ in shown["steps"][2]["texts"]} == {
        "Only when": "not launch_date and not facts.launch_date",
        "Asks": "When does {{ product }} launch? The notes name no day outright.",
        "For": "Date",
        "Waits": "reminds every 4 h",
    }
    product, notes, audience, date = shown["inputs"]
    assert (product["type"], product["required"]) == ("text", True)
    assert notes["sample"] == "product-spec.md, pilot-results.csv, pricing-call.txt"
    assert (audience["type"], audience["default"]) == (
        "one of customers, press, sales",
        "customers",
    )
    assert not audience["required"]
    assert not date["required"]
    assert shown["reads"] == ["context/house-style.md"]
    assert shown["delivery"] == [
        "What Best gives is the draft. It is judged by whoever delegated it.",
        "Podium reminds every 4 h and gives up after 7 d.",
        "Once approved, it is posted to #general.",
    ]
    assert [one["name"] for one in shown["specialists"]] == [
        *("researcher", "strategist", "writer", "critic")
    ]
    assert all("<p>" in one["instructions"] for one in shown["specialists"])


def test_scripts_in_a_role_come_to_nothing():
    role = SHIPPED.specialists["writer"].model_copy(
        update={"instructions": "<script>alert(1)</script> *Write.*"}
    )
    library = Library(
        playbooks=SHIPPED.playbooks,
        specialists={**SHIPPED.specialists, "writer": role},
        samples={},
        problems=(),
    )
    shown = playbook.whole(LAUNCH, library, "", {})
    writer = next(one for one in shown["specialists"] if one["name"] == "writer")
    assert "<script" not in writer["instructions"]
    assert "<em>Write.</em>" in writer["instructions"]
