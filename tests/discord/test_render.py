"""Cards as Discord's: within every limit, and harmless whatever they say."""

import re
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import render
from adapters.discord.render import Drawn, Json, Reader, Whole
from bot.cards import (
    Button,
    Card,
    Checklist,
    Item,
    Prose,
    Spot,
    Stamp,
    Table,
    Words,
    long,
)
from tests.servers import discord_layout, discord_rules
from tests.stories.test_watching import HOSTILE

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
USER = "11223344556677889"
ANA = f"discord:global:{USER}"
TO = Reader({USER: "ana"}, "http://podium.example")
MEGABYTE = 1024 * 1024


def lawful(drawn: Drawn) -> Drawn:
    discord_rules.check_message(drawn.body(7), (), limit=10 * MEGABYTE)
    return drawn


def drawn(card: Card, most: int = render.MOST_PARTS) -> Whole:
    whole = render.card(card, TO, most)
    for part in whole.parts:
        lawful(part)
    return whole


def said(whole: Whole) -> str:
    return "\n".join(text for part in whole.parts for text in texts(part))


def texts(drawn: Drawn) -> list[str]:
    return discord_layout.texts({"components": drawn.components})


def controls(whole: Whole) -> list[list[Json]]:
    return [discord_layout.controls(part.components) for part in whole.parts]


def a_draft(text: str, *more: Any) -> Card:
    buttons = tuple(
        Button(label=label, action=f"{label.lower()}:r1:review-1")
        for label in ("Approve", "Revise", "Reject")
    )
    return Card(
        key="draft-1",
        title="Draft 1",
        blocks=(Prose(text), *more),
        buttons=buttons,
        footer="$0.01 spent",
        mentions=(ANA, "web:podium:ben"),
    )


def test_a_draft_is_one_message_with_its_buttons_and_a_menu_and_pings_who_is_here():
    whole = drawn(a_draft("# Acme\n\nIt is short."))
    (shown,) = controls(whole)
    assert [one.get("label") for one in shown[:4]] == [
        *("Approve", "Revise", "Reject", "Open in Podium")
    ]
    assert shown[3]["url"] == "http://podium.example/runs/r1"
    assert [one["label"] for one in shown[4]["options"]] == ["What it cost", "Cancel the run"]
    assert f"-# For <@{USER}>" in said(whole)
    assert whole.parts[0].body()["allowed_mentions"] == {"parse": [], "users": [USER]}


def test_a_long_draft_is_cut_between_paragraphs_and_its_buttons_are_last():
    paragraphs = [f"Paragraph {n}. {'It says something. ' * 20}" for n in range(27)]
    whole = drawn(a_draft("\n\n".join(paragraphs)))
    assert len(whole.parts) == 3
    assert not whole.file
    assert [bool(shown) for shown in controls(whole)] == [False, False, True]
    assert [bool(part.pings) for part in whole.parts] == [True, False, False]
    for paragraph in paragraphs:
        assert paragraph.strip() in said(whole)


def test_a_fence_that_is_cut_is_closed_and_opened_again():
    code = "\n".join(f"line {n} of the code" for n in range(400))
    whole = drawn(a_draft(f"```python\n{code}\n```"))
    parts = [text for part in whole.parts for text in texts(part) if "line" in text]
    assert len(parts) > 1
    assert all(part.count("```") == 2 for part in parts)
    assert parts[1].startswith("```python\n")
    assert all(f"line {n} of the code" in said(whole) for n in range(400))


def test_what_does_not_fit_in_three_messages_is_a_file_with_a_summary():
    text = "\n\n".join(f"## Part {n}\n\n{'A sentence. ' * 100}" for n in range(40))
    whole = drawn(a_draft(text))
    assert text in whole.file
    assert len(whole.parts) == 1
    assert "Part 0" in said(whole)
    assert f"{len(text):,} characters: the whole text is in the file." in said(whole)
    assert controls(whole)[0]


def test_a_table_that_fits_keeps_its_columns():
    whole = drawn(a_draft("Before.\n\n| farm | saved |\n|---|---|\n| Vale | 38 \\| 40 |\n\nAfter."))
    assert "```\nfarm | saved\nVale | 38 | 40\n```" in said(whole)
    assert said(whole).index("Before.") < said(whole).index("After.")


def test_a_table_that_is_too_wide_for_columns_is_a_list_that_names_them():
    header = "|" + "|".join(f"column {n}" for n in range(12)) + "|\n|" + "---|" * 12
    rows = "\n".join("|" + "|".join(f"r{r}c{c}" for c in range(12)) + "|" for r in range(3))
    whole = drawn(a_draft(f"{header}\n{rows}"))
    assert "- **r2c0**\n  column 1: r2c1 · column 2: r2c2" in said(whole)
    assert "column 11: r2c11" in said(whole)


def test_what_a_judge_says_is_read_line_by_line():
    scores = (("Every claim has its source", "8 of 10", "Each *claim* names its document."),)
    whole = drawn(a_draft("Text.", Table(("Rubric", "Score", "Why"), scores, "Judged by critic")))
    assert (
        "- **Every claim has its source**\n  Score: 8 of 10 · "
        "Why: Each \\*claim\\* names its document."
    ) in said(whole)


def test_a_draft_pings_nobody_fetches_nothing_and_leads_where_it_says():
    shown = said(drawn(a_draft(HOSTILE)))
    assert not re.search(r"(?<!\\)@(everyone|here)", shown)
    assert not re.search(r"(?<!\\)<[@#](?!11223344556677889>)", shown)
    assert "![" not in shown
    assert not re.search(r"(?<!\\)\]\(javascript:", shown)
    assert "(<https://evil.example/login>) (evil.example)" in shown
    assert "\u202e" not in shown


def test_only_podium_itself_can_stamp():
    forged = drawn(a_draft("## Approved by ana\n-# 👤 Approved by ana, <t:1795348800:f>"))
    assert not re.search(r"^(## |-# 👤)", said(forged).replace("## Draft 1", ""), re.MULTILINE)
    assert "<t:1795348800:f>" not in said(forged).replace("\\<t", "")
    real = drawn(Card(key="x", title="x", blocks=(Stamp("Approved", ANA, NOON),)))
    assert "-# 👤 Approved by ana, <t:1795348800:f>" in said(real)


def test_a_place_is_a_link_to_its_channel_or_said_in_words():
    spots = [Spot("Posts in", one) for one in ("discord:4:5:6", "discord:dm:5", "slack:T1:C1")]
    whole = drawn(Card(key="x", title="x", blocks=tuple(spots)))
    assert "-# 📍 Posts in <#6>" in said(whole)
    assert "<#5>" not in said(whole)
    assert "-# 📍 Posts in Slack" in said(whole)


def test_people_are_called_by_their_names_in_podiums_own_words():
    checklist = Checklist((Item(label="Review", state="asking", who=USER),))
    whole = drawn(Card(key="root", title="Run", blocks=(Words(f"For {USER}"), checklist)))
    assert USER not in said(whole)
    assert "**Review** · waits for ana" in said(whole)
    assert "Approved by ben" in render.stamp(Stamp("Approved", "web:podium:ben", NOON), TO)


def test_a_note_on_a_message_that_is_full_gives_way_and_the_draft_stays():
    text = "\n\n".join("A sentence of some length. " * 10 for _ in range(12))
    assert len(drawn(a_draft(text)).parts) == 1
    note = (Stamp("Rejected", ANA, NOON), Prose("No. " * 1_000))
    decided = Card(key="draft-1", title="Draft 1", blocks=(Prose(text), *note))
    whole = render.edited(decided, TO, 1)
    assert len(whole.parts) == 1
    assert text.strip()[-40:].strip() in said(whole)
    assert "(the rest stands in Podium)" in said(whole)


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", " ", "x" * 4_000, "<@1>" * 30, "| a |\n|---|\n" * 50, "```\n" * 40, "\\" * 3_000, HOSTILE]
)
BLOCKS = st.one_of(
    st.builds(Words, TEXTS),
    st.builds(Prose, TEXTS, TEXTS),
    st.builds(
        Stamp, st.just("Approved"), st.sampled_from([ANA, "web:podium:ben", ""]), st.just(NOON)
    ),
    st.builds(
        Table,
        st.just(("a", "b")),
        st.lists(st.tuples(TEXTS, TEXTS), max_size=20).map(tuple),
        TEXTS,
    ),
    st.builds(
        Checklist,
        st.lists(
            st.builds(Item, label=TEXTS, state=st.sampled_from(["done", "working"]), who=TEXTS),
            max_size=20,
        ).map(tuple),
    ),
)
BUTTONS = st.lists(
    st.builds(Button, label=TEXTS.filter(str.strip), action=st.uuids().map(lambda u: f"say:{u}")),
    max_size=9,
).map(tuple)


@settings(max_examples=30)
@given(
    st.builds(
        Card,
        key=st.just("k"),
        title=TEXTS,
        blocks=st.lists(BLOCKS, max_size=6).map(tuple),
        buttons=BUTTONS,
        footer=st.text(max_size=20),
        mentions=st.just((ANA,)),
    )
)
def test_every_card_keeps_discords_rules(card: Card):
    drawn(card, 100)
    for most in (1, 3):
        assert len(drawn(card, most).parts) <= most
        assert len(render.edited(card, TO, most).parts) <= most
    for one in render.listed([card], TO):
        lawful(one)


@given(st.text(alphabet=st.sampled_from("`~\n ab|-#"), max_size=400), st.integers(80, 200))
def test_cutting_a_text_loses_no_letter(text: str, most: int):
    pieces = long.pieces(text, most)
    assert all(len(piece) <= most for piece in pieces)
    assert _letters("".join(pieces)) == _letters(text)


def _letters(text: str) -> str:
    return re.sub(r"[^#|ab]", "", text)
