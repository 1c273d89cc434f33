"""Cards and lines as what the page's elements show. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import TypedDict, assert_never

from adapters.web.address import run_path
from adapters.web.places import WORKSPACE, line_path, place_of
from adapters.web.prose import harmless, prose
from bot.cards import (
    Block,
    Card,
    Checklist,
    Entries,
    Entry,
    Item,
    Prose,
    Reply,
    Spot,
    Stamp,
    Table,
    Times,
    Tone,
    Words,
)
from bot.policy import called
from bot.ports import Line

PODIUM = "podium"
NO_NAMES: Mapping[str, str] = {}
_SHORT = re.compile(r"\b[A-Z0-9]{6,24}\b")
"""What the short form of an identity of another platform looks like in Podium's own words."""


class ShownButton(TypedDict):
    label: str
    action: str
    style: str


class ShownCard(TypedDict):
    """A card for the message element; blocks are HTML, all else is plain text."""

    title: str
    tone: str
    blocks: list[str]
    buttons: list[ShownButton]
    footer: str
    mentions: list[str]


class ShownLine(TypedDict):
    """A message; it holds cards or the HTML of what a person wrote."""

    id: str
    name: str
    initials: str
    at: str
    podium: bool
    html: str
    cards: list[ShownCard]
    thread: str
    link: str


# --- cards ----------------------------------------------------------------------


def card(card: Card, names: Mapping[str, str] = NO_NAMES) -> ShownCard:
    """The card as the page shows it; shared by all who see it, so never changed."""
    blocks = tuple(_named(block, names) for block in card.blocks)
    mentions = tuple(name_of(person, names) for person in card.mentions)
    return _card(replace(card, blocks=blocks, mentions=mentions))


@lru_cache(maxsize=512)
def _card(card: Card) -> ShownCard:
    """A card that holds names in place of identities."""
    return ShownCard(
        title=harmless(card.title),
        tone=card.tone,
        blocks=[
            *map(_block, card.blocks),
            *([f'<p class="words">{_way(card.run, card.thread)}</p>'] if card.thread else []),
        ],
        buttons=[
            ShownButton(label=harmless(button.label), action=button.action, style=button.style)
            for button in card.buttons
        ],
        footer=harmless(card.footer),
        mentions=[*card.mentions],
    )


def size(card: Card) -> int:
    """How many characters of the card have to be laid out."""
    return sum(len(block.text) for block in card.blocks if isinstance(block, Prose))


def _named(block: Block, names: Mapping[str, str]) -> Block:
    """The block with people's names in place of their identities."""
    match block:
        case Words(text=text):
            return replace(block, text=_told(text, names))
        case Stamp(by=by):
            return replace(block, by=name_of(by, names))
        case Checklist(items):
            return Checklist(tuple(replace(one, who=_told(one.who, names)) for one in items))
        case _:
            return block


def _told(text: str, names: Mapping[str, str]) -> str:
    """Podium's own words, in which the core has the short forms of identities."""
    return _SHORT.sub(lambda found: names.get(found[0], found[0]), text)


def _block(block: Block) -> str:
    match block:
        case Words(text, tone):
            return words(text, tone)
        case Stamp():
            return f'<p class="stamp">{_stamp(block)}</p>'
        case Times():
            return words(block.told)
        case Spot():
            return f'<p class="stamp">{_spot(block)}</p>'
        case Prose(text, label):
            return f'{_label(label)}<div class="prose">{prose(text)}</div>'
        case Checklist(items):
            return f'<ul class="checklist">{"".join(map(_item, items))}</ul>'
        case Table(header, rows, label):
            return _label(label) + _table(header, (_row("td", row) for row in rows), label)
        case Entries(runs):
            header = ("Run", "State", "By", "Spent", "Changed", "Thread")
            return _table(header, map(_entry, runs), "Runs")
        case _:
            assert_never(block)


def _table(header: Sequence[str], rows: Iterable[str], label: str) -> str:
    name = escape(harmless(label or "Table"))
    scrolls = f'class="wide" tabindex="0" role="region" aria-label="{name}"'
    table = f"<table><thead>{_row('th', header)}</thead><tbody>{''.join(rows)}</tbody></table>"
    return f'<div class="prose"><div {scrolls}>{table}</div></div>'


def _entry(run: Entry) -> str:
    told = map(_text, (run.title, run.state, run.by, run.spent))
    cells = (*told, _time(run.at), _way(run.run, run.thread))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _way(run: str, message: str) -> str:
    """A link to a run's thread, or to the run where that stands elsewhere."""
    here = message.startswith(f"{WORKSPACE}:")
    path = place_of(message).path if here else run_path(run)
    return f'<a href="{escape(path)}">Open the thread</a>'


def words(text: str, tone: Tone = "plain") -> str:
    """Plain text as HTML: its line breaks stay, and lines that begin with "- " are a list."""
    out: list[str] = []
    whole = harmless(text).split("\n")
    for listed, group in groupby(whole, key=lambda line: line.startswith("- ")):
        lines = [*group]
        if listed:
            items = "".join(f"<li>{escape(line[2:])}</li>" for line in lines)
            out.append(f'<ul class="words {tone}">{items}</ul>')
        elif said := "\n".join(lines).strip("\n"):
            out.append(f'<p class="words {tone}">{escape(said)}</p>')
    return "".join(out)


def stamp(stamp: Stamp, names: Mapping[str, str] = NO_NAMES) -> str:
    """Who did what and when, as HTML."""
    return _stamp(replace(stamp, by=name_of(stamp.by, names)))


def _stamp(stamp: Stamp) -> str:
    who = f" by <strong>{_text(stamp.by)}</strong>" if stamp.by else ""
    return f"{_text(stamp.text)}{who} · {_time(stamp.at)}"


def _spot(spot: Spot) -> str:
    if not spot.place.startswith(f"{WORKSPACE}:"):
        return _text(spot.told)
    place = place_of(spot.place)
    within = "a thread of " if place.thread else ""
    return f'{_text(spot.text)} {within}<a href="{escape(place.path)}">{_text(place.channel)}</a>'


def note(reply: Reply, names: Mapping[str, str] = NO_NAMES) -> str:
    """A reply's notice as HTML."""
    return words(_told(reply.notice, names), reply.tone) + (
        f'<p class="stamp">{stamp(reply.stamp, names)}</p>' if reply.stamp else ""
    )


def tail(text: str, size: int) -> str:
    """The last characters of what is being written; data without the signs that hold it."""
    last = harmless(text[-size:])
    if text.lstrip()[:1] in ("{", "["):
        last = " ".join(re.sub(r"\\[nt]|[{}\[\]\"\\]", " ", last).split())
    return last


def _item(item: Item) -> str:
    # Nobody was asked for what was skipped.
    who, detail = ("", "skipped") if item.state == "skipped" else (item.who, item.detail)
    who = f'<span class="who">{_text(who)}</span>' if who else ""
    detail = f'<span class="detail">{_text(detail)}</span>' if detail else ""
    since = ""
    if item.since and item.state in ("working", "asking"):
        since = f'<time class="since" data-since="{item.since.isoformat()}"></time>'
    return (
        f'<li class="{item.state}"><span class="mark" role="img" '
        f'aria-label="{item.status}"></span>'
        f'<span class="step">{_text(item.label)}</span>{who}{detail}{since}</li>'
    )


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{_text(cell)}</{tag}>' for cell in cells)}</tr>"


def _label(label: str) -> str:
    return f'<p class="label">{_text(label)}</p>' if label else ""


def _time(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M}</time>'


def _text(text: str) -> str:
    return escape(harmless(text))


# --- lines ----------------------------------------------------------------------


def line(line: Line, *, names: Mapping[str, str], viewer: str) -> ShownLine:
    """A line of a channel, which leads to the thread under it, or of a thread."""
    podium = line.author == PODIUM
    name = "Podium" if podium else name_of(line.author, names)
    return ShownLine(
        id=line.id,
        name=name,
        initials=initials(name),
        at=line.at.isoformat(),
        podium=podium,
        html="" if line.card else f'<div class="said">{prose(line.text)}</div>',
        cards=[_seen_by(viewer, line.card, names)] if line.card else [],
        thread="" if line.thread else place_of(line.id).path,
        link=line_path(line.id),
    )


def with_cards(
    line: ShownLine, new: Sequence[Card], *, viewer: str, names: Mapping[str, str] = NO_NAMES
) -> ShownLine:
    """The line after its cards were edited."""
    return {**line, "cards": [_seen_by(viewer, one, names) for one in new]}


def whisper(
    cards: Sequence[Card],
    at: datetime,
    *,
    id: str,
    viewer: str,
    names: Mapping[str, str] = NO_NAMES,
) -> ShownLine:
    """What Podium says to one person alone."""
    return ShownLine(
        id=id,
        name="Podium",
        initials=initials("Podium"),
        at=at.isoformat(),
        podium=True,
        html="",
        cards=[_seen_by(viewer, one, names) for one in cards],
        thread="",
        link="",
    )


def _seen_by(viewer: str, one: Card, names: Mapping[str, str]) -> ShownCard:
    """The card, in which the one who reads it is "you"."""
    shown = card(one, names)
    if viewer not in one.mentions:
        return shown
    others = [name_of(person, names) for person in one.mentions if person != viewer]
    return {**shown, "mentions": ["you", *others]}


def name_of(person: str, names: Mapping[str, str]) -> str:
    """What a person is called; `names` are people's by their ids."""
    return harmless(names.get(person) or called(person))


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    letters = [word[0] for word in name.replace("-", " ").split() if word[0].isalnum()]
    return "".join(letters[:2]).upper()
