"""Texts and expressions: what they read, what they come to, and what they cannot reach."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.playbook.templates import (
    TemplateError,
    evaluate,
    reads_in,
    reads_in_expression,
    render,
    text,
)

VALUES: dict[str, JsonValue] = {
    "product": "Kettle",
    "angles": {"angles": ["price", "speed"], "items": [1, 2], "note": None},
    "facts": [{"title": "One", "body": "first\nsecond"}, {"title": "Two", "body": "third"}],
    "count": 3.0,
    "ready": True,
    "skipped": None,
}


def failure(template: str) -> str:
    with pytest.raises(TemplateError) as caught:
        render(template, VALUES)
    return str(caught.value)


def expression_failure(expression: str) -> str:
    with pytest.raises(TemplateError) as caught:
        evaluate(expression, VALUES)
    return str(caught.value)


# --- what values read as ------------------------------------------------------------


def test_a_list_reads_as_bullets_and_an_object_as_lines():
    assert render("{{ angles.angles }}", VALUES) == "- price\n- speed"
    assert render("{{ facts }}", VALUES) == (
        "- title: One\n  body:\n    first\n    second\n- title: Two\n  body: third"
    )


def test_numbers_and_truths_read_as_people_write_them():
    assert render("{{ count }} {{ 2.5 }} {{ ready }} {{ not ready }}", VALUES) == "3 2.5 yes no"


def test_no_python_is_seen_where_texts_are_joined():
    assert render("{{ 'a ' ~ angles.angles }}", VALUES) == "a - price\n- speed"
    assert render("{{ facts | map(attribute='title') | join(', ') }}", VALUES) == "One, Two"
    assert render("{{ angles.angles | string }}", VALUES) == "- price\n- speed"
    assert render("{{ angles | tojson }}", {"angles": {"é": None}}) == '{"é": null}'


def test_a_key_wins_over_what_python_calls_the_same():
    assert render("{{ angles.items }} {{ angles['items'] }}", VALUES) == "- 1\n- 2 - 1\n- 2"


def test_places_in_lists_and_texts_can_be_read():
    assert render("{{ angles.angles[0] }} {{ product[:3] }}", VALUES) == "price Ket"


def test_loops_and_conditions_work():
    template = (
        "{% for fact in facts %}\n{{ loop.index }}. {{ fact.title }}\n{% endfor %}\n"
        "{% if product == 'Kettle' %}hot{% endif %}"
    )
    assert render(template, VALUES) == "1. One\n2. Two\nhot"


def test_values_are_never_templates():
    assert render("{{ x }}", {"x": "{{ y }}"}) == "{{ y }}"


# --- what is not there --------------------------------------------------------------


def test_a_skipped_step_reads_as_nothing_however_it_is_asked():
    assert render("[{{ skipped }}{{ skipped.a.b }}{{ skipped[0] }}{{ angles.note }}]", VALUES) == (
        "[]"
    )
    assert render("{% for a in skipped %}x{% endfor %}{% if skipped %}x{% endif %}", VALUES) == ""
    assert render("{{ skipped | default('none') }}", VALUES) == "none"
    assert evaluate("skipped", VALUES) is None
    assert evaluate("skipped.a", VALUES) is None
    assert evaluate("[skipped]", VALUES) == [None]
    assert evaluate("skipped is none and skipped == none", VALUES) is True
    assert evaluate("skipped == 'x'", VALUES) is False


def test_nothing_is_neither_more_nor_less_than_anything():
    for sign in ("<", "<=", ">", ">="):
        assert evaluate(f"skipped {sign} 3", VALUES) is False
        assert evaluate(f"3 {sign} skipped", VALUES) is False


def test_nothing_cannot_be_reckoned_with():
    expected = "nothing is there to reckon with: a step was skipped or an input left out"
    assert expression_failure("skipped + 1") == expected


def test_nothing_is_one_value():
    assert evaluate("[skipped, skipped] | unique | list", VALUES) == [None]


def test_a_name_or_key_that_is_not_there_is_told():
    assert failure("{{ prodct }}") == '"prodct" is not known here'
    assert failure("{{ prodct.title }}") == '"prodct" is not known here'
    assert failure("{{ angles.angels }}") == (
        'there is no "angels" in it, only angles, items, note; did you mean "angles"?'
    )
    assert failure("{{ angles.angles[7] }}") == "there is no item 7 in a list of 2"
    assert failure("{{ product.title }}") == 'a text has no "title"'
    assert failure("{{ count.title }}") == 'a number has no "title"'
    assert failure("{{ ready.title }}") == 'a yes or no has no "title"'
    assert failure("{{ facts.title }}") == 'a list has no "title"'
    assert failure("{{ angles.xyz }}") == 'there is no "xyz" in it, only angles, items, note'
    assert failure("{{ {}.x }}") == 'there is no "x" in it, only nothing'
    assert expression_failure("prodct") == '"prodct" is not known here'


def test_a_missing_key_can_be_given_a_default():
    assert render("{{ angles.angels | default('none') }}", VALUES) == "none"


# --- what cannot be reached -----------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__ }}",
        "{{ product.upper() }}",
        "{{ facts.append(1) }}",
        "{{ '{:>9999999}'.format(1) }}",
        "{{ product['__class__'] }}",
        "{{ lipsum() }}",
        "{{ range(10) }}",
        "{{ cycler }}",
        "{{ self.x }}",
        "{{ product | attr('upper') }}",
        "{{ '%999999999s' | format(1) }}",
        "{{ angles | random }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% for a in facts recursive %}{{ loop(facts) }}{% endfor %}",
        "{% for a in facts %}{{ loop._iterable }}{% endfor %}",
        "{{ 1 / 0 }}",
        "{{ [1] | sum(attribute='x') }}",
    ],
)
def test_nothing_but_values_can_be_reached(template: str):
    with pytest.raises(TemplateError):
        render(template, VALUES)


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{% include 'x' %}", "include"),
        ("{% import 'x' as x %}", "import"),
        ("{% from 'x' import y %}", "fromimport"),
        ("{% extends 'x' %}", "extends"),
        ("{% block x %}{% endblock %}", "block"),
        ("{% macro x() %}{% endmacro %}", "macro"),
        ("{% call x() %}{% endcall %}", "callblock"),
    ],
)
def test_templates_have_no_parts_of_their_own(template: str, what: str):
    assert failure(template) == f"{what} is not available in playbooks"


def test_reckoning_with_numbers_works():
    assert evaluate("2 * 3 + 7 % 4", VALUES) == 9


def test_a_text_has_an_end():
    big: dict[str, JsonValue] = {"big": "x" * 1_000_000}
    with pytest.raises(TemplateError, match="grew beyond 2,000,000 characters"):
        render("{{ big }}{{ big }}{{ big }}", big)


def test_a_list_has_an_end():
    with pytest.raises(TemplateError, match="grew beyond 10,000 items"):
        evaluate("big | map('upper')", {"big": list[JsonValue](["x"] * 10_001)})


# --- mistakes in the text ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{{ x", 'unexpected end of text, expected "}}"'),
        ("{% if x", 'unexpected end of text, expected "%}"'),
        ("{{ x | uper }}", 'there is no filter "uper"; did you mean "upper"?'),
        ("{{ x is nothin }}", 'there is no test "nothin"'),
        ("{{ " + "(" * 5000 + " }}", "the text is nested too deeply"),
    ],
)
def test_a_mistake_in_a_template_is_told_in_words(template: str, what: str):
    assert failure(template) == what
    with pytest.raises(TemplateError):
        reads_in(template)


def test_a_mistake_knows_its_line():
    with pytest.raises(TemplateError) as caught:
        render("one\ntwo {{ x | uper }}", VALUES)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("{{ x }}", "an expression is written without {{ }}"),
        ("a b", 'the expression should end before "b"'),
        ("3 +", "unexpected end of text"),
        ("", "unexpected end of text"),
        ("x | uper", 'there is no filter "uper"; did you mean "upper"?'),
    ],
)
def test_a_mistake_in_an_expression_is_told_in_words(expression: str, what: str):
    assert expression_failure(expression) == what


def test_values_that_do_not_fit_are_told():
    assert failure("{{ 1 / 0 }}") == "the values do not fit: division by zero"


def test_loops_nested_beyond_python_are_an_error_in_words():
    deep = "{% for a in facts %}" * 30 + "{% endfor %}" * 30
    with pytest.raises(TemplateError):
        reads_in(deep)


# --- expressions ---------------------------------------------------------------------------


def test_an_expression_comes_to_json():
    assert evaluate("angles.angles", VALUES) == ["price", "speed"]
    assert evaluate("facts | map(attribute='title')", VALUES) == ["One", "Two"]
    assert evaluate("{'a': (1, 2), 'b': none}", VALUES) == {"a": [1, 2], "b": None}
    assert evaluate("product == 'Kettle' and count > 2", VALUES) is True


def test_an_expression_comes_to_nothing_else():
    told = "an expression must come to text, a number, a list or an object"
    assert expression_failure("self") == told


def test_an_expression_may_use_a_value_called_result():
    assert evaluate("result.x", {"result": {"x": 1}}) == 1
    assert reads_in_expression("result.x").names == {"result"}


# --- names -------------------------------------------------------------------------------------


def test_the_names_a_text_reads_are_known():
    template = "{{ a.b }} {% for x in c %}{{ x }}{{ loop.index }}{% endfor %}{% set d = e %}{{ d }}"
    assert reads_in(template).names == {"a", "c", "e"}
    assert reads_in_expression("a.b and (c or d[e])").names == {"a", "c", "d", "e"}


def test_the_parts_a_text_reads_are_known():
    template = (
        "{{ a.b['c'] }} {% for x in q.r %}{{ x.y }}{% endfor %} {{ a[0].z }} {{ (s or t).u }}"
    )
    assert reads_in(template).parts == {("a", "b"), ("a", "b", "c"), ("q", "r")}
    assert reads_in_expression("a.b").parts == {("a", "b")}


FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON)
def test_every_value_comes_through_an_expression_unchanged(value: JsonValue):
    assert evaluate("x", {"x": value}) == value


@given(JSON)
def test_every_value_reads_as_text(value: JsonValue):
    assert render("{{ x }}", {"x": value}) == text(value)


@given(st.text(alphabet="ab.{}%|()[]'\" \n+-*#", max_size=40))
def test_a_text_renders_or_fails_in_words_whatever_it_is(template: str):
    with suppress(TemplateError):
        assert isinstance(render(template, VALUES), str)
    with suppress(TemplateError):
        evaluate(template, VALUES)


def test_loops_in_loops_end() -> None:
    nested = "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(TemplateError, match="100,000 times"):
        render(nested, {"x": "a" * 20_000})


def test_what_filters_do_not_take_is_told() -> None:
    with pytest.raises(TemplateError):
        render("{{ x | truncate(-5) }}", {"x": "long enough to be cut"})
    with pytest.raises(TemplateError):
        evaluate("('nan') | float", {})


def test_a_number_beyond_all_bounds_is_told() -> None:
    with pytest.raises(TemplateError, match="beyond all bounds"):
        evaluate("1e308 * 10", {})
