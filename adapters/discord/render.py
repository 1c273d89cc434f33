"""Cards and replies as Discord's components. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, assert_never

from adapters.discord import prose
from adapters.discord.places import PLATFORM, link, place_of, user_of
from adapters.discord.prose import escaped
from bot.cards import (
    Block,
    Card,
    Checklist,
    Entries,
    Entry,
    Item,
    ItemState,
    Prose,
    Spot,
    Stamp,
    Table,
    Times,
    Words,
)
from bot.cards.long import harmless, pieces, summed_up, written
from bot.policy import called

Json = dict[str, Any]

ROW, BUTTON, SELECT, TEXT, FILE, LINE, BOX = 1, 2, 3, 10, 13, 14, 17
V2, PRIVATE, NO_EMBEDS = 1 << 15, 1 << 6, 1 << 2
MOST_PARTS = 3
MORE = "more"
SCHEDULE, PREVIEW = "schedule-", "preview-"

_LINE: Json = {"type": LINE, "divider": True, "spacing": 1}
_BUDGET = 3_800  # of the 4,000 characters that one message shows
_COMPONENTS = 36  # of the 40
_PIECE = 3_600  # of one text, so that a message is full with it
_SHORT_NOTE = 400
_USER = re.compile(r"\b\d{17,20}\b")
_COLOURS: Mapping[str, int] = {"good": 0x2E7D4F, "warn": 0xB7791F, "bad": 0xB3382C}
_STYLES: Mapping[str, int] = {"plain": 2, "primary": 1, "danger": 4}
_MARKS: Mapping[ItemState, str] = {
    "waiting": "⚪",
    "working": "🔵",
    "asking": "🙋",
    "done": "✅",
    "failed": "❌",
    "skipped": "⏭️",
}


@dataclass(frozen=True)
class Reader:
    """For whom things are rendered: people's names by user, and the page's address."""

    names: Mapping[str, str] = field(default_factory=dict[str, str])
    web: str = ""

    def named(self, identity: str) -> str:
        """A person's own name at Discord, which nobody else can take."""
        user = user_of(identity)
        return self.names.get(user, user) if user else called(identity)

    def told(self, text: str) -> str:
        """Podium's own words, in which the core calls people by their bare ids."""
        return _USER.sub(lambda found: self.names.get(found[0], found[0]), text)

    def way(self, run: str, message: str) -> str:
        """A link to a run's message, or to the run's page where that stands elsewhere."""
        url = link(message) or (f"{self.web}/runs/{run}" if self.web and run else "")
        return f"[Open the thread]({url})" if url else ""


@dataclass(frozen=True)
class Drawn:
    """One message; `pings` are the users that it calls."""

    components: tuple[Json, ...]
    pings: tuple[str, ...] = ()

    def body(self, mark: int = 0) -> Json:
        """What a request says; a message can be found again by its mark."""
        first, *rest = self.components
        pings: Json = {"parse": [], "users": [*self.pings]} if self.pings else {"parse": []}
        return {
            "components": [first | ({"id": mark} if mark else {}), *rest],
            "flags": V2 | NO_EMBEDS,
            "allowed_mentions": pings,
        }


@dataclass(frozen=True)
class Whole:
    """A card: its messages in order, and the file that goes before them when it is too long."""

    parts: tuple[Drawn, ...]
    file: str = ""


def mark(key: str, part: int) -> int:
    """The number of a card's message: the same for each key and part, and hardly for another."""
    return int.from_bytes(blake2b(f"{key}/{part}".encode(), digest_size=4).digest()) >> 1 | 1 << 12


def nonce(key: str, part: int) -> str:
    return blake2b(f"{key}/{part}".encode(), digest_size=12).hexdigest()


def users_in(card: Card) -> frozenset[str]:
    """Everyone whose name is needed to show the card."""
    stamps = [block.by for block in card.blocks if isinstance(block, Stamp)]
    own = [card.title, card.footer]
    for block in card.blocks:
        own += [block.text] if isinstance(block, Words) else []
        own += [i.who for i in block.items] if isinstance(block, Checklist) else []
        own += [c for r in block.rows for c in r] if isinstance(block, Table) else []
        own += [one.by for one in block.runs] if isinstance(block, Entries) else []
    return frozenset({user_of(who) for who in stamps} | users_named(" ".join(own))) - {""}


def users_named(text: str) -> frozenset[str]:
    """Whoever Podium's own words may name by a bare id."""
    return frozenset(_USER.findall(text))


# --- a card as messages -----------------------------------------------------------


def card(card: Card, to: Reader, most: int = MOST_PARTS) -> Whole:
    """The card in at most `most` messages; with more to say, a file and a summary."""
    parts = _packed(card, to)
    return Whole(parts) if len(parts) <= most else _shortened(card, to, most)


def edited(card: Card, to: Reader, most: int) -> Whole:
    """The card in the messages that it has: a long note gives way before the draft does."""
    parts = _packed(card, to)
    last = card.blocks[-1] if card.blocks else None
    if len(parts) > most and isinstance(last, Prose) and len(last.text) > _SHORT_NOTE:
        said = f"{last.text[:_SHORT_NOTE]} … (the rest stands in Podium)"
        parts = _packed(replace(card, blocks=(*card.blocks[:-1], Prose(said, last.label))), to)
    return Whole(parts) if len(parts) <= most else _shortened(card, to, most)


def _shortened(card: Card, to: Reader, most: int) -> Whole:
    parts = _packed(summed_up(card), to)
    parts = (*parts[: most - 1], parts[-1]) if len(parts) > most else parts
    return Whole(parts, written(card, to.told))


def _packed(card: Card, to: Reader) -> tuple[Drawn, ...]:
    """As few messages as hold the card, the buttons in the last."""
    pings = tuple(user for who in card.mentions if (user := user_of(who)))[:20]
    way = to.way(card.run, card.thread) if card.thread else ""
    last = [
        *_footer(card, to),
        *([a_text(way)] if way else []),
        *rows(_buttons(card, to)),
        *_more(card),
    ]
    messages: list[list[Json]] = [[*_heading(card, to), *_mentions(card, pings)]]
    for one in (each for block in card.blocks for each in _block(block, to)):
        whole = [*messages[-1], one, *last]
        if messages[-1] and not _fits(whole):
            messages.append([])
        messages[-1].append(one)
    messages[-1] += last
    if not any(messages):
        messages = [[a_text("…")]]
    boxes = [a_box(one, card.tone) for one in messages]
    return tuple(Drawn((box,), () if n else pings) for n, box in enumerate(boxes))


def _fits(components: Sequence[Json]) -> bool:
    """Whether these and their box are no more than one message takes."""
    every = [*inside(components)]
    size = sum(len(one.get("content", "")) for one in every)
    return size <= _BUDGET and len(every) < _COMPONENTS


def inside(components: Sequence[Json]) -> Iterator[Json]:
    """Every component, those in others too."""
    for one in components:
        yield one
        yield from inside(one.get("components", ()))


def a_box(components: Sequence[Json], tone: str) -> Json:
    colour = {"accent_color": _COLOURS[tone]} if tone in _COLOURS else {}
    return {"type": BOX, "components": [*components], **colour}


def a_text(content: str) -> Json:
    return {"type": TEXT, "content": content}


def _heading(card: Card, to: Reader) -> list[Json]:
    shown = " ".join(to.told(card.title).split())
    shown = shown if len(shown) <= 200 else f"{shown[:199]}…"
    return [a_text(f"## {escaped(shown)}")] if shown else []


def _mentions(card: Card, pings: Sequence[str]) -> list[Json]:
    """Whom the card is for: people of Discord are pinged, others named."""
    people = [f"<@{user}>" for user in pings] or [escaped(called(who)) for who in card.mentions]
    return [a_text(f"-# For {', '.join(people[:20])}")] if people else []


def _footer(card: Card, to: Reader) -> list[Json]:
    lines = [line for line in escaped(to.told(card.footer)).splitlines() if line.strip()]
    return [a_text("\n".join(f"-# {line}" for line in lines))] if lines else []


def _block(block: Block, to: Reader) -> Iterator[Json]:
    match block:
        case Words(text):
            yield from map(a_text, pieces(escaped(to.told(text)), _PIECE))
        case Stamp():
            yield a_text(stamp(block, to))
        case Times(text, lines):
            told = (f"- {escaped(words)} · {moment(at)}" for words, at in lines)
            yield a_text("\n".join([escaped(text), *told]))
        case Spot():
            yield a_text(_spot(block))
        case Prose(text, label) if label.isdigit():
            yield from map(a_text, pieces(f"**{label}** · {prose.markdown(text)}", _PIECE))
        case Prose(text, label):
            yield {**_LINE}
            yield from _label(label, to)
            yield from map(a_text, pieces(prose.markdown(text), _PIECE))
        case Checklist(items):
            lines = "\n".join(_item(item, to) for item in items)
            yield from map(a_text, pieces(lines, _PIECE))
        case Table():
            yield from [{**_LINE}, *_label(block.label, to)] if block.label else []
            told = [[to.told(cell) for cell in row] for row in block.rows]
            yield from map(a_text, pieces(prose.grid([block.header, *told]), _PIECE))
        case Entries(runs):
            yield from (_entry(run, to) for run in runs)
        case _:
            assert_never(block)


def _entry(run: Entry, to: Reader) -> Json:
    title = " ".join(harmless(run.title).split())
    parts = [run.state, f"by {to.told(run.by)}", f"{run.spent} spent"]
    told = [*map(escaped, parts), moment(run.at), to.way(run.run, run.thread)]
    return a_text(f"**{escaped(title[:150])}**\n{' · '.join(filter(None, told))}")


def _label(label: str, to: Reader) -> list[Json]:
    return [a_text(f"**{escaped(to.told(label)[:200])}**")] if label.strip() else []


def stamp(stamp: Stamp, to: Reader) -> str:
    """Who did something and when, in the small print that only Podium writes."""
    who = f" by {escaped(to.named(stamp.by))}" if stamp.by else ""
    return f"-# 👤 {escaped(stamp.text)}{who}, {moment(stamp.at)}"


def _spot(spot: Spot) -> str:
    where = place_of(spot.place) if spot.place.startswith(f"{PLATFORM}:") else None
    if where is None or not where.guild.isdecimal():
        return f"-# 📍 {escaped(spot.told)}"
    return f"-# 📍 {escaped(spot.text)} <#{where.stands}>"


def moment(at: datetime, shape: str = "f") -> str:
    """A time that Discord writes in each reader's zone and language."""
    return f"<t:{int(at.timestamp())}:{shape}>"


def _item(item: Item, to: Reader) -> str:
    parts = [escaped(to.told(part)) for part in item.told]
    if item.since and item.state in ("working", "asking"):
        parts.append(f"since {moment(item.since, 't')}")
    return " · ".join([f"{_MARKS[item.state]} **{escaped(item.label)}**", *parts])


# --- buttons ----------------------------------------------------------------------


def button(label: str, custom_id: str, style: str = "plain") -> Json:
    shown = harmless(label).strip() or "…"
    shown = shown if len(shown) <= 80 else f"{shown[:79]}…"
    return {"type": BUTTON, "style": _STYLES[style], "label": shown, "custom_id": custom_id[:100]}


def rows(buttons: Sequence[Json]) -> list[Json]:
    return [
        {"type": ROW, "components": [*buttons[at : at + 5]]} for at in range(0, len(buttons), 5)
    ]


def _buttons(card: Card, to: Reader) -> list[Json]:
    """Its own, and the way to the page."""
    shown = [button(one.label, one.action, one.style) for one in card.buttons]
    if to.web and (run := card.run):
        link = {"type": BUTTON, "style": 5, "label": "Open in Podium"}
        shown.append(link | {"url": f"{to.web}/runs/{run}"})
    return shown


def _more(card: Card) -> list[Json]:
    """On what is to be judged, a menu of what is wanted less often."""
    run = card.run
    if not run or card.key == "root":
        return []
    options = [
        {"label": "What it cost", "value": f"cost:{run}"},
        {"label": "Cancel the run", "value": f"cancel:{run}"},
    ]
    menu: Json = {"type": SELECT, "custom_id": f"{MORE}:{run}", "placeholder": "More"}
    return [{"type": ROW, "components": [menu | {"options": options}]}]


def attached(name: str) -> Drawn:
    """The message that a file stands in."""
    return Drawn(({"type": FILE, "file": {"url": f"attachment://{name}"}},))


# --- what one person is told ------------------------------------------------------


def note(
    text: str,
    to: Reader,
    said: Stamp | None = None,
    *,
    more: str = "",
    buttons: Sequence[Json] = (),
) -> Drawn:
    """A sentence for one person; `more` is Discord's own markup."""
    shown = escaped(to.told(text)).strip() or "…"
    content = "\n".join(filter(None, [pieces(shown, 3_400)[0], more]))
    components = [a_text(content), *([a_text(stamp(said, to))] if said else []), *rows(buttons)]
    return Drawn(tuple(components))


def listed(cards: Sequence[Card], to: Reader) -> list[Drawn]:
    """Cards for one person; what their buttons change is a message of its own, so it can too."""
    out: list[list[Json]] = [[]]
    for one in cards:
        apart = "/" in one.key or one.key.startswith((SCHEDULE, PREVIEW))
        for drawn in card(replace(one, mentions=()), to, 100).parts:
            if out[-1] and (apart or not _fits([*out[-1], *drawn.components])):
                out.append([])
            out[-1] += drawn.components
        if apart:
            out.append([])
    return [Drawn(tuple(one)) for one in out if one]
