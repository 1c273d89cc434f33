"""What people type and choose, read as the values of a playbook's inputs."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.playbook.inputs import is_identity, read_input, read_inputs
from bot.playbook.model import (
    Choice,
    Date,
    Files,
    Input,
    Long,
    Many,
    Number,
    Person,
    Text,
    YesNo,
)

TODAY = date(2026, 11, 22)
ANA = "web:here:ana"
_NO_DATE = 'A date such as 2026-11-30, today or tomorrow is expected, not "30.11.2026".'

CHOICE = Choice(options=("customers", "Presse", "the board"))
MANY = Many(options=("a", "b, c", "d"))


def read(spec: Input, raw: JsonValue) -> JsonValue:
    return read_input(spec, raw, today=TODAY, requester=ANA)


def refusal(spec: Input, raw: JsonValue) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        read(spec, raw)
    return str(caught.value)


@pytest.mark.parametrize(
    ("spec", "raw", "value"),
    [
        (Text(), "  one\r\ntwo\tthree  ", "one two three"),
        (Text(), "na\x00me\x1b[31m", "name[31m"),
        (
            Text(),
            "👩\u200d👩\u200d👧 مرحبا 你好 \u202eabc",
            "👩\u200d👩\u200d👧 مرحبا 你好 \u202eabc",
        ),
        (Text(), 3, "3"),
        (Text(), 3.5, "3.5"),
        (Text(), "x" * 500, "x" * 500),
        (Long(), "\r\n  one\r\n\ttwo \n\n", "  one\n\ttwo"),
        (Long(), "x" * 100_000, "x" * 100_000),
        (CHOICE, "customers", "customers"),
        (CHOICE, " PRESSE ", "Presse"),
        (CHOICE, "The  Board", "the board"),
        (Choice(options=("yes", "no")), True, "yes"),
        (Choice(options=("yes", "no")), False, "no"),
        (Choice(options=("2025", "2026")), 2026, "2026"),
        (Choice(options=("Été", "Hiver")), "E\u0301TE\u0301", "Été"),
        (MANY, "d, a", ["a", "d"]),
        (MANY, "b, c, a", ["a", "b, c"]),
        (MANY, "B, C", ["b, c"]),
        (MANY, "a\nd", ["a", "d"]),
        (MANY, ["d", "", "a", "d"], ["a", "d"]),
        (Number(), "3", 3),
        (Number(), " -3.50 ", -3.5),
        (Number(), "1e3", 1000.0),
        (Number(), "٣", 3),
        (Number(), 2, 2),
        (Number(), 2.5, 2.5),
        (Number(min=1, max=3), "3", 3),
        (Date(), "2026-11-30", "2026-11-30"),
        (Date(), "2026-2-3", "2026-02-03"),
        (Date(), "Today", "2026-11-22"),
        (Date(), "tomorrow", "2026-11-23"),
        (YesNo(), True, True),
        (YesNo(), False, False),
        (YesNo(), "Yes", True),
        (YesNo(), "off", False),
        (YesNo(), 1, True),
        (Person(), "requester", ANA),
        (Person(), " slack:T1:U2 ", "slack:T1:U2"),
        (Files(), "a.md, b.pdf, a.md", ["a.md", "b.pdf"]),
        (Files(), ["b.md", "", "a, b.md"], ["b.md", "a, b.md"]),
    ],
)
def test_what_was_given_is_read(spec: Input, raw: JsonValue, value: JsonValue):
    assert read(spec, raw) == value


@pytest.mark.parametrize(
    ("spec", "raw", "told"),
    [
        (Text(), "x" * 501, "At most 500 characters fit here; this has 501."),
        (Text(), ["x"], "Text is expected here."),
        (Text(), True, "Text is expected here."),
        (Long(), "x" * 100_001, "At most 100,000 characters fit here; this has 100,001."),
        (
            CHOICE,
            "custmers",
            '"custmers" is not among customers, Presse, the board; did you mean "customers"?',
        ),
        (CHOICE, "zzz", '"zzz" is not among customers, Presse, the board: choose one of these.'),
        (MANY, "a, zzz", '"zzz" is not among a, b, c, d: choose one of these.'),
        (MANY, ["a", "zzz"], '"zzz" is not among a, b, c, d: choose one of these.'),
        (MANY, {"a": 1}, "Text is expected here."),
        (Number(), "3,5", 'A number such as 3 or 3.5 is expected, not "3,5".'),
        (Number(), "1e999", 'A number such as 3 or 3.5 is expected, not "1e999".'),
        (Number(), "9" * 51, f'A number such as 3 or 3.5 is expected, not "{"9" * 50}".'),
        (Number(), float("inf"), 'A number such as 3 or 3.5 is expected, not "inf".'),
        (Number(), True, "A number is expected here."),
        (Number(min=1.5), 1, "At least 1.5 is expected."),
        (Number(max=3), "3.1", "At most 3 is expected."),
        (Date(), "2026-02-30", "There is no day 2026-02-30."),
        (Date(), "30.11.2026", _NO_DATE),
        (Date(), [1], "A date such as 2026-11-30, today or tomorrow is expected."),
        (YesNo(), "perhaps", "Yes or no is expected."),
        (YesNo(), {"a": 1}, "Yes or no is expected."),
        (Person(), "ana", "A person is written platform:workspace:user, or requester."),
        (Person(), False, "A person is written platform:workspace:user, or requester."),
        (Files(), ["x" * 501], "At most 500 characters fit here; this has 501."),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(spec: Input, raw: JsonValue, told: str):
    assert refusal(spec, raw) == told


def test_the_last_day_has_no_tomorrow():
    with pytest.raises(ValueError, match="There is no day tomorrow"):
        read_input(Date(), "tomorrow", today=date.max, requester=ANA)


ALL = (Text(), Long(), CHOICE, MANY, Number(), Date(), Person(), Files())
NOTHING = (None, "", "   ", "\n\t", "\u200b\u00a0", [], [""], [None])


@pytest.mark.parametrize("raw", NOTHING)
@pytest.mark.parametrize("spec", ALL)
def test_what_is_needed_cannot_be_left_out(spec: Input, raw: JsonValue):
    assert refusal(spec, raw) == "This is needed."


@pytest.mark.parametrize("raw", NOTHING)
@pytest.mark.parametrize("spec", ALL)
def test_what_is_not_needed_can_be_left_out(spec: Input, raw: JsonValue):
    value = read(spec.model_copy(update={"required": False}), raw)
    assert value == ([] if isinstance(spec, Many | Files) else None)


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (Text(default="x"), "x"),
        (Long(default="x"), "x"),
        (Choice(options=("a", "b"), default="b"), "b"),
        (Many(options=("a", "b"), default=("b",)), ["b"]),
        (Number(default=0), 0),
        (Date(default="today"), "2026-11-22"),
        (YesNo(), False),
        (YesNo(default=True), True),
        (Person(default="requester"), ANA),
    ],
)
def test_what_is_left_out_is_its_default(spec: Input, value: JsonValue):
    assert read(spec, None) == value
    assert read(spec, "  ") == value


def test_all_inputs_are_read_and_all_mistakes_told():
    specs = {"product": Text(), "audience": CHOICE, "count": Number(required=False)}
    raw: dict[str, JsonValue] = {"prodct": "x", "audience": "press", "zzz": 1}
    assert read_inputs(specs, raw, today=TODAY, requester=ANA) == (
        {"count": None},
        {
            "product": "This is needed.",
            "audience": '"press" is not among customers, Presse, the board; did you mean "Presse"?',
            "prodct": 'There is no input "prodct"; did you mean "product"?',
            "zzz": 'There is no input "zzz": leave it out;'
            " the inputs are product, audience, count.",
        },
    )


def test_a_playbook_without_inputs_takes_none():
    assert read_inputs({}, {"x": 1}, today=TODAY, requester=ANA) == (
        {},
        {"x": 'There is no input "x": leave it out.'},
    )


def test_identities_have_three_parts():
    assert is_identity("slack:T1:U2")
    assert is_identity("web:here:ana:b")
    assert not is_identity("ana")
    assert not is_identity("slack:T1")
    assert not is_identity("slack::U2")
    assert not is_identity("slack:T 1:U2")


RAW = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(st.sampled_from([*ALL, YesNo()]), RAW)
def test_whatever_is_given_is_read_or_refused(spec: Input, raw: JsonValue):
    with suppress(ValueError):
        value = read(spec, raw)
        assert read(spec, value) == value


@given(st.text())
def test_no_control_character_comes_through(raw: str):
    for spec in (Text(required=False), Long(required=False)):
        value = read(spec, raw)
        assert value is None or not any(
            ord(sign) < 32 and sign not in "\n\t" for sign in str(value)
        )
