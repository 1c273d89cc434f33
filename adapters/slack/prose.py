"""Somebody else's Markdown as text that Slack shows and nobody is harmed by. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_COLUMNS = 20
MOST_ROWS = 100
MOST_CELLS = 9_000
"""Characters of one table's cells; Slack refuses a little more."""

_JOINER = "\u2060"
"""Shows nothing, and keeps signs from being read together."""

_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]")
_CALLS = re.compile(r"<(?=[!@#]|https?:|mailto:|tel:|slack:)", re.IGNORECASE)
_EVERYONE = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_DATE = re.compile(r"(?<!`)!date\^", re.IGNORECASE)
_LINK = re.compile(
    r"(!?)\[([^\[\]\n]{0,500})\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\)){1,2000})>?"
    r"(?:\s+\"[^\"\n]*\")?\s*\)"
)
_NO_LINK = re.compile(r"\](?=\(\s*<?(?!https?:|mailto:))", re.IGNORECASE)
_REFERENCE = re.compile(r"^( {0,3})\[([^\]\n]+)\]:(?=\s*\S)", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(```+|~~~+)([^\n`]*)$")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")


def harmless(text: str) -> str:
    """The text without characters that reorder what stands around them, or that show nothing.

    A sign stands in their place, so that a reader sees that something was there.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _REORDERING.sub("\ufffd", lines))


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


Part = str | Grid


def fits(grid: Grid) -> bool:
    """Whether Slack takes a table of this size."""
    wide = max(map(len, grid.rows), default=0)
    return len(grid.rows) <= MOST_ROWS and 0 < wide <= MOST_COLUMNS and grid.size <= MOST_CELLS


def parts(text: str, most: int) -> list[Part]:
    """The text in pieces of at most `most` characters, cut between paragraphs; tables apart."""
    out: list[Part] = []
    for piece in _tables_apart(text):
        out += [piece] if isinstance(piece, Grid) else pieces(piece, most)
    return out


def pieces(text: str, most: int) -> list[str]:
    """The text cut where it hurts least; a fence that is cut is closed and opened again."""
    out: list[str] = []
    now, fence = "", ""
    for block in _blocks(text.strip("\n"), most - 20):
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
        yield from _cut(paragraph, most, ("\n", ". ", " "))


def _cut(text: str, most: int, signs: tuple[str, ...]) -> Iterator[str]:
    while len(text) > most:
        found = (text.rfind(sign, most // 2, most) + len(sign.rstrip("\n ")) for sign in signs)
        at = next((cut for cut in found if cut > most // 2), most)
        yield text[:at]
        text = text[at:].removeprefix("\n").removeprefix(" ")
    yield text


def _tables_apart(text: str) -> Iterator[Part]:
    lines, fence, kept = text.split("\n"), "", list[str]()
    at = 0
    while at < len(lines):
        if not fence and (rows := _table_at(lines, at)):
            if kept:
                yield "\n".join(kept)
            kept = []
            grid = Grid(tuple(tuple(_cells(line)) for k, line in enumerate(rows) if k != 1))
            yield grid if fits(grid) else as_text(grid)
            at += len(rows)
            continue
        fence = _fence_after(lines[at], fence)
        kept.append(lines[at])
        at += 1
    if kept:
        yield "\n".join(kept)


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


def as_text(grid: Grid) -> str:
    """A table as lines that keep their columns, for where no table can be shown."""
    wide = max(map(len, grid.rows), default=0)
    rows = [[*row, *[""] * (wide - len(row))] for row in grid.rows]
    widths = [min(40, max(len(row[n]) for row in rows)) for n in range(wide)]
    lines = (" | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    said = _quiet("\n".join(line.rstrip().replace("```", "'''") for line in lines))
    return f"```\n{said}\n```"
