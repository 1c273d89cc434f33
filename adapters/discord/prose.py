"""Somebody else's Markdown as text that Discord shows and nobody is harmed by. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]")
_SIGNS = re.compile(r"([\\*_~`|<>\[\]@])|^(\s*)([#>-])", re.MULTILINE)
_CALLS = re.compile(r"<(?=[@#:/!a]|t:|id:|https?:)|@(?=everyone\b|here\b)", re.IGNORECASE)
_CODE = re.compile(r"(^ {0,3}```[^\n]*\n.*?(?:^ {0,3}```[ \t]*$|\Z)|`[^`\n]+`)", re.DOTALL | re.M)
_LINK = re.compile(
    r"(!?)\[([^\[\]\n]{0,500})\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\)){1,2000})>?"
    r"(?:\s+\"[^\"\n]*\")?\s*\)"
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+", re.MULTILINE)
_SMALL = re.compile(r"^( {0,3})-#", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(```+|~~~+)([^\n`]*)$")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_WIDEST = 60
"""Characters of a line of code that Discord shows without breaking it."""


def harmless(text: str) -> str:
    """The text without characters that reorder what stands around them, or that show nothing."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _REORDERING.sub("\ufffd", lines))


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


# --- parts ------------------------------------------------------------------------


def pieces(text: str, most: int) -> list[str]:
    """The text cut where it hurts least; a fence that is cut is closed and opened again."""
    out: list[str] = []
    now, fence = "", ""
    for block in _blocks(text.strip("\n"), most - 60):
        joined = f"{now}\n{block}" if now else block
        if now and len(joined) > most - 10:
            out.append(now + (f"\n{fence[:3]}" if fence else ""))
            now = f"{fence}\n{block}" if fence else block
        else:
            now = joined
        fence = _fence_after(block, fence)
    if now.strip():
        out.append(now)
    return [piece.strip("\n") for piece in out if piece.strip()]


def _fence_after(block: str, fence: str) -> str:
    for line in block.split("\n"):
        if found := _FENCE.fullmatch(line):
            if not fence:
                fence = (found[1] + found[2])[:40].rstrip()
            elif found[1].startswith(fence[:3]) and not found[2].strip():
                fence = ""
    return fence


def _blocks(text: str, most: int) -> Iterator[str]:
    """Paragraphs, each ending before a blank line; those too long by line, sentence and word."""
    for paragraph in re.split(r"\n(?=[ \t]*\n)", text):
        yield from _cut(paragraph, most)


def _cut(text: str, most: int) -> Iterator[str]:
    while len(text) > most:
        ends = (text.rfind(sign, most // 2, most) for sign in ("\n", ". ", " "))
        at = next((end + (text[end] == ".") for end in ends if end > 0), most)
        yield text[:at]
        text = text[at:].removeprefix("\n").removeprefix(" ")
    yield text


# --- tables -----------------------------------------------------------------------


def tables_as_text(text: str) -> str:
    """Discord shows no tables: each becomes a grid or a list."""
    lines, fence, out = text.split("\n"), "", list[str]()
    at = 0
    while at < len(lines):
        rows = _table_at(lines, at) if not fence else []
        if rows:
            out.append(grid([_cells(line) for n, line in enumerate(rows) if n != 1], str))
            at += len(rows)
            continue
        fence = _fence_after(lines[at], fence)
        out.append(lines[at])
        at += 1
    return "\n".join(out)


def _table_at(lines: list[str], at: int) -> list[str]:
    """The lines of a table that begins here."""
    begins = "|" in lines[at] and at + 1 < len(lines) and "-" in lines[at + 1]
    if not begins or "|" not in lines[at + 1] or not _RULE.fullmatch(lines[at + 1][:2000]):
        return []
    end = at + 2
    while end < len(lines) and "|" in lines[end] and lines[end].strip():
        end += 1
    return lines[at:end]


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


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
    return " · ".join([f"- **{first or '…'}**", *said])
