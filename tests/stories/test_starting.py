"""Stories of starting work: forms, lines, files, and texts of every kind."""

from collections.abc import Mapping

import pytest

from tests.stories.cast import Cast
from tests.stories.driver import House, Screen, SeenForm, Value, delegates, sees

pytestmark = pytest.mark.asyncio(loop_scope="module")


EVERY: Mapping[str, Value] = {
    "Name": "Acme",
    "Story": "One.\nTwo.",
    "Tone": "dry",
    "Parts": ["news", "limits"],
    "Words": "120",
    "Day": "2026-11-30",
    "Short": True,
    "Owner": "web:podium:ana",
}


def refused(screen: Screen) -> SeenForm | None:
    return screen.form if screen.form and screen.form.errors else None


def a_form(screen: Screen) -> SeenForm | None:
    return screen.form


async def test_1_a_form_tells_beside_the_field_what_is_missing_and_keeps_the_rest(
    house: House, cast: Cast
):
    ana = await house.seat("Ana")
    await ana.type("/delegate brief")
    form = await ana.until(a_form)
    assert list(form.fields) == ["Product", "Audience"]
    assert "the launch date" in form.about
    await ana.fill({"Audience": "press"})
    again = await ana.until(refused)
    assert again.errors == {"Product": "This is needed."}
    assert again.fields["Audience"].value == "press"
    await ana.fill({"Product": "Acme 1", "Audience": "press"})
    root = await sees(ana, "Brief: Acme 1", where="thread")
    assert all(step in root.text for step in ("Angles", "Facts", "Lead", "Draft", "Review"))
    await sees(ana, "Brief: Acme 1", where="channel")
    assert (await ana.screen()).form is None


@pytest.mark.elsewhere
async def test_1_every_kind_of_input_has_its_control(house: House):
    ana = await house.seat("Ana")
    await ana.type("/delegate every")
    form = await ana.until(a_form)
    assert [field.kind for field in form.fields.values()] == [
        *("text", "long", "choice", "many", "number", "date", "yes_no", "person")
    ]
    assert form.fields["Tone"].options == ("warm", "dry")
    assert form.fields["Parts"].value == ["news"]
    assert "Ana" in form.fields["Owner"].options
    await ana.fill(EVERY)
    await sees(ana, "Every: Acme", where="thread")


@pytest.mark.page
async def test_1_every_kind_of_input_has_its_own_refusal(house: House):
    ana = await house.seat("Ana")
    await ana.type("/delegate every")
    await ana.until(a_form)
    wrong = {"Name": " ", "Tone": "loud", "Words": "9", "Day": "2026-02-30", "Owner": "me"}
    await ana.fill({"Story": "x", **wrong})
    errors = (await ana.until(refused)).errors
    assert set(errors) == set(wrong)
    assert errors["Words"] == "At least 10 is expected."
    assert errors["Day"] == "There is no day 2026-02-30."
    await ana.fill({**EVERY, "Name": "Mended"})
    await sees(ana, "Every: Mended", where="thread")


async def test_2_one_line_with_quotes_and_line_breaks_starts_at_once(house: House, cast: Cast):
    ana = await house.seat("Ana")
    line = 'brief product: "Acme \\"2\\" — the\nquiet one" audience: press'
    await delegates(ana, line, 'Brief: Acme "2" — the quiet one')
    assert (await ana.screen()).form is None
    assert cast.calls('Acme "2" — the quiet one') > 0


@pytest.mark.elsewhere
async def test_2_a_misspelt_playbook_is_told_with_the_nearest(house: House):
    ana = await house.seat("Ana")
    await ana.type("/delegate breif product: Acme")
    told = await sees(ana, 'There is no playbook "breif"', where="private")
    assert "brief" in told.text


@pytest.mark.elsewhere
async def test_2_a_misspelt_input_is_told_with_the_nearest_and_the_rest_is_kept(house: House):
    ana = await house.seat("Ana")
    await ana.type("/delegate brief prodct: Acme audience: press")
    form = await ana.until(a_form)
    assert "prodct" in form.about
    assert "product" in form.about
    assert form.fields["Audience"].value == "press"


@pytest.mark.page
async def test_2_a_misspelt_command_is_told_with_the_nearest(house: House):
    ana = await house.seat("Ana")
    await ana.type("/delgate brief")
    assert "/delegate" in (await sees(ana, "no command /delgate", where="private")).text
    assert "/invite" in (await sees(ana, "What you can say", where="private")).text


async def test_15_the_same_line_delivered_twice_starts_one_run(house: House):
    ana = await house.seat("Ana")
    await ana.type("/delegate quick topic: Delivered twice", times=3)
    await sees(ana, "Draft 1", where="thread", button="Approve")
    assert len((await ana.screen()).all("Quick: Delivered twice", where="channel")) == 1


@pytest.mark.page
async def test_15_the_same_message_delivered_twice_is_said_once(house: House):
    ana = await house.seat("Ana")
    await ana.type("Good morning, everyone", times=3)
    await ana.type("And that was it")
    await sees(ana, "And that was it")
    assert len((await ana.screen()).all("Good morning, everyone")) == 1


async def test_18_files_are_read_and_what_cannot_be_is_told_beside_the_field(
    house: House, cast: Cast
):
    ana = await house.seat("Ana")
    await ana.type("/delegate paper topic: Files")
    await ana.until(a_form)
    await ana.fill(
        {"Topic": "Files"},
        {
            "Notes": [
                ("big.txt", b"a" * (25 * 1024 * 1024 + 1)),
                ("song.mp3", b"ID3" + bytes(100)),
                ("letter.pdf", b"PK\x03\x04 this is no PDF"),
                ("empty.md", b"  "),
            ]
        },
    )
    errors = (await ana.until(refused)).errors
    assert set(errors) == {"Notes"}
    told = "\n".join((*(await ana.screen()).notices, *errors.values()))
    assert "25 MB" in told
    assert "song.mp3 is a .mp3 file, which Podium does not read" in told
    assert "letter.pdf is not what its name says" in told
    assert "empty.md is empty" in told
    await ana.fill(
        {"Topic": "Files"},
        {
            "Notes": [
                ("one.md", "# Eins\nDie erste Datei: Größe ✓".encode()),
                ("two.csv", b"a,b\n1,2"),
            ]
        },
    )
    await sees(ana, "Paper: Files", where="thread", button="Cancel")
    await sees(ana, "Draft 1", where="thread")
    assert cast.calls("Die erste Datei: Größe ✓") > 0
    assert cast.calls("| 1 | 2 |") > 0


@pytest.mark.parametrize(
    "text",
    [
        "漢字かな交じり文の製品",
        "منتج جديد",
        "מוצר חדש",
        "नया उत्पाद",
        "Ελληνικά και Кириллица",
        "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🚀",
        'O\'Brien & <Söhne> "GmbH"',
        "a" * 500,
    ],
)
async def test_20_texts_of_every_script_arrive_and_are_shown(house: House, cast: Cast, text: str):
    ana = await house.seat("Ana")
    await ana.type("/delegate quick")
    await ana.until(a_form)
    cast.says("Write on", text)
    await ana.fill({"Topic": text})
    await sees(ana, f"Quick: {text[:80]}", where="thread")
    assert text in (await sees(ana, text, where="thread", button="Approve")).text
    assert cast.calls(text) > 0


@pytest.mark.page
async def test_20_a_person_of_any_script_can_come_and_write(house: House):
    zoe, yuki = await house.seat("Zoë Ångström"), await house.seat("山田 由紀")
    await yuki.type("こんにちは、皆さん 👋")
    seen = await sees(zoe, "こんにちは、皆さん 👋")
    assert seen.by == "山田 由紀"


@pytest.mark.page
async def test_20_ten_thousand_characters_arrive_whole_and_blanks_are_told(
    house: House, cast: Cast
):
    ana = await house.seat("Ana")
    await ana.type("/delegate every")
    await ana.until(a_form)
    story = " ".join(f"word{n}" for n in range(1_500))
    assert len(story) > 10_000
    rest = {"Tone": "dry", "Words": "50", "Day": "today", "Owner": "web:podium:ana"}
    await ana.fill({"Name": "", "Story": "   \n ", **rest})
    assert set((await ana.until(refused)).errors) == {"Name", "Story"}
    await ana.fill({"Name": "Long", "Story": story, **rest})
    await sees(ana, "Every: Long", where="thread")
    await sees(ana, "Draft 1", where="thread")
    assert cast.calls(story) > 0


async def test_20_an_empty_line_says_nothing(house: House):
    ana = await house.seat("Ana")
    await ana.type("   \n ")
    await ana.type("only this")
    last = await sees(ana, "only this")
    assert (await ana.screen()).messages[-1] == last
