"""Texts: what is asked for, out of what is there."""

from tests.understudy.asking import brief, told

SPEC = """# Sluice

Version 1.4, 9 November 2026. Owner: Maren Holt (product).

## What it does

Sluice is a valve for drip lines. It closes the line by itself when the soil is wet enough.
The valve measures the soil every 15 minutes. It works for 30 days without a network.
You can close a line from the phone. The valve opens on a plan when the probe is broken.

## What it costs

List price is 89 euros a valve, probe included.

## Known limits

- The valve is not rated for potable water.

## Dates

- Launch day is 2 February 2027.
- First deliveries are planned from 1 March 2027.
"""
CALL = """Ana: We decided 10 percent for orders of 50 valves or more.
Bo: I do not like it.
Ana: Bo, write to the installers by Friday.
Bo: Will do. Who answers the phone on launch day?
"""
OUTLINE = """Write a launch brief on Sluice, in the house style.

Sections, in this order:
- **The news**: in one paragraph, what is launched and the launch date.
- **What it does**: how it works.
- **Price and dates**: price, orders, deliveries.
- **Limits**: what a buyer must know.
- **Warranty claims**: how long and on what terms."""


def launch(**more: object) -> str:
    return told(OUTLINE, brief({"product": "Sluice"}, spec_md=SPEC, call_txt=CALL), **more)


def section(text: str, label: str) -> str:
    return text.partition(f"## {label}\n\n")[2].partition("\n\n## ")[0]


def test_the_title_and_the_sections_are_those_that_the_task_names() -> None:
    text = launch()
    assert text.startswith("# Launch brief on Sluice\n\n## The news\n\n")
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == [
        "## The news",
        "## What it does",
        "## Price and dates",
        "## Limits",
        "## Warranty claims",
    ]


def test_every_quotation_names_its_source() -> None:
    lines = [line for line in launch().splitlines() if line and not line.startswith("#")]
    assert all("[spec.md]" in line or "[call.txt]" in line for line in lines[:-1])


def test_a_section_takes_what_the_material_says_under_such_a_heading() -> None:
    text = launch()
    assert "List price is 89 euros a valve, probe included. [spec.md]" in section(
        text, "Price and dates"
    )
    assert "The valve is not rated for potable water. [spec.md]" in section(text, "Limits")


def test_a_gap_is_said_plainly() -> None:
    text = told(OUTLINE, brief(spec_md="Sluice is a valve for drip lines."))
    assert section(text, "Limits") == "Not in the material: what a buyer must know."


def test_the_date_of_the_task_stands_where_it_is_asked_for() -> None:
    task = OUTLINE.replace("Sections", "The launch is on: 2027-02-02\n\nSections")
    text = told(task, brief(spec_md=SPEC, call_txt=CALL))
    assert "Launch day is 2 February 2027." in section(text, "The news")


def test_nothing_is_told_in_two_sections() -> None:
    lines = [line for line in launch().splitlines() if line.startswith("- ")]
    assert len(lines) == len(set(lines))


def test_a_page_of_style_is_not_quoted() -> None:
    style = "Sluice brief: write the launch date in the first paragraph. Price comes first."
    text = told(OUTLINE, brief(spec_md=SPEC, **{"house-style_md": style}))
    assert "first paragraph" not in text


def test_variants_differ_and_one_of_them_is_short() -> None:
    texts = [launch(variant=(number, 3)) for number in (1, 2, 3)]
    assert len(set(texts)) == 3
    assert min(texts, key=len) == texts[1]


def test_with_no_form_asked_for_only_what_is_there_gets_a_section() -> None:
    text = told("Summarise the call.", brief(call_txt=CALL))
    assert (
        "## Decisions\n\n- We decided 10 percent for orders of 50 valves or more. [call.txt]"
        in text
    )
    assert "(owner: Bo; due: Friday)" in text
    assert "## Risks" not in text
    assert "Not in the material" not in text


def test_without_any_material_the_gap_is_all_there_is() -> None:
    assert told("Write a report.", brief()) == "# Report\n\nNot in the material."


def test_a_text_keeps_to_the_words_that_it_may_have() -> None:
    text = told(OUTLINE.replace("Write a", "In at most 60 words, write a"), brief(spec_md=SPEC))
    assert len(text.split()) < len(launch().split())
    assert text.count("## ") == 5


def test_actions_become_a_table_when_a_table_is_asked_for() -> None:
    task = "Write the minutes. Sections:\n- **Actions**: a table\n- **Sources**: each document"
    text = told(task, brief(call_txt=CALL))
    assert section(text, "Actions").splitlines() == [
        "| Action | Owner | Due |",
        "| --- | --- | --- |",
        "| Bo, write to the installers by Friday. | Bo | Friday |",
        "",
        "[call.txt]",
    ]
    assert section(text, "Sources").startswith("- We decided") or "call.txt" in text


def test_rows_bring_their_table_along() -> None:
    table = "| Farm | Water saved |\n| --- | --- |\n| Haslam | 31 % |\n| Mas Ferrer | 24 % |"
    task = "Write a brief. Sections:\n- **Results**: the water saved\n- **Limits**: what is not"
    assert section(told(task, brief(pilot_csv=table)), "Results").splitlines()[:3] == [
        "| Farm | Water saved |",
        "| --- | --- |",
        "| Haslam | 31 % |",
    ]


def test_what_others_hand_over_comes_before_what_could_be_found() -> None:
    task = (
        "Write the minutes. Sections:\n- **Decisions**: each\n- **Actions**: a table\n\n"
        "The record:\n<result>\ndecisions:\n  - decision: Ship it.\n    objection: \n"
        "    source: call.txt\nactions:\n  - action: Ring Cy\n    owner: \n    due: \n</result>\n\n"
        "What a person said:\n<input>\nDee rings Cy by 3 May.\n</input>"
    )
    text = told(task, brief(call_txt=CALL))
    assert section(text, "Decisions") == "- Ship it. [call.txt]"
    assert "| Ring Cy | Dee | 3 May |" in text


def test_what_is_contested_is_kept_out_of_the_rest() -> None:
    task = OUTLINE + (
        "\n\nWhat is contested or must not be claimed:\n<result>\n"
        "- List price is 89 euros a valve, probe included. [spec.md]\n</result>"
    )
    assert "89 euros" not in section(told(task, brief(spec_md=SPEC)), "Price and dates")
