"""Forms as the page's dialog shows them."""

from datetime import UTC, datetime

import pytest

from adapters.web import forms
from bot.cards import Field, Form, Where
from bot.playbook.model import Choice, Date, Files, Input, Long, Many, Number, Person, Text, YesNo

NOW = datetime(2026, 11, 30, 9, 5, tzinfo=UTC).date()
ANA = "web:podium:ana"


def shown(field: Field) -> forms.ShownField:
    form = Form(action="start:x", title="X", fields=(field,))
    people, channels = {ANA: "Ana Ruiz"}, ("#general", "#launches")
    (only,) = forms.form(form, people=people, channels=channels, viewer=ANA, today=NOW)["fields"]
    return only


def test_what_a_form_is_about_is_text():
    form = Form(action="a", title="A", about="- <one>")
    about = forms.form(form, people={}, viewer="", today=NOW)["about"]
    assert about == '<ul class="words plain"><li>&lt;one&gt;</li></ul>'


@pytest.mark.parametrize(
    ("input", "value", "start"),
    [
        (Text(), None, None),
        (Text(default="one"), None, "one"),
        (Text(default="one"), "two", "two"),
        (Long(), "a\nb", "a\nb"),
        (Choice(options=("a", "b"), default="b"), None, "b"),
        (Many(options=("a", "b"), default=("a",)), None, ["a"]),
        (Number(default=3), None, 3),
        (Date(default="today"), None, "2026-11-30"),
        (Date(), "2026-12-01", "2026-12-01"),
        (YesNo(default=True), None, True),
        (Person(default="requester"), None, ANA),
        (Files(), None, None),
    ],
)
def test_a_field_starts_with_what_was_typed_or_its_default(
    input: Input, value: str | None, start: object
):
    field = shown(Field(name="f", label="F", input=input, value=value))
    assert (field["type"], field["value"]) == (input.type, start)


def test_a_person_is_chosen_among_the_members():
    assert shown(Field(name="who", label="Who", input=Person()))["options"] == [[ANA, "Ana Ruiz"]]


def test_a_refused_field_says_why():
    field = Field(name="n", label="N", input=Number(min=1, max=5), value="9", error="At most 5.")
    assert (shown(field)["error"], shown(field)["value"]) == ("At most 5.", "9")


GENERAL, LAUNCHES = "web:podium:#general", "web:podium:#launches"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (None, ""),
        (LAUNCHES, LAUNCHES),
        (f"{LAUNCHES}:ab12", LAUNCHES),
        (f"{LAUNCHES}:ab12.cd34", LAUNCHES),
        ("web:podium:nonsense", ""),
    ],
)
def test_a_place_is_chosen_among_the_channels_where_a_thread_stands_for_its_own(
    place: str | None, value: str
):
    field = shown(Field(name="place", label="Place", input=Where("Here."), value=place))
    assert (field["type"], field["value"], field["about"]) == ("where", value, "Here.")
    assert field["options"] == [[GENERAL, "#general"], [LAUNCHES, "#launches"]]


def test_a_place_of_another_platform_can_stay_what_it_is():
    field = shown(Field(name="place", label="Place", input=Where(), value="slack:T1:C2"))
    assert field["value"] == "slack:T1:C2"
    assert field["options"][0] == ["slack:T1:C2", "Where it was, in Slack"]
