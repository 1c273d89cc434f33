"""The layout of a playbook's graph."""

from pathlib import Path

import pytest

from adapters.web.views.graph import REVIEW, Edge, Node, Plan, plan, states
from bot.playbook.library import load
from bot.playbook.model import Playbook
from bot.policy import Team
from bot.settings import Settings
from bot.wiring import catalog
from tests.run.director import Directed
from tests.run.director import playbook as directed

SHIPPED = load(Path(__file__).parents[2] / "playbooks", catalog(Settings(), Team())).playbooks


def playbook(**steps: dict[str, object]) -> Playbook:
    return Playbook.model_validate(
        {"about": "A test", "steps": steps, "deliver": {"from": [*steps][-1]}}
    )


def work(do: str = "Write.", **more: object) -> dict[str, object]:
    return {"by": "writer", "do": do, **more}


def node(found: Plan, key: str) -> Node:
    return next(node for node in found["nodes"] if node["key"] == key)


def places(found: Plan) -> dict[str, tuple[float, float]]:
    return {node["key"]: (node["x"], node["y"]) for node in found["nodes"]}


def ends(found: Plan) -> list[tuple[str, str]]:
    return [(edge["source"], edge["target"]) for edge in found["edges"]]


def edge(found: Plan, source: str, target: str) -> Edge:
    return next(e for e in found["edges"] if (e["source"], e["target"]) == (source, target))


def test_steps_stand_in_layers_after_what_they_wait_for_and_the_review_is_last():
    found = plan(playbook(a=work(), b=work(), c=work("On {{ a }} and {{ b }}.")), {})
    assert places(found) == {"a": (0, 0), "b": (0, 1), "c": (1, 0.5), REVIEW: (2, 0.5)}
    assert ends(found) == [("a", "c"), ("b", "c"), ("c", REVIEW)]
    assert (found["layers"], found["rows"]) == (3, 2)


def test_what_follows_from_other_lines_is_said_but_not_drawn():
    found = plan(playbook(a=work(), b=work("{{ a }}"), c=work("{{ a }} {{ b }}")), {})
    assert ends(found) == [("a", "b"), ("b", "c"), ("c", REVIEW)]
    assert node(found, "c")["told"] == "C, by writer, after A and B"


def test_a_line_over_several_layers_finds_its_way_between_the_nodes():
    steps = {"a": work(), "b": work("{{ a }}"), "c": work("{{ b }}"), "far": work()}
    found = plan(playbook(**steps, last=work("{{ c }} {{ far }}")), {})
    assert edge(found, "far", "last")["points"] == [(0, 1), (1, 1), (2, 1), (3, 0.5)]
    assert node(found, "b")["y"] == 0


def test_lines_do_not_cross_where_another_order_avoids_it():
    first = {"a": work(), "b": work(), "c": work()}
    found = plan(playbook(**first, x=work("{{ c }}"), y=work("{{ b }}"), z=work("{{ a }}")), {})
    rows = places(found)
    assert [rows["x"][1], rows["y"][1], rows["z"][1]] == [
        rows["c"][1],
        rows["b"][1],
        rows["a"][1],
    ]


def test_who_does_what_is_told_apart():
    book = Playbook.model_validate(
        {
            "about": "All kinds",
            "steps": {
                "tell": {"act": {"post": "#team"}, "say": "It begins."},
                "ideas": work(variants=3),
                "each_one": work("{{ item }}", each="ideas"),
                "best_of": {"judge": "ideas", "by": "critic", "rubric": ["Short"]},
                "pick": {"human": "choose", "from": "ideas", "ask": "Which?", "when": "ideas"},
            },
            "deliver": {
                "from": "best_of",
                "review": {"by": ["leads"], "approvals": 2},
                "then": [{"post": "#launches"}],
            },
        }
    )
    found = plan(book, {})
    assert [node["kind"] for node in found["nodes"]] == [
        *("act", "work", "work", "judge", "human", "review", "act")
    ]
    assert [node["told"] for node in found["nodes"]] == [
        "Tell, to #team",
        "Ideas, by writer, 3 variants",
        "Each one, by writer, once for each of a list, after Ideas",
        "Best of, critic judges, after Ideas",
        "Pick, requester chooses, after Ideas, may be skipped",
        "Review, 2 of leads, after Best of",
        "Post, to #launches, after Review",
    ]
    assert [node["hue"] for node in found["nodes"]] == [0, 1, 1, 2, 0, 0, 0]
    assert [node["count"] for node in found["nodes"]] == ["", "×3", "each", "", "", "", ""]
    assert edge(found, "ideas", "pick")["maybe"]
    assert not edge(found, "ideas", "best_of")["maybe"]


@pytest.mark.parametrize("name", SHIPPED)
def test_no_two_nodes_of_a_shipped_playbook_stand_in_one_place(name: str):
    found = plan(SHIPPED[name], {})
    assert len(set(places(found).values())) == len(found["nodes"])
    assert {target for _, target in ends(found)} >= {REVIEW}
    assert all(point[1] <= found["rows"] - 1 for e in found["edges"] for point in e["points"])


def test_the_states_of_a_run_are_told_by_node():
    steps = {
        "angles": {"by": "writer", "do": "A", "returns": {"angles": ["text"]}},
        "lead": {"human": "choose", "from": "angles.angles", "ask": "Which leads?"},
        "draft": {"by": "writer", "do": "{{ lead }}"},
    }
    run = Directed(directed(steps, deliver={"from": "draft", "then": [{"post": "#general"}]}))
    run.finish("angles", {"angles": ["red", "blue"]})
    assert states(run.run) == {
        "angles": "done",
        "lead": "asking",
        "draft": "waiting",
        REVIEW: "waiting",
        "deliver.1": "waiting",
    }
