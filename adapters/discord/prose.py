"""Somebody else's Markdown as text that Discord shows and nobody is harmed by. Pure."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from bot.cards.long import harmless, tables_apart

_SIGNS = re.compile(r"([\\*_~`|<>\[\]@])|^(\s*)([#>-])", re.MULTILINE)
_CALLS = re.compile(r"<(?=[@#:/!a]|t:|id:|https?:)|@(?=everyone\b|here\b)", re.IGNORECASE)
_CODE = re.compile(r"(^ {0,3}```[^\n]*\n.*?(?:^ {0,3}```[ \t]*$|\Z)|`[^`\n]+`)", re.DOTALL | re.M)
_LINK = re.compile(
    r"(!?)\[([^\[\]\n]{0,500})\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\)){1,2000})>?"
    r"(?:\s+\"[^\"\n]*\")?\s*\)"
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+", re.MULTILINE)
_SMALL = re.compile(r"^( {0,3})-#", re.MULTILINE)
_WIDEST = 60
"""Characters of a line of code that Discord shows without breaking it."""


def escaped(text: str) -> str:
    """Plain text where Discord reads Markdown."""

    def plain(found: re.Match[str]) -> str:
        return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"

    return _SIGNS.sub(plain, harmless(text))


def markdown(text: str) -> str:
    """Markdown that names nobody, and leads only where it says.

    Its headings are smaller than a card's title, and it has no small print: that is Podium's own.
    """
    pieces = _CODE.split(tables_as_text(harmless(text)))
    return "".join(one if n % 2 else _quiet(one) for n, one in enumerate(pieces))


def _quiet(text: str) -> str:
    text = _SMALL.sub(r"\1\\-#", _HEADING.sub("### ", text))
    out, at = "", 0
    for found in _LINK.finditer(text):
        out += _CALLS.sub(_told, text[at : found.start()]) + _link(found)
        at = found.end()
    return out + _CALLS.sub(_told, text[at:])


def _told(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _link(found: re.Match[str]) -> str:
    image, words, url = found[1], escaped(found[2]), found[3]
    try:
        parts = urlsplit(url)
    except ValueError:
        return escaped(found[0])
    if parts.scheme.lower() not in ("http", "https", "mailto"):
        return escaped(found[0])
    # A picture would be fetched, and a link's words may name another place than it leads to.
    if image:
        return f"picture {words} {url}"
    leads = parts.hostname or parts.path
    return f"[{words}](<{url}>)" + ("" if found[2] == leads else f" ({escaped(leads)})")


# --- tables -----------------------------------------------------------------------


def tables_as_text(text: str) -> str:
    """Discord shows no tables: each becomes a grid or a list."""
    parts = tables_apart(text)
    return "\n".join(part if isinstance(part, str) else grid(part, str) for part in parts)


def grid(rows: Sequence[Sequence[str]], shown: Callable[[str], str] = escaped) -> str:
    """Rows under a header as lines that keep their columns, or as a list where those would break.

    `shown` makes a cell what stands in the list.
    """
    wide = max(map(len, rows), default=0)
    full = [[*map(harmless, row), *[""] * (wide - len(row))] for row in rows]
    widths = [max(len(row[n]) for row in full) for n in range(wide)]
    if full[1:] and sum(widths) + 3 * (wide - 1) > _WIDEST:
        return "\n".join(_as_item(full[0], row, shown) for row in full[1:])
    lines = (" | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in full)
    said = "\n".join(line.rstrip().replace("```", "'''") for line in lines)
    return f"```\n{said}\n```"


def _as_item(header: Sequence[str], row: Sequence[str], shown: Callable[[str], str]) -> str:
    first, *rest = [shown(" ".join(cell.split())) for cell in row]
    named = zip(header[1:], rest, strict=True)
    said = [f"{shown(head)}: {cell}" if head else cell for head, cell in named if cell]
    return "\n  ".join(filter(None, [f"- **{first or '…'}**", " · ".join(said)]))
