"""Texts too long for one message: cut where it hurts least, or summed up beside a file. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.cards.model import Block, Card, Prose, Table, Words

Rows = tuple[tuple[str, ...], ...]

_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]")
_FENCE = re.compile(r" {0,3}(```+|~~~+)([^\n`]*)$")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_SUMMARY = 1_200
_HEADINGS = 30


def harmless(text: str) -> str:
    """The text without characters that reorder what stands around them, or that show nothing.

    A sign stands in their place, so that a reader sees that something was there.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _REORDERING.sub("\ufffd", lines))


# --- cut --------------------------------------------------------------------------


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` characters (60 or more), cut between paragraphs.

    A fence that is cut is closed and opened again.
    """
    out: list[str] = []
    now, fence = "", ""
    for block in _blocks(text.strip("\n"), most - 40):
        joined = f"{now}\n{block}" if now else block
        if now and len(joined) > most - 10:
            out.append(now + (f"\n{fence[:3]}" if fence else ""))
            now = f"{fence}\n{block}" if fence else block
        else:
            now = joined
        fence = _fence_after(block, fence)
    return [piece.strip("\n") for piece in (*out, now) if piece.strip()]


def _fence_after(block: str, fence: str) -> str:
    for line in block.split("\n"):
        if found := _FENCE.fullmatch(line):
            if not fence:
                fence = (found[1] + found[2])[:20].rstrip()
            elif found[1].startswith(fence[:3]) and not found[2].strip():
                fence = ""
    return fence


def _blocks(text: str, most: int) -> Iterator[str]:
    """Paragraphs, each ending before a blank line; those too long by line, sentence and word."""
    for paragraph in re.split(r"\n(?=[ \t]*\n)", text):
        while len(paragraph) > most:
            ends = (paragraph.rfind(sign, most // 2, most) for sign in ("\n", ". ", " "))
            at = next((end + (paragraph[end] == ".") for end in ends if end > 0), most)
            yield paragraph[:at]
            paragraph = paragraph[at:].removeprefix("\n").removeprefix(" ")
        yield paragraph


# --- tables -----------------------------------------------------------------------


def tables_apart(text: str) -> Iterator[str | Rows]:
    """The text around its tables, and each table's rows under its header."""
    lines, fence, kept = text.split("\n"), "", list[str]()
    at = 0
    while at < len(lines):
        if not fence and (table := _table_at(lines, at)):
            if kept:
                yield "\n".join(kept)
            kept = []
            yield tuple(_cells(line) for n, line in enumerate(table) if n != 1)
            at += len(table)
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


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner))


# --- summed up --------------------------------------------------------------------


def summed_up(card: Card) -> Card:
    """The card with the beginning and headings of its long texts; the whole is in a file."""
    return replace(card, blocks=tuple(_summed_up(block) for block in card.blocks))


def _summed_up(block: Block) -> Block:
    if not isinstance(block, Prose) or len(block.text) <= _SUMMARY:
        return block
    lines = block.text.splitlines()
    headings = [line.lstrip("# ").strip() for line in lines if re.match(r" {0,3}#{1,6} ", line)]
    more = len(headings) - _HEADINGS
    outline = "\n".join(f"- {heading[:60]}" for heading in headings[:_HEADINGS])
    outline += f"\n- and {more} more" if more > 0 else ""
    size = f"*{len(block.text):,} characters: the whole text is in the file.*"
    said = f"{pieces(block.text, _SUMMARY)[0]} …"
    return Prose("\n\n".join(filter(None, [said, outline, size])), label=block.label)


def written(card: Card, told: Callable[[str], str]) -> str:
    """The whole card as a Markdown file; `told` makes Podium's own words what people read."""
    out = [f"# {told(card.title)}"]
    for block in card.blocks:
        match block:
            case Prose(text, label):
                out += [f"**{label}**", text] if label else [text]
            case Table(header, rows, label):
                grid = (header, tuple("---" for _ in header), *rows)
                table = "\n".join(f"| {' | '.join(row)} |" for row in grid)
                out += [f"**{label}**", table] if label else [table]
            case Words(text):
                out.append(told(text))
            case _:
                pass
    return harmless("\n\n".join(out)) + "\n"
