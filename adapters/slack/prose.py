"""Somebody else's Markdown as text that Slack shows and nobody is harmed by. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.cards.long import harmless, pieces, tables_apart

MOST_COLUMNS = 20
MOST_ROWS = 100
MOST_CELLS = 9_000
"""Characters of one table's cells; Slack refuses a little more."""

_JOINER = "\u2060"
"""Shows nothing, and keeps signs from being read together."""

_CALLS = re.compile(r"<(?=[!@#]|https?:|mailto:|tel:|slack:)", re.IGNORECASE)
_EVERYONE = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_DATE = re.compile(r"(?<!`)!date\^", re.IGNORECASE)
_LINK = re.compile(
    r"(!?)\[([^\[\]\n]{0,500})\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\)){1,2000})>?"
    r"(?:\s+\"[^\"\n]*\")?\s*\)"
)
_NO_LINK = re.compile(r"\](?=\(\s*<?(?!https?:|mailto:))", re.IGNORECASE)
_REFERENCE = re.compile(r"^( {0,3})\[([^\]\n]+)\]:(?=\s*\S)", re.MULTILINE)


def escaped(text: str) -> str:
    """Plain text for a place where Slack reads its own markup."""
    text = harmless(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([*_~`])", rf"{_JOINER}\1", _EVERYONE.sub(f"@{_JOINER}", text))


def markdown(text: str) -> str:
    """Markdown that mentions nobody, fetches nothing and leads only where it says."""
    text = _NO_LINK.sub(f"]{_JOINER}", _LINK.sub(_link, harmless(text)))
    text = _REFERENCE.sub(rf"\1\\[\2\\]{_JOINER}:", text)
    text = _DATE.sub(f"!{_JOINER}date^", text)
    return _quiet(text)


def _quiet(text: str) -> str:
    return _EVERYONE.sub(f"@{_JOINER}", _CALLS.sub(f"<{_JOINER}", text))


def _link(found: re.Match[str]) -> str:
    image, words, url = found[1], found[2], found[3]
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"\\{found[0]}"
    # Fetching a picture would tell its host who reads what, and when.
    if image:
        return " ".join(filter(None, ["picture", words, url]))
    if parts.scheme.lower() not in ("http", "https", "mailto"):
        return found[0]
    leads = parts.hostname or parts.path
    return found[0] if words == leads else f"{found[0]} ({leads})"


# --- parts ------------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """A table that Slack can show as one."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def size(self) -> int:
        return sum(len(cell) for row in self.rows for cell in row)


def fits(grid: Grid) -> bool:
    """Whether Slack takes a table of this size."""
    wide = max(map(len, grid.rows), default=0)
    return len(grid.rows) <= MOST_ROWS and 0 < wide <= MOST_COLUMNS and grid.size <= MOST_CELLS


def parts(text: str, most: int) -> Iterator[str | Grid]:
    """The text in pieces of at most `most` characters, cut between paragraphs; tables apart."""
    for part in tables_apart(text):
        match part:
            case str():
                yield from pieces(part, most)
            case rows if fits(grid := Grid(rows)):
                yield grid
            case _:
                yield from pieces(as_text(grid), most)


def as_text(grid: Grid) -> str:
    """A table as lines that keep their columns, for where no table can be shown."""
    wide = max(map(len, grid.rows), default=0)
    rows = [[*row, *[""] * (wide - len(row))] for row in grid.rows]
    widths = [min(40, max(len(row[n]) for row in rows)) for n in range(wide)]
    lines = (" | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    said = _quiet("\n".join(line.rstrip().replace("```", "'''") for line in lines))
    return f"```\n{said}\n```"
