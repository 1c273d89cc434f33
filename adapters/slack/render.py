"""Cards and replies as Slack's blocks. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from adapters.slack import prose
from adapters.slack.buttons import CONFIRMED, Json, actions, menu, plain
from adapters.slack.places import PLATFORM, channel_in, link, place_of, user_in
from adapters.slack.prose import Grid, escaped
from bot.cards import (
    Block,
    Button,
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
from bot.commands import WORDS
from bot.policy import called

MOST_PARTS = 3
_BUDGET = 9_000  # characters a message; Slack refuses some more with an error that tells nothing
_FULL = 10_800  # where a message may not become two
_ROOMY = ((_BUDGET, True), (_BUDGET, False))  # and whether each table has its own message
_TIGHT = (*_ROOMY, (_FULL, False))
_SHORT_NOTE = 500
_PIECE = 8_200  # of one text, which leaves room for what stands around it
_BLOCKS = 45
_SECTION = 2_900
_USER = re.compile(r"\b[UW][A-Z0-9]{5,20}\b")
_COMMAND = re.compile(rf"(?<![\w/])/({'|'.join(WORDS)})\b")
_MINE, _ASK = re.compile(r"/help\b"), "@Podium help"  # Slack has a /help of its own
_MARKS: Mapping[ItemState, str] = {
    "waiting": ":white_circle:",
    "working": ":large_blue_circle:",
    "asking": ":raising_hand:",
    "done": ":white_check_mark:",
    "failed": ":x:",
    "skipped": ":heavy_minus_sign:",
}


@dataclass(frozen=True)
class Reader:
    """For whom things are rendered: the workspace, people's names by user, the page's address."""

    team: str
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    web: str = ""
    prefix: str = ""

    def named(self, identity: str) -> str:
        """A person's name, which pings nobody."""
        user = user_in(self.team, identity)
        return self.names.get(user, user) if user else called(identity)

    def told(self, text: str) -> str:
        """Podium's own words, in which the core has bare ids of people and names of commands."""
        text = _COMMAND.sub(rf"/{self.prefix}\1", text) if self.prefix else text
        return _USER.sub(lambda found: self.names.get(found[0], found[0]), text)

    def way(self, run: str, message: str) -> str:
        """A link to a run's message, or to the run's page where that stands elsewhere."""
        url = link(message) or (f"{self.web}/runs/{run}" if self.web and run else "")
        return f"<{url.replace('&', '&amp;')}|Open the thread>" if url else ""


@dataclass(frozen=True)
class Drawn:
    """One message; `text` stands for it in notifications and where blocks are not read."""

    text: str
    blocks: list[Json]


@dataclass(frozen=True)
class Whole:
    """A card: its messages in order, and the file that goes before them when it is too long."""

    parts: tuple[Drawn, ...]
    file: str = ""


def users_in(card: Card, team: str) -> frozenset[str]:
    """Everyone of the workspace whose name is needed to show the card."""
    stamps = [block.by for block in card.blocks if isinstance(block, Stamp)]
    people = {user_in(team, who) for who in (*stamps, *card.mentions)}
    own = [block.text for block in card.blocks if isinstance(block, Words)]
    for block in card.blocks:
        own += [i.who for i in block.items] if isinstance(block, Checklist) else []
        own += [c for r in block.rows for c in r] if isinstance(block, Table) else []
        own += [one.by for one in block.runs] if isinstance(block, Entries) else []
    return frozenset(people | {u for text in own for u in _USER.findall(text)}) - {""}


def users_named(text: str) -> frozenset[str]:
    """Whoever Podium's own words may name by a bare id."""
    return frozenset(_USER.findall(text))


# --- a card as messages -----------------------------------------------------------


def card(card: Card, to: Reader, most: int = MOST_PARTS) -> Whole:
    """The card in at most `most` messages; with more to say, a file and a summary."""
    return _laid_out(card, to, most, _ROOMY) or _shortened(card, to, most)


def edited(card: Card, to: Reader, most: int) -> Whole:
    """The card in the messages that it has: fuller ones, and a long note gives way."""
    whole = _laid_out(card, to, most, _TIGHT)
    last = card.blocks[-1] if card.blocks else None
    if not whole and isinstance(last, Prose) and len(last.text) > _SHORT_NOTE:
        said = f"{last.text[:_SHORT_NOTE]} … (the rest stands in Podium)"
        noted = replace(card, blocks=(*card.blocks[:-1], Prose(said, last.label)))
        whole = _laid_out(noted, to, most, _TIGHT)
    return whole or _shortened(card, to, most)


def _laid_out(card: Card, to: Reader, most: int, ways: Iterable[tuple[int, bool]]) -> Whole | None:
    """The first way in which the card fits."""
    packed = (_packed(card, to, budget, apart=apart) for budget, apart in ways)
    return next((Whole(parts) for parts in packed if len(parts) <= most), None)


def _shortened(card: Card, to: Reader, most: int) -> Whole:
    parts = _packed(summed_up(card), to, _FULL, apart=False)
    parts = (*parts[: most - 1], parts[-1]) if len(parts) > most else parts
    return Whole(parts, written(card, to.told))


def _packed(card: Card, to: Reader, budget: int, *, apart: bool) -> tuple[Drawn, ...]:
    """As few messages as hold the card, the buttons in the last.

    A message takes one table: the next has a message of its own, or is lines if not `apart`.
    """
    title = to.told(card.title)
    last = [*_footer(card, to), *to_thread(card, to), *actions(card.buttons, menu(card, to.web))]
    messages: list[list[Json]] = [[*_heading(title), *_mentions(card, to)]]
    room = budget - _size(last) - _size(messages[0])
    for block in _body(card, to):
        now = messages[-1]
        second = block["type"] == "table" and any(one["type"] == "table" for one in now)
        full = _size(now) + _size([block]) > budget - _size(last) or len(now) >= _BLOCKS
        if (full and now and room > 0) or (second and apart):
            # What a table is called stays with it.
            messages.append([now.pop()] if second and now[-1]["type"] == "context" else [])
        elif second:
            block = _markdown(prose.as_text(_grid(block)))
        messages[-1].append(block)
    messages[-1] += last
    text = _in_short(card, to)
    return tuple(
        Drawn(text if n == 0 else f"{text} ({n + 1})", blocks) for n, blocks in enumerate(messages)
    )


def _in_short(card: Card, to: Reader) -> str:
    """What a notification says of the card: its title, and the first words in it."""
    said = [
        _first_line(to.told(b.text) if isinstance(b, Words) else b.text)
        for b in card.blocks
        if isinstance(b, Words | Prose)
    ]
    parts = [
        escaped(" · ".join(filter(None, [card.run_title, to.told(card.title)])))[:280] or "Podium",
        *(escaped(s)[:1000] for s in said if s),
    ]
    return " – ".join(parts[:2])


def _first_line(text: str) -> str:
    lines = (line.strip("#*-> ").replace("`", "") for line in text.splitlines())
    return next((line for line in lines if line), "")[:280]


def _size(blocks: Sequence[Json]) -> int:
    return sum(_length(block) for block in blocks)


def _length(held: object) -> int:
    match held:
        case str():
            return len(held)
        case dict():
            counted = (v for k, v in held.items() if k not in ("type", "action_id", "style"))
            return sum(_length(one) for one in counted)
        case list():
            return sum(_length(one) for one in held)
        case _:
            return 0


def _heading(title: str) -> list[Json]:
    shown = harmless(title).strip()
    if not shown:
        return []
    if len(shown) > 150:
        shown = f"{shown[:149]}…"
    return [{"type": "header", "text": plain(shown)}]


def _mentions(card: Card, to: Reader) -> list[Json]:
    """Whom the card is for: the people of this workspace are pinged, others named."""
    here = [user for who in card.mentions if (user := user_in(to.team, who))]
    people = [f"<@{user}>" for user in here] or [escaped(called(who)) for who in card.mentions]
    return [_context(f"For {', '.join(people[:20])}")] if people else []


def _footer(card: Card, to: Reader) -> list[Json]:
    shown = escaped(to.told(card.footer))
    return [_context(shown)] if shown.strip() else []


def to_thread(card: Card, to: Reader) -> list[Json]:
    return [_context(way)] if card.thread and (way := to.way(card.run, card.thread)) else []


def _body(card: Card, to: Reader) -> Iterator[Json]:
    for block in card.blocks:
        yield from _block(block, to)


def _block(block: Block, to: Reader) -> Iterator[Json]:
    match block:
        case Words() | Times():
            own = block.text if isinstance(block, Words) else block.told
            told = pieces(harmless(to.told(own)), _SECTION)
            yield from ({"type": "section", "text": plain(piece)} for piece in told)
        case Stamp():
            yield _context(stamp(block, to))
        case Spot():
            yield _context(_spot(block, to))
        case Prose(text, label):
            yield from _label(label, to)
            for part in prose.parts(prose.markdown(text), _PIECE):
                yield _table(part) if isinstance(part, Grid) else _markdown(part)
        case Checklist(items):
            lines = pieces("\n".join(_item(item, to) for item in items), _SECTION)
            yield from ({"type": "section", "text": {"type": "mrkdwn", "text": a}} for a in lines)
        case Table():
            yield from _label(block.label, to)
            yield from _grids(block, to)
        case Entries(runs):
            yield from (entry(run, to) for run in runs)
        case _:
            assert_never(block)


def entry(run: Entry, to: Reader) -> Json:
    """A run in a list."""
    title = " ".join(harmless(run.title).split())
    parts = [run.state, f"by {to.told(run.by)}", f"{run.spent} spent"]
    told = [*map(escaped, parts), moment(run.at), to.way(run.run, run.thread)]
    line = f"*{escaped(title[:150])}*\n{' · '.join(filter(None, told))}"
    return {"type": "section", "text": {"type": "mrkdwn", "text": line}}


def _grids(table: Table, to: Reader) -> Iterator[Json]:
    told = tuple(tuple(to.told(cell) for cell in row) for row in table.rows)
    for at in range(0, len(told), prose.MOST_ROWS - 1):
        grid = Grid((table.header, *told[at : at + prose.MOST_ROWS - 1]))
        if prose.fits(grid):
            yield _table(grid)
        else:
            yield from (_markdown(one) for one in pieces(prose.as_text(grid), _PIECE))


def stamp(stamp: Stamp, to: Reader) -> str:
    """Who did what and when, in the reader's own time."""
    who = f" by {escaped(to.named(stamp.by))}" if stamp.by else ""
    return f":bust_in_silhouette: {escaped(stamp.text)}{who}, {moment(stamp.at)}"


def _spot(spot: Spot, to: Reader) -> str:
    if channel := channel_in(to.team, spot.place):
        within = "a thread of " if place_of(spot.place).thread else ""
        told = f"{escaped(spot.text)} {within}<#{channel}>"
    elif spot.place.startswith(f"{PLATFORM}:{to.team}:"):
        told = f"{escaped(spot.text)} a talk with Podium"
    else:
        told = escaped(spot.told)
    return f":round_pushpin: {told}"


def moment(at: datetime, shape: str = "{date_short_pretty} {time}") -> str:
    """A time that Slack writes in each reader's zone and language."""
    return f"<!date^{int(at.timestamp())}^{shape}|{at:%Y-%m-%d %H:%M} UTC>"


def _item(item: Item, to: Reader) -> str:
    parts = [escaped(to.told(part)) for part in item.told]
    if item.since and item.state in ("working", "asking"):
        parts.append(f"since {moment(item.since, '{time}')}")
    return " · ".join([f"{_MARKS[item.state]} *{escaped(item.label)}*", *parts])


def _label(label: str, to: Reader) -> Iterator[Json]:
    for piece in pieces(harmless(to.told(label)), _SECTION):
        yield {"type": "context", "elements": [plain(piece)]}


def _markdown(text: str) -> Json:
    return {"type": "markdown", "text": text}


def _table(grid: Grid) -> Json:
    wide = max(map(len, grid.rows))
    rows = [[*row, *[""] * (wide - len(row))] for row in grid.rows]
    cells = [
        [{"type": "raw_text", "text": harmless(cell).strip() or "–"} for cell in row]
        for row in rows
    ]
    return {"type": "table", "rows": cells}


def _grid(table: Json) -> Grid:
    return Grid(tuple(tuple(cell["text"] for cell in row) for row in table["rows"]))


def _context(mrkdwn: str) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn[:2_900]}]}


# --- what one person is told ------------------------------------------------------


def note(text: str, to: Reader, said: Stamp | None = None) -> Drawn:
    """A sentence for one person."""
    shown = harmless(to.told(text)) or "…"
    blocks: list[Json] = [
        {"type": "section", "text": plain(piece)} for piece in pieces(shown, _SECTION)[:10]
    ]
    return Drawn(escaped(shown)[:3_000], blocks + ([_context(stamp(said, to))] if said else []))


def sure(run: str) -> Drawn:
    """Asks before a run is cancelled from a menu, whose lines cannot ask for themselves."""
    title, said = CONFIRMED["cancel"]
    (asked,) = actions([Button(label="Cancel the run", action=f"cancel:{run}", style="danger")])
    del asked["elements"][0]["confirm"]
    return Drawn(title, [{"type": "section", "text": plain(f"{title} {said}")}, asked])


def listed(cards: Sequence[Card], to: Reader) -> list[Drawn]:
    """Cards for one person; what buttons change is a message of its own, so it can change."""
    out: list[Drawn] = []
    gathered = Drawn("", [])
    for one in cards:
        if one.key == "help":
            lines = [b.text for b in one.blocks if isinstance(b, Prose)]
            one = replace(one, blocks=tuple(Prose(to.told(_MINE.sub(_ASK, s))) for s in lines))
        alone = "/" in one.key or one.key.startswith(("preview-", "schedule-"))
        for drawn in card(one, to, 100).parts:
            both = [*gathered.blocks, *drawn.blocks]
            apart = alone or _size(both) > _BUDGET or len(both) > _BLOCKS or _tables(both)
            if apart and gathered.blocks:
                out.append(gathered)
                both = drawn.blocks
            gathered = Drawn(gathered.text or drawn.text, both)
            if alone:
                out.append(Drawn(drawn.text, drawn.blocks))
                gathered = Drawn("", [])
    return [*out, gathered] if gathered.blocks else out


def _tables(blocks: Sequence[Json]) -> bool:
    return sum(block["type"] == "table" for block in blocks) > 1
