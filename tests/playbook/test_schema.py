"""The schema for editors: it says yes to what loads and no to what is misspelt."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.playbook.fields import INPUTS, STEPS, keys_of
from bot.playbook.model import Playbook
from bot.playbook.problem import Findings
from bot.playbook.schema import playbook_schema
from bot.playbook.source import parse
from tests.playbook.folder import BRIEF
from tests.playbook.json_schema import fits

SCHEMA: dict[str, Any] = playbook_schema()
SHIPPED = sorted((Path(__file__).parents[2] / "playbooks").glob("*.yaml"))


def read(text: str) -> Any:
    page = parse(text, Findings("x.yaml"))
    assert page is not None
    return page.value


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_playbooks_that_are_shipped_fit(path: Path):
    assert fits(read(path.read_text()), SCHEMA)


def test_the_brief_of_the_tests_fits():
    assert fits(read(BRIEF), SCHEMA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("about:", "abuot:"),
        ("type: text", "type: txt"),
        ("{type: text}", "{about: x}"),
        ("{type: text}", "{type: text, options: [a]}"),
        ("  product:", "  Product:"),
        ("by: strategist", "by: [strategist]"),
        ("variants: 3", "variants: 11"),
        ("{angles: [text]}", "{angles: [txt]}"),
        ("{angles: [text]}", "{angles: [text, text]}"),
        ("human: choose", "human: chose"),
        ("ask: Which angle?", "ask: Which angle?\n    remind: 4 hours"),
        ("rubric: [One page]", "rubric: []"),
        ("judge: draft", "juge: draft"),
        ("from: best", "from_: best"),
        ("from: best", "from: best\n  review: {approvals: 0}"),
        ("steps:", "name: x\nsteps:"),
        ("steps:", "budget: {usd: 0}\nsteps:"),
        ("steps:", "context: [{channel: {messages: 5}, file: x}]\nsteps:"),
    ],
)
def test_what_is_misspelt_does_not_fit(old: str, new: str):
    assert old in BRIEF
    assert not fits(read(BRIEF.replace(old, new, 1)), SCHEMA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("by: researcher", "by: researcher\n    after: angles"),
        ("by: researcher", "by: researcher\n    after: [angles]"),
        ("judge: draft", "judge: [draft]"),
        ("ask: Which angle?", "ask: Which angle?\n    by: [requester]\n    expire: 3d"),
        ("from: best", "from: best\n  review: {by: leads}\n  then:\n    - post: '#x'"),
        ("{angles: [text]}", "{angles: [{title: text, kind?: a | b}]}"),
    ],
)
def test_what_can_be_written_in_more_than_one_way_fits(old: str, new: str):
    assert old in BRIEF
    assert fits(read(BRIEF.replace(old, new, 1)), SCHEMA)


def test_every_key_is_described_and_none_is_left_out():
    parts = {"Playbook": SCHEMA, **SCHEMA["$defs"]}
    models = {model.__name__: model for model in (Playbook, *STEPS.values(), *INPUTS.values())}
    for name, part in parts.items():
        for key, said in part.get("properties", {}).items():
            assert said.get("description"), f"{name}.{key}"
    for name, model in models.items():
        assert list(parts[name]["properties"]) == list(keys_of(model))


def test_it_is_plain_json_of_the_dialect_editors_know():
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    text = json.dumps(SCHEMA)
    assert '"from"' in text
    assert "from_" not in text
    assert "discriminator" not in text
    named = {word for word in text.split('"') if word.startswith("#/$defs/")}
    assert named == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}
