"""Cards and lines as the page shows them."""

import re
from datetime import UTC, datetime

from inline_snapshot import snapshot

from adapters.web import render
from bot.cards import (
    Button,
    Card,
    Checklist,
    Item,
    Prose,
    Reply,
    Stamp,
    Table,
    Words,
)
from bot.ports import Line, Member

AT = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)


def tags(html: str) -> list[str]:
    """HTML, a tag or a text on each line."""
    return [part for part in re.split(r"(<[^>]*>)", html) if part]


ANA = Member(id="web:podium:ana", name="Ana Ruiz")


def test_a_card_keeps_its_order_and_its_buttons():
    card = Card(
        key="draft-1",
        title="Draft <1>",
        blocks=(Prose("*Hello*", label="By <writer>"), Words("2 < 3", "warn")),
        buttons=(Button(label="Approve", action="approve:r1:review-1", style="primary"),),
        footer="$0.10 of $2.00 spent",
        tone="warn",
        mentions=("web:podium:ana",),
    )
    assert render.card(card) == snapshot(
        {
            "title": "Draft <1>",
            "tone": "warn",
            "blocks": [
                """\
<p class="label">By &lt;writer&gt;</p><div class="prose"><p><em>Hello</em></p>
</div>\
""",
                '<p class="words warn">2 &lt; 3</p>',
            ],
            "buttons": [{"label": "Approve", "action": "approve:r1:review-1", "style": "primary"}],
            "footer": "$0.10 of $2.00 spent",
            "mentions": ["ana"],
        }
    )


def test_plain_text_keeps_its_lines_and_shows_its_lists():
    text = "Who does these?\r\n\r\n- the <b>leaflet</b>\r\n- the form\r\nSay it\nby Friday."
    assert tags(render.words(text, "warn")) == snapshot(
        [
            '<p class="words warn">',
            "Who does these?",
            "</p>",
            '<ul class="words warn">',
            "<li>",
            "the &lt;b&gt;leaflet&lt;/b&gt;",
            "</li>",
            "<li>",
            "the form",
            "</li>",
            "</ul>",
            '<p class="words warn">',
            "Say it\nby Friday.",
            "</p>",
        ]
    )


def test_whoever_is_meant_by_a_card_reads_that_it_is_for_them():
    card = Card(key="gate", title="A question", mentions=("web:podium:ben", ANA.id))
    line = Line(id="web:podium:#general:ab12", place="p", author="podium", card=card, at=AT)
    for viewer, mentions in ((ANA.id, ["you", "ben"]), ("web:podium:cleo", ["ben", "ana"])):
        shown = render.line(line, names={}, viewer=viewer)
        assert shown["cards"][0]["mentions"] == mentions
        assert render.with_cards(shown, [card], viewer=viewer) == shown
        whisper = render.whisper([card], AT, id="private 1", viewer=viewer)
        assert whisper["cards"] == shown["cards"]


def test_a_checklist_says_each_state_also_to_those_who_do_not_see_it():
    items = (
        Item(label="Facts", state="done", who="researcher", detail="3 of 3"),
        Item(label="Draft", state="working", who="writer", since=AT),
        Item(label="Review", state="waiting", since=AT),
    )
    (block,) = render.card(Card(key="root", title="Run", blocks=(Checklist(items),)))["blocks"]
    assert tags(block) == snapshot(
        [
            '<ul class="checklist">',
            '<li class="done">',
            '<span class="mark" role="img" aria-label="done">',
            "</span>",
            '<span class="step">',
            "Facts",
            "</span>",
            '<span class="who">',
            "researcher",
            "</span>",
            '<span class="detail">',
            "3 of 3",
            "</span>",
            "</li>",
            '<li class="working">',
            '<span class="mark" role="img" aria-label="at work">',
            "</span>",
            '<span class="step">',
            "Draft",
            "</span>",
            '<span class="who">',
            "writer",
            "</span>",
            '<time class="since" data-since="2026-11-30T09:05:00+00:00">',
            "</time>",
            "</li>",
            '<li class="waiting">',
            '<span class="mark" role="img" aria-label="not yet">',
            "</span>",
            '<span class="step">',
            "Review",
            "</span>",
            "</li>",
            "</ul>",
        ]
    )


def test_a_table_shows_its_cells_as_text():
    table = Table(("Rubric", "Score"), (("<b>one</b>", "9 of 10"),), label='By "critic"')
    (block,) = render.card(Card(key="k", title="", blocks=(table,)))["blocks"]
    assert tags(block) == snapshot(
        [
            '<p class="label">',
            "By &quot;critic&quot;",
            "</p>",
            '<div class="prose">',
            '<div class="wide" tabindex="0" role="region" aria-label="By &quot;critic&quot;">',
            "<table>",
            "<thead>",
            "<tr>",
            "<th>",
            "Rubric",
            "</th>",
            "<th>",
            "Score",
            "</th>",
            "</tr>",
            "</thead>",
            "<tbody>",
            "<tr>",
            "<td>",
            "&lt;b&gt;one&lt;/b&gt;",
            "</td>",
            "<td>",
            "9 of 10",
            "</td>",
            "</tr>",
            "</tbody>",
            "</table>",
            "</div>",
            "</div>",
        ]
    )


def test_a_stamp_says_who_and_when():
    assert tags(render.stamp(Stamp("Approved", "web:podium:ana", AT))) == snapshot(
        [
            "Approved by ",
            "<strong>",
            "ana",
            "</strong>",
            " · ",
            '<time datetime="2026-11-30T09:05:00+00:00">',
            "2026-11-30 09:05",
            "</time>",
        ]
    )


def test_a_forged_stamp_stays_inside_the_sheet_of_what_others_wrote():
    forged = '<p class="stamp">Approved by <strong>ana</strong></p>\n\n### Approved by ana · 09:05'
    (block,) = render.card(Card(key="k", title="Draft 1", blocks=(Prose(forged),)))["blocks"]
    assert block.startswith('<div class="prose">')
    assert block.endswith("</div>")
    assert not any(tag.startswith("<p class") for tag in tags(block))


def test_every_text_of_a_card_is_kept_from_reordering_what_stands_around_it():
    trick = "a\u202eb"
    card = Card(
        key="k",
        title=trick,
        blocks=(
            Words(trick),
            Prose(trick, label=trick),
            Checklist((Item(label=trick, state="done", who=trick, detail=trick),)),
            Table((trick,), ((trick,),), label=trick),
            Stamp(trick, trick, AT),
        ),
        buttons=(Button(label=trick, action="x"),),
        footer=trick,
        mentions=(trick,),
    )
    assert "\u202e" not in str(render.card(card))


def test_a_line_of_a_channel_leads_to_its_thread_and_a_reply_nowhere():
    line = Line(
        id="web:podium:#general:ab12", place="web:podium:#general", author=ANA.id, text="Hi", at=AT
    )
    shown = render.line(line, names={ANA.id: ANA.name}, viewer="")
    assert (shown["name"], shown["initials"], shown["thread"]) == (
        "Ana Ruiz",
        "AR",
        "/c/general/ab12",
    )
    reply = line.model_copy(update={"id": f"{line.id}.cd34", "thread": line.id})
    assert render.line(reply, names={}, viewer="")["thread"] == ""
    assert render.line(reply, names={}, viewer="")["name"] == "ana"


def test_nobody_can_be_named_like_podium_by_what_they_write():
    line = Line(
        id="web:podium:#general:ab12", place="p", author="web:podium:podium", text="", at=AT
    )
    assert not render.line(line, names={}, viewer="")["podium"]


def test_a_notice_tells_its_tone_and_its_stamp():
    reply = Reply(notice="It was approved.", tone="warn", stamp=Stamp("Decided", "x:y:ben", AT))
    assert tags(render.note(reply)) == snapshot(
        [
            '<p class="words warn">',
            "It was approved.",
            "</p>",
            '<p class="stamp">',
            "Decided by ",
            "<strong>",
            "ben",
            "</strong>",
            " · ",
            '<time datetime="2026-11-30T09:05:00+00:00">',
            "2026-11-30 09:05",
            "</time>",
            "</p>",
        ]
    )
    assert render.note(Reply()) == ""


def test_the_tail_of_data_is_read_without_its_signs():
    assert render.tail('{"facts": ["It is\\nnew", "It', 600) == "facts : It is new , It"
    assert render.tail("plain words", 5) == "words"
