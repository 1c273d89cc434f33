"""The shapes of results: what shorthand means, and results held against it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.playbook.returns import WORDS, ShorthandError, flaws, to_schema, validate
from tests.playbook.json_schema import fits

ANGLES: JsonValue = {
    "angles": [{"title": "text", "score?": "integer"}],
    "level": "low | mid | high",
}


def problems(value: JsonValue, shorthand: JsonValue) -> tuple[str, ...]:
    return validate(value, shorthand)[1]


# --- shorthand ---------------------------------------------------------------------------


def test_shorthand_becomes_json_schema():
    assert to_schema(ANGLES) == {
        "type": "object",
        "properties": {
            "angles": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "title": {"type": "string"},
                        "score": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                    },
                    "required": ["title"],
                    "additionalProperties": False,
                },
            },
            "level": {"type": "string", "enum": ["low", "mid", "high"]},
        },
        "required": ["angles", "level"],
        "additionalProperties": False,
    }


def test_each_word_has_its_schema():
    assert [to_schema(word) for word in WORDS] == [
        {"type": "string"},
        {"type": "number"},
        {"type": "integer"},
        {"type": "boolean"},
        {"type": "string", "format": "date"},
    ]


def test_a_schema_may_be_changed_without_changing_the_next():
    to_schema("text")["type"] = "changed"
    assert to_schema("text") == {"type": "string"}


@pytest.mark.parametrize(
    ("shorthand", "told"),
    [
        ("nubmer", '"nubmer" is not a shape; allowed: text, number, integer, yes_no, date,'),
        (None, "nothing is not a shape"),
        (3, "3 is not a shape"),
        ({}, "an object is not a shape"),
        ([], "a list of 0 shapes was found; allowed: [a shape], one for all items"),
        (["text", "text"], "a list of 2 shapes was found"),
        ([{"a": ["txt"]}], '[0].a[0]: "txt" is not a shape'),
        ("a | | b", '"a | | b" has an option that is empty or stands twice'),
        ("a | A", '"a | A" has an option that is empty or stands twice'),
        ({"a": "a |"}, 'a: "a |" has an option'),
        ({"a b": "text"}, 'a b: "a b" is not a key; allowed: a letter, then letters, digits and _'),
        ({"a": "text", "a?": "text"}, 'a?: "a" stands twice, once with ?'),
    ],
)
def test_a_bad_shape_is_told_with_its_place(shorthand: JsonValue, told: str):
    for read in (to_schema, lambda shape: validate("x", shape)):
        with pytest.raises(ShorthandError) as caught:
            read(shorthand)
        assert told in str(caught.value)


def test_the_nearest_word_is_offered():
    assert str(flaws("nubmer")[0]).endswith('; did you mean "number"?')


def test_every_flaw_of_a_shape_is_found_at_once():
    found = flaws({"a": "txt", "b": [["nubmer"]], "c d": "text"})
    assert [flaw.path for flaw in found] == [("a",), ("b", 0, 0), ("c d",)]


# --- results ----------------------------------------------------------------------------------


def test_a_good_result_is_tidied():
    given = {"angles": [{"title": " a "}, {"title": "b", "score": 3.0}], "level": "High "}
    assert validate(given, ANGLES) == (
        {
            "angles": [{"title": " a ", "score": None}, {"title": "b", "score": 3}],
            "level": "high",
        },
        (),
    )


def test_every_problem_is_told_with_its_place():
    given: JsonValue = {
        "angles": [{"title": "a"}, {"title": "b", "tilte": 1}, {"title": 3}, {"score": True}, 7],
        "level": "none",
        "more": 1,
    }
    value, told = validate(given, ANGLES)
    assert value is given
    assert told == (
        'angles[1]: "tilte" was not asked for; did you mean "title"?',
        "angles[2].title: text is expected, 3 was found",
        'angles[3]: "title" is missing',
        "angles[3].score: a whole number is expected, true was found",
        "angles[4]: an object is expected, 7 was found",
        'level: one of "low", "mid", "high" is expected, "none" was found',
        '"more" was not asked for',
    )


@pytest.mark.parametrize(
    ("value", "shorthand", "told"),
    [
        (3, "text", "text is expected, 3 was found"),
        ("3", "number", 'a number is expected, "3" was found'),
        (float("nan"), "number", "a number is expected, NaN was found"),
        (3.5, "integer", "a whole number is expected, 3.5 was found"),
        (True, "integer", "a whole number is expected, true was found"),
        ("yes", "yes_no", 'true or false is expected, "yes" was found'),
        ("2026-02-30", "date", 'a date such as 2026-11-30 is expected, "2026-02-30" was found'),
        ("30.11.2026", "date", 'a date such as 2026-11-30 is expected, "30.11.2026" was found'),
        ({}, ["text"], "a list is expected, an object was found"),
        ([], {"a": "text"}, "an object is expected, a list of 0 was found"),
        (1, "a | b", 'one of "a", "b" is expected, 1 was found'),
        ({"a": None}, {"a": "text"}, '"a" is null, text is expected'),
        (None, "text", "text is expected, nothing was found"),
        ("x" * 100, "integer", f'a whole number is expected, "{"x" * 56}… was found'),
    ],
)
def test_a_result_of_another_kind_is_told(value: JsonValue, shorthand: JsonValue, told: str):
    assert problems(value, shorthand) == (told,)


def test_a_date_is_tidied():
    assert validate(" 2026-11-30 ", "date") == ("2026-11-30", ())
    assert validate(2.5, "number") == (2.5, ())
    assert validate(False, "yes_no") == (False, ())


def test_a_long_list_of_problems_is_cut():
    told = problems(list[JsonValue]([1] * 50), ["text"])
    assert len(told) == 21
    assert told[-1] == "and 30 problems more"


# --- laws -----------------------------------------------------------------------------------------

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
OPTIONS = st.lists(KEYS, min_size=2, max_size=4, unique=True)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    ends = st.tuples(inner, st.sampled_from(["", "?"]))
    return st.dictionaries(KEYS, ends, min_size=1, max_size=3).map(
        lambda parts: {key + end: shape for key, (shape, end) in parts.items()}
    )


SHAPES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(sorted(WORDS)) | OPTIONS.map(" | ".join),
    lambda inner: inner.map(lambda shape: [shape]) | objects(inner),
    max_leaves=6,
)


WORD_RESULTS: dict[str, st.SearchStrategy[JsonValue]] = {
    "text": st.text(max_size=8),
    "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
    "integer": st.integers() | st.integers(-1000, 1000).map(float),
    "yes_no": st.booleans(),
    "date": st.dates().map(lambda day: f"{day.isoformat()} "),
}


def results(shape: Any) -> st.SearchStrategy[Any]:
    match shape:
        case str():
            options = st.sampled_from(shape.split("|"))
            return WORD_RESULTS.get(shape, options | options.map(str.upper))
        case [item]:
            return st.lists(results(item), max_size=3)
        case _:
            parts = {key.removesuffix("?"): results(part) for key, part in shape.items()}
            needed = {key: parts.pop(key) for key in shape if not key.endswith("?")}
            optional = {key: st.none() | part for key, part in parts.items()}
            return st.fixed_dictionaries(needed, optional=optional)


@given(st.data())
def test_what_is_accepted_fits_the_schema_once_tidied(data: st.DataObject):
    shape = data.draw(SHAPES)
    value = data.draw(results(shape))
    tidy, told = validate(value, shape)
    assert told == ()
    assert fits(tidy, to_schema(shape))
    assert validate(tidy, shape) == (tidy, ())


@given(SHAPES, st.data())
def test_what_does_not_fit_the_schema_is_not_accepted(shape: JsonValue, data: st.DataObject):
    value = data.draw(results(data.draw(SHAPES)))
    tidy, told = validate(value, shape)
    assert bool(told) or fits(tidy, to_schema(shape))


@given(SHAPES)
def test_a_shape_has_no_flaws(shape: JsonValue):
    assert flaws(shape) == ()
