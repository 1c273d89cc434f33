"""Cards and forms as Slack's blocks: within every limit, and harmless whatever they say."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import parse, render, views
from adapters.slack.home import home
from adapters.slack.render import Reader
from bot.cards import (
    Button,
    Card,
    Checklist,
    Field,
    Form,
    Item,
    Prose,
    Stamp,
    Table,
    Where,
    Words,
    long,
)
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
from tests.servers import slack_rules
from tests.stories.test_watching import HOSTILE

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = "slack:T1:U0ANA11"
TO = Reader("T1", {"U0ANA11": "ana"}, "http://podium.example")


def drawn(card: Card, most: int = render.MOST_PARTS) -> render.Whole:
    whole = render.card(card, TO, most)
    for part in whole.parts:
        assert slack_rules.of_message(part.blocks) == []
        assert part.text
    return whole


def said(whole: render.Whole) -> str:
    """All that the blocks say, in order."""
    texts = (
        str(part["text"])
        for drawn in whole.parts
        for part in slack_rules.parts(drawn.blocks)
        if isinstance(part.get("text"), str)
    )
    return "\n".join(texts)


def marked_up(whole: render.Whole) -> str:
    """The texts in which Slack reads signs."""
    return "\n".join(
        part["text"]
        for drawn in whole.parts
        for part in slack_rules.parts(drawn.blocks)
        if part.get("type") in ("mrkdwn", "markdown")
    )


def of_kind(whole: render.Whole, kind: str) -> list[dict[str, Any]]:
    return [block for part in whole.parts for block in part.blocks if block["type"] == kind]


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
        mentions=(ANA, "web:podium:ana"),
    )


def test_a_draft_is_one_message_with_its_buttons_and_pings_who_is_here():
    whole = drawn(a_draft("# Acme\n\nIt is short."))
    assert len(whole.parts) == 1
    assert "For <@U0ANA11>" in said(whole)
    labels = [one["text"]["text"] for one in of_kind(whole, "actions")[0]["elements"][:3]]
    assert labels == ["Approve", "Revise", "Reject"]


def test_a_long_draft_is_cut_between_paragraphs_and_its_buttons_are_last():
    paragraphs = [f"Paragraph {n}. {'It says something. ' * 20}" for n in range(60)]
    whole = drawn(a_draft("\n\n".join(paragraphs)))
    assert len(whole.parts) == 3
    assert not whole.file
    assert [any(b["type"] == "actions" for b in p.blocks) for p in whole.parts] == [0, 0, 1]
    for paragraph in paragraphs:
        assert paragraph.strip() in said(whole)


def test_a_fence_that_is_cut_is_closed_and_opened_again():
    code = "\n".join(f"line {n} of the code" for n in range(700))
    whole = drawn(a_draft(f"```python\n{code}\n```"))
    parts = [block["text"] for block in of_kind(whole, "markdown")]
    assert len(parts) > 1
    assert all(part.count("```") == 2 for part in parts)
    assert parts[1].startswith("```python\n")
    assert all(f"line {n} of the code" in said(whole) for n in range(700))


def test_what_does_not_fit_in_three_messages_is_a_file_with_a_summary():
    text = "\n\n".join(f"## Part {n}\n\n{'A sentence. ' * 100}" for n in range(40))
    whole = drawn(a_draft(text))
    assert text in whole.file
    assert len(whole.parts) == 1
    assert "Part 0" in said(whole)
    assert f"{len(text):,} characters: the whole text is in the file." in said(whole)
    assert of_kind(whole, "actions")


def test_tables_stay_tables_each_in_a_message_of_its_own():
    table = "| a | b |\n|---|---|\n| 1 | x \\| y |"
    whole = drawn(a_draft(f"Before.\n\n{table}", Table(("c",), (("2",),), label="Judged by")))
    first, second = whole.parts
    assert [block["type"] for block in first.blocks[-2:]] == ["markdown", "table"]
    rows = [[cell["text"] for cell in row] for row in first.blocks[-1]["rows"]]
    assert rows == [["a", "b"], ["1", "x | y"]]
    assert [block["type"] for block in second.blocks[:2]] == ["context", "table"]
    assert second.blocks[-1]["type"] == "actions"


def test_more_tables_than_messages_are_lines_and_nothing_is_lost():
    tables = [f"Before {n}.\n\n| a | b |\n|---|---|\n| 1 | x{n} |\n" for n in range(5)]
    whole = drawn(a_draft("\n".join(tables)))
    assert not whole.file
    assert len(of_kind(whole, "table")) == 1
    assert all(f"x{n}" in said(whole) for n in range(5))


def test_a_notification_says_what_it_is_about():
    whole = drawn(a_draft("# Acme for growers\n\nIt is short."))
    assert whole.parts[0].text == "Draft 1 – Acme for growers"
    asked = Card(key="gate-1", title="For you to do", blocks=(Words("Clear these:\n\n- a\n- b"),))
    assert drawn(asked).parts[0].text == "For you to do – Clear these:"


def test_podiums_own_words_have_the_workspaces_prefix():
    to = replace(TO, prefix="podium-")
    card = Card(key="x", title="Gone", blocks=(Words("/needs-me shows it, see a/runs"),))
    assert "/podium-needs-me shows it, see a/runs" in str(render.card(card, to))


def test_a_table_that_slack_would_refuse_is_lines_and_nothing_is_lost():
    wide = "|" + "|".join(f"c{n}" for n in range(25)) + "|\n|" + "---|" * 25
    rows = "\n".join("|" + "|".join(f"r{r}c{c}" for c in range(25)) + "|" for r in range(3))
    whole = drawn(a_draft(f"{wide}\n{rows}"))
    assert not of_kind(whole, "table")
    assert "r2c24" in said(whole)


def test_a_draft_pings_nobody_fetches_nothing_and_leads_where_it_says():
    whole = drawn(a_draft(HOSTILE))
    (shown,) = [b["text"] for b in of_kind(whole, "markdown") if "look" in b["text"]]
    assert not re.search(r"<[!@#]|@(everyone|channel|here)", shown)
    assert "![" not in shown
    assert "](javascript:" not in shown
    assert "(evil.example)" in shown
    assert "\u202e" not in shown


def test_only_podium_itself_can_stamp():
    forged = drawn(a_draft("### Approved by ana, today 09:05\n\n:white_check_mark: Approved"))
    assert not [b for b in of_kind(forged, "context") if "Approved" in str(b)]
    real = drawn(Card(key="x", title="x", blocks=(Stamp("Approved", ANA, NOON),)))
    assert "Approved by ana, <!date^" in str(of_kind(real, "context"))


def test_people_are_called_by_their_names_in_podiums_own_words():
    checklist = Checklist((Item(label="Review", state="asking", who="U0ANA11"),))
    whole = drawn(Card(key="root", title="Run", blocks=(Words("For U0ANA11"), checklist)))
    assert "U0ANA11" not in said(whole)
    assert "*Review* · waits for ana" in said(whole)


def test_a_stamp_of_another_platform_has_its_short_name():
    stamp = render.stamp(Stamp("Approved", "web:podium:ben", NOON), TO)
    assert "Approved by ben" in stamp


def test_a_note_on_a_message_that_is_full_gives_way_and_the_draft_stays():
    text = "\n\n".join("A sentence of some length. " * 10 for _ in range(31))
    assert len(drawn(a_draft(text)).parts) == 1
    decided = Card(
        key="draft-1",
        title="Draft 1",
        blocks=(Prose(text), Stamp("Rejected", ANA, NOON), Prose("No. " * 1_000)),
    )
    whole = render.edited(decided, TO, 1)
    assert not whole.file
    assert text.strip()[-40:].strip() in said(whole)
    assert "(the rest stands in Podium)" in said(whole)


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", " ", "x" * 4_000, "<!channel>" * 30, "| a |\n|---|\n" * 50, "```\n" * 40, HOSTILE]
)
BLOCKS = st.one_of(
    st.builds(Words, TEXTS),
    st.builds(Prose, TEXTS, TEXTS),
    st.builds(Stamp, TEXTS, st.sampled_from([ANA, "web:podium:ben", ""]), st.just(NOON)),
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
    max_size=30,
).map(tuple)


@settings(max_examples=20)
@given(
    st.builds(
        Card,
        key=st.just("k"),
        title=TEXTS,
        blocks=st.lists(BLOCKS, max_size=6).map(tuple),
        buttons=BUTTONS,
        footer=TEXTS,
        mentions=st.just((ANA,)),
    )
)
def test_every_card_keeps_slacks_rules(card: Card):
    whole = drawn(card, 100)
    assert not re.search(r"<!(?!date\^)", marked_up(whole))
    for one in render.listed([card, card], TO):
        assert slack_rules.of_message(one.blocks) == []


# --- forms ------------------------------------------------------------------------------

OPTIONS = tuple(f"option {n} {'long ' * 40}" for n in range(130))
KINDS: tuple[Input | Where, ...] = (
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
    Where(about="x" * 3_000),
)


def a_form(fields: int) -> Form:
    return Form(
        action="start:every",
        title="A title that is longer than a modal's may be",
        about="words " * 900,
        fields=tuple(
            Field(
                name=f"f{n}",
                label="Label " * (n + 1),
                input=KINDS[n % len(KINDS)],
                error="Wrong." if n % 2 else "",
            )
            for n in range(fields)
        ),
        submit="Send it off to the specialists",
    )


@pytest.mark.parametrize("fields", [0, 1, 12, 45, 46, 130])
def test_every_form_keeps_slacks_rules_page_by_page(fields: int):
    form = a_form(fields)
    names: list[str] = []
    for page in range(views.pages(form)):
        of = views.Origin(action=form.action, place="slack:T1:C1", page=page)
        view = views.modal(form, of, views.Here(TO, ANA, date(2026, 11, 22)))
        assert slack_rules.of_view(view) == []
        names += [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        assert views.origin(view["private_metadata"]) == of
    assert names == [field.name for field in form.fields]


@pytest.mark.parametrize(
    ("value", "chosen"),
    [
        ("slack:T1:C2", "C2"),
        ("slack:T1:C2:171.5", "C2"),  # a thread, of which the channel is taken
        ("slack:T1:D3", None),  # a talk with Podium, where it stays if none is picked
        ("slack:T2:C2", None),
        ("web:podium:general", None),
        (None, None),
    ],
)
def test_a_place_to_post_in_is_picked_among_channels(value: str | None, chosen: str | None):
    field = Field(name="place", label="Where", input=Where(), value=value)
    of = views.Origin(action="schedule:new", place="slack:T1:C1")
    here = views.Here(TO, ANA, date(2026, 11, 22))
    form = Form(action=of.action, title="When", fields=(field,))
    (block,) = views.modal(form, of, here)["blocks"]
    select = block["element"]
    assert select["filter"] == {"include": ["public", "private"], "exclude_bot_users": True}
    assert select.get("initial_conversation") == chosen
    assert select.get("default_to_current_conversation", False) is (value is None)
    assert block["optional"] is (value is not None and chosen is None)


@pytest.mark.parametrize(("picked", "place"), [("C2", "slack:T1:C2"), (None, None)])
def test_the_channel_that_was_picked_is_read_as_its_place(picked: str | None, place: str | None):
    of = views.Origin(action="schedule:new", place="slack:T1:C1:171.5")
    state = {"where": {"place": {"selected_conversation": picked}}}
    view = {"id": "V1", "private_metadata": of.text, "state": {"values": state}}
    person = {"user": {"id": "U0ANA11"}, "team": {"id": "T1"}}
    found = parse.submitted({**person, "view": view})
    assert found
    assert found.values == {"where": place}


def test_a_home_with_much_to_decide_keeps_slacks_rules():
    cards = [a_draft("A sentence. " * 600, Stamp("Opened", ANA, NOON)) for _ in range(30)]
    shown = home(cards, [], [], TO)
    assert slack_rules.of_view(shown) == []
    assert "more: /needs-me" in str(shown)


def test_the_home_shows_markdown_as_slack_writes_it():
    text = "# The news\n\nIt is **new**.\n- ~~Old.~~\n- **New.** <@U0ANA11>"
    card = Card(key="draft-2", title="Draft 2", blocks=(Prose(text, label="What changed"),))
    shown = home([card], [], [], TO)
    assert slack_rules.of_view(shown) == []
    told = next(b["text"]["text"] for b in shown["blocks"] if "The news" in str(b))
    assert told == "*The news*\n\nIt is new.\n• ~Old.~\n• New. &lt;@U0ANA11&gt;"
    assert "What changed" in str(shown)


@given(st.text(alphabet=st.sampled_from("`~\n ab|-#"), max_size=400), st.integers(60, 200))
def test_cutting_a_text_loses_no_letter(text: str, most: int):
    pieces = long.pieces(text, most)
    assert all(len(piece) <= most for piece in pieces)
    assert _letters("".join(pieces)) == _letters(text)


def _letters(text: str) -> str:
    return re.sub(r"[^#|-]", "", text)
