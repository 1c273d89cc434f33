"""Forms and commands as Discord's: within every limit, and read back as what they ask for."""

from collections.abc import Mapping
from datetime import date

import pytest
from pydantic import JsonValue

from adapters.discord import commands, views
from adapters.discord.parse import MODAL, Came, Submitted, deed
from adapters.discord.render import Json
from bot.cards import Field, Form, Where
from bot.commands import SCHEDULE_WORDS
from bot.playbook.model import (
    Choice,
    Date,
    Deliver,
    Files,
    Input,
    Long,
    Many,
    Number,
    Person,
    Playbook,
    Text,
    Work,
    YesNo,
)
from bot.schedule.reading import PRESETS
from tests.discord.test_render import ANA, NOON, TO, USER
from tests.servers import discord_rules

# --- forms ------------------------------------------------------------------------------

KINDS: tuple[Input, ...] = (
    Text(about="A name"),
    Long(default="word " * 2_000),
    Choice(options=("warm", "dry"), default="dry"),
    Choice(options=tuple(f"{n}" for n in range(250))),
    Many(options=("news", "price"), default=("news",)),
    Many(options=tuple(f"part {n}" for n in range(30)), default=("part 3",)),
    Number(min=0, max=1e9, default=2.5),
    Date(default="today"),
    Date(default="no date"),
    YesNo(default=True),
    Person(default="requester"),
    Files(about="x" * 3_000, required=False),
)


FIELDS = (*KINDS, Where(about="Where its runs begin"))


def a_form(fields: int) -> Form:
    return Form(
        action="start:every",
        title="A title that is longer than a modal's title may be",
        about="words " * 900,
        fields=tuple(
            Field(
                name=f"f{n}",
                label="Label " * (n + 1),
                input=FIELDS[n % len(FIELDS)],
                error="Wrong." if n % 2 else "",
            )
            for n in range(fields)
        ),
        submit="Send it off to the specialists",
    )


@pytest.mark.parametrize("fields", [0, 1, 5, 12, 46])
def test_every_form_keeps_discords_rules_page_by_page(fields: int):
    form = a_form(fields)
    names: list[str] = []
    for page in range(len(views.pages(form))):
        of = views.Origin(action=form.action, key="k", page=page)
        modal = views.modal(form, of, TO, viewer=ANA, today=date(2026, 11, 22))
        discord_rules.check_modal(modal)
        labels = [one for one in modal["components"] if one["type"] == views.LABEL]
        names += [one["component"]["custom_id"] for one in labels]
        assert views.origin(modal["custom_id"]) == of
    assert names == [field.name for field in form.fields]


def test_each_kind_of_input_has_its_own_control():
    form = a_form(len(FIELDS))
    kinds: list[int] = []
    for page in range(len(views.pages(form))):
        of = views.Origin(action=form.action, key="k", page=page)
        modal = views.modal(form, of, TO, viewer=ANA, today=date(2026, 11, 22))
        kinds += [one["component"]["type"] for one in modal["components"] if "component" in one]
    assert set(kinds) == {
        *(views.INPUT, views.RADIO, views.CHECKS, views.CHECK, views.PEOPLE, views.UPLOAD),
        views.CHANNELS,
    }


@pytest.mark.parametrize("place", ["discord:4:5", "discord:4:5:6", "discord:4:5:6:7:8"])
def test_a_place_is_chosen_from_the_channels_of_the_server(place: str):
    field = Field(name="where", label="Post in", input=Where(about="Where"), value=place)
    modal = a_modal(Form(action="schedule:new:quick", title="Schedule", fields=(field,)))
    (label,) = modal["components"]
    menu = label["component"]
    assert (menu["type"], menu["channel_types"]) == (views.CHANNELS, [0, 5])
    assert menu["default_values"] == [{"id": "5", "type": "channel"}]
    assert filled(modal["custom_id"], menu | {"values": ["9"]}) == {"where": "discord:4:9"}
    assert filled(modal["custom_id"], menu | {"values": []}) == {"where": None}


def a_modal(form: Form) -> Json:
    of = views.Origin(action=form.action, key="k")
    return views.modal(form, of, TO, viewer=ANA, today=NOON.date())


def filled(custom_id: str, control: Json) -> Mapping[str, JsonValue]:
    """What a form gives in which one thing is filled in."""
    data = {"custom_id": custom_id, "components": [{"type": views.LABEL, "component": control}]}
    came = Came(id="1", user=USER, name="ana", guild="4", channel="5", kind=MODAL, data=data)
    sent = deed(came)
    assert isinstance(sent, Submitted)
    return sent.values


# --- commands ---------------------------------------------------------------------------


def a_playbook(name: str, inputs: dict[str, Input]) -> Playbook:
    return Playbook(
        name=name,
        about=f"What {name} is about",
        inputs=inputs,
        steps={"draft": Work(by="writer", do="Write.")},
        deliver=Deliver.model_validate({"from": "draft"}),
    )


def options_of(playbooks: dict[str, Playbook]) -> list[Json]:
    offered = commands.commands(playbooks)
    discord_rules.check_commands(offered)
    return offered[0]["options"]


def test_each_playbook_is_a_subcommand_with_options_of_its_inputs_own_kind():
    every = {f"f{n}": kind for n, kind in enumerate(KINDS)}
    (sub,) = options_of({"every": a_playbook("every", every)})
    assert (sub["type"], sub["name"], sub["description"]) == (1, "every", "What every is about")
    by_name = {one["name"]: one for one in sub["options"]}
    kinds = {name: one["type"] for name, one in by_name.items() if name in every}
    assert list(kinds.values()) == [3, 3, 3, 3, 3, 3, 10, 3, 3, 5, 6, 11]
    assert [one["value"] for one in by_name["f2"]["choices"]] == ["warm", "dry"]
    assert by_name["f3"]["autocomplete"]
    assert by_name["f6"]["min_value"] == 0
    assert not any(one.get("required") for one in sub["options"])


def test_more_than_25_options_of_a_playbook_are_asked_for_in_its_form():
    many: dict[str, Input] = {f"f{n}": Text() for n in range(40)}
    (sub,) = options_of({"wide": a_playbook("wide", many)})
    assert len(sub["options"]) == 25


def typing(command: str, playbook: str, option: str, text: str) -> commands.Typing:
    return commands.Typing(command=command, playbook=playbook, option=option, text=text)


def test_more_than_25_playbooks_are_typed_and_completed():
    many = {f"book-{n}": a_playbook(f"book-{n}", {"topic": Text()}) for n in range(60)}
    playbook, brief = options_of(many)
    assert (playbook["autocomplete"], brief["name"]) == (True, commands.LINE)
    found = commands.completed(many, typing("delegate", "", "playbook", "k-5"))
    discord_rules.check_choices(found)
    assert [one["value"] for one in found][:2] == ["book-5", "book-50"]


def test_a_choice_of_many_completes_as_it_is_typed():
    books = {"every": a_playbook("every", {"n": KINDS[3]})}
    found = commands.completed(books, typing("delegate", "every", "n", "24"))
    discord_rules.check_choices(found)
    assert [one["value"] for one in found][:3] == ["24", "240", "241"]


def test_what_is_scheduled_completes_to_a_playbook_or_a_word_and_when_to_the_usual_times():
    books = {"weekly-report": a_playbook("weekly-report", {})}

    def offered(option: str, text: str) -> list[str]:
        found = commands.completed(books, typing("schedule", "", option, text))
        discord_rules.check_choices(found)
        return [one["value"] for one in found]

    assert offered("playbook", "") == ["weekly-report", *SCHEDULE_WORDS]
    assert offered("playbook", "pau") == ["pause"]
    assert offered("when", "") == [*PRESETS]
    assert offered("when", PRESETS[1]) == [PRESETS[1], PRESETS[0], *PRESETS[2:]]
    own = "every second Friday at 16:30"
    assert offered("when", own) == [own, *PRESETS]
    assert offered("when", "x" * 101) == [*PRESETS]


def test_commands_that_discord_has_already_are_the_same_and_a_change_is_seen():
    offered = commands.commands({"every": a_playbook("every", {"topic": Text()})})
    known = [{**one, "id": "1", "version": "2", "nsfw": False} for one in reversed(offered)]
    assert commands.same(offered, known)
    other = commands.commands({"every": a_playbook("every", {"topic": Text(about="New")})})
    assert not commands.same(other, known)
