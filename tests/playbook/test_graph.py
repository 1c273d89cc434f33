"""Which steps wait for which, and what a change reaches."""

from graphlib import TopologicalSorter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.playbook import graph
from bot.playbook.model import Playbook, Step

LAUNCH = Playbook.model_validate(
    {
        "about": "A launch brief",
        "inputs": {"product": {"type": "text"}},
        "steps": {
            "angles": {"by": "strategist", "do": "Angles on {{ product }}, {{ today }}."},
            "facts": {"by": "researcher", "each": "angles.angles", "do": "About {{ item }}."},
            "lead": {"human": "choose", "from": "angles.angles", "ask": "Which?"},
            "asked": {"human": "answer", "ask": "When? {{ product }}", "when": "lead"},
            "done": {"human": "do", "ask": "Sign {{ draft }}"},
            "draft": {"by": "writer", "do": "{{ lead }}, {{ facts }}", "variants": 3},
            "best": {"judge": ["draft"], "by": "critic", "rubric": ["short"]},
            "post": {"act": {"post": "#x"}, "say": "{{ best }}", "after": "done"},
        },
        "deliver": {"from": "best"},
    }
)


def linked(links: dict[str, set[str]]) -> Playbook:
    steps = {
        name: {"by": "writer", "do": "Work.", "after": sorted(sources)}
        for name, sources in links.items()
    }
    return Playbook.model_validate(
        {"about": "x", "steps": steps, "deliver": {"from": next(iter(links))}}
    )


def test_a_step_waits_for_what_its_texts_judge_and_after_name():
    assert graph.dependencies(LAUNCH) == {
        "angles": frozenset(),
        "facts": {"angles"},
        "lead": {"angles"},
        "asked": {"lead"},
        "done": {"draft"},
        "draft": {"lead", "facts"},
        "best": {"draft"},
        "post": {"best", "done"},
    }


def test_a_change_reaches_everything_behind_it():
    assert graph.downstream(LAUNCH, ["facts"]) == {"facts", "draft", "done", "best", "post"}
    assert graph.downstream(LAUNCH, ["post", "asked"]) == {"post", "asked"}
    assert graph.downstream(LAUNCH, ["unknown"]) == frozenset()


def test_names_that_are_no_steps_are_not_waited_for():
    step: Step = LAUNCH.steps["angles"]
    assert graph.names(step) == {"product", "today"}


def ring_of(links: dict[str, set[str]]) -> tuple[str, ...] | None:
    return graph.ring({name: frozenset(sources) for name, sources in links.items()})


def test_a_ring_is_named_from_its_first_step_in_the_file():
    ringed = {"a": set[str](), "b": {"d"}, "c": {"b"}, "d": {"c", "a"}, "e": {"b"}}
    assert ring_of(ringed) == ("b", "d", "c", "b")


def test_a_step_behind_a_ring_is_not_part_of_it():
    assert ring_of({"x": {"a"}, "a": {"b"}, "b": {"a"}}) == ("a", "b", "a")


def test_a_step_that_names_itself_is_a_ring():
    assert ring_of({"a": {"a"}}) == ("a", "a")


def test_a_changed_copy_has_a_graph_of_its_own():
    copy = LAUNCH.model_copy(update={"steps": {"angles": LAUNCH.steps["angles"]}})
    assert list(graph.dependencies(copy)) == ["angles"]
    assert len(graph.dependencies(LAUNCH)) == len(LAUNCH.steps)


# --- laws -----------------------------------------------------------------------------


@st.composite
def links(draw: st.DrawFn, *, rings: bool) -> dict[str, set[str]]:
    names = [f"s{number}" for number in range(draw(st.integers(1, 8)))]
    found: dict[str, set[str]] = {}
    for place, name in enumerate(names):
        sources = names if rings else names[:place]
        found[name] = draw(st.sets(st.sampled_from(sources))) if sources else set()
    return dict(draw(st.permutations(list(found.items()))))


@given(links(rings=False))
def test_steps_that_wait_only_for_earlier_ones_form_no_ring(drawn: dict[str, set[str]]):
    assert ring_of(drawn) is None


@given(links(rings=True))
def test_a_ring_is_told_exactly_when_there_is_one(drawn: dict[str, set[str]]):
    ring = ring_of(drawn)
    if ring is None:
        assert list(TopologicalSorter(drawn).static_order())
        return
    assert ring[0] == ring[-1]
    assert len(set(ring)) == len(ring) - 1
    assert all(later in drawn[name] for name, later in pairwise(ring))


@given(links(rings=True), st.data())
def test_downstream_is_the_least_set_that_is_closed(
    drawn: dict[str, set[str]], data: st.DataObject
):
    playbook = linked(drawn)
    chosen = data.draw(st.sets(st.sampled_from(sorted(drawn))))
    reached = graph.downstream(playbook, chosen)
    waits_for = graph.dependencies(playbook)
    assert chosen <= reached
    assert all(name in reached for name, sources in waits_for.items() if sources & reached)
    assert all(waits_for[name] & reached for name in reached - chosen)
    assert graph.downstream(playbook, reached) == reached
    one_by_one = (graph.downstream(playbook, [name]) for name in chosen)
    assert reached == frozenset().union(*one_by_one)
