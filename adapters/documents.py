"""Files that people hand over, read as text: nothing in them is executed or fetched."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.run.events import Document

if TYPE_CHECKING:
    from docx.table import Table

MAX_BYTES = 25 * 1024 * 1024
MAX_CHARACTERS = 1_000_000
MAX_PAGES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
"""Bytes that a Word file may come to once unpacked: a small file can hold gigabytes."""
MAX_MARKUP = 20 * 1024 * 1024
"""Bytes of that which may be XML: read into memory, each takes forty."""
MAX_BLOCKS = 100_000
"""Paragraphs and tables, counting empty ones: a file of 40 KB can hold a million."""

TEXT = frozenset({"txt", "text", "md", "markdown", "log", "vtt", "srt"})
TABLES = frozenset({"csv", "tsv"})
KINDS = "text (.txt, .md, .vtt, .srt), PDF (.pdf), Word (.docx) and tables (.csv, .tsv)"

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Zip or Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "a Rich Text file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a compressed file"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MANY_BLANK_LINES = re.compile(r"\n{3,}")


class UnreadableFile(Exception):
    """A file that gives no text; says what happened and what to do. May be shown to people."""


def read_document(name: str, data: bytes, source: str) -> Document:
    """The file's text, at most `MAX_CHARACTERS` of it. Raises UnreadableFile."""
    name = " ".join(re.split(r"[/\\]", name)[-1].split()) or "the file"
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            f"{name} has {len(data) / 1024 / 1024:.0f} MB; a file may have 25 MB at most. "
            "Send the part that matters, or save it as text."
        )
    if not data.strip():
        raise UnreadableFile(f"{name} is empty. Send the file again, or leave it out.")
    text = _tidy(_text(name, data))
    if not text:
        raise UnreadableFile(f"{name} holds no text. {_NO_TEXT.get(_ending(name), _NO_TEXT[''])}")
    return Document(name=name, source=source, text=_capped(text))


_NO_TEXT = {
    "pdf": "It is probably a scan: run text recognition (OCR) on it, or send the original.",
    "": "Send a file that has text in it, or leave it out.",
}


def _text(name: str, data: bytes) -> str:
    ending = _ending(name)
    if ending in TEXT:
        return _plain(name, data)
    if ending in TABLES:
        return "\n".join(_table(name, _plain(name, data)))
    if ending == "pdf":
        return _pdf(name, data)
    if ending == "docx":
        return "\n\n".join(_word(name, data))
    what = f"a .{ending} file" if ending else "a file with no ending that tells its kind"
    raise UnreadableFile(
        f"{name} is {what}, which Podium does not read. It reads {KINDS}: save it as one of these."
    )


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if stem and dot else ""


def _seems(data: bytes) -> str:
    return next((kind for start, kind in _SIGNATURES if data.startswith(start)), "")


def _lies(name: str, found: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is not what its name says: it is {found}. Give it its right ending, "
        f"or save it as one of these: {KINDS}."
    )


def _tidy(text: str) -> str:
    lines = (line.rstrip() for line in _CONTROL.sub("", text).splitlines())
    return _MANY_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _capped(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    kept = text[: text.rfind("\n", MAX_CHARACTERS // 2, MAX_CHARACTERS) + 1 or MAX_CHARACTERS]
    return f"{kept.rstrip()}\n\n[Cut here: of a file Podium reads {MAX_CHARACTERS:,} characters.]"


# --- text -------------------------------------------------------------------------

_MARKS = (
    # The longer mark first: UTF-32's begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _plain(name: str, data: bytes) -> str:
    if seems := _seems(data):
        raise _lies(name, seems)
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", *_wide(data), "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Bytes of a program or a picture also decode; text has next to no control characters.
        if len(_CONTROL.findall(text)) <= 1 + len(text) // 200:
            return text
    raise _lies(name, "no text")


def _wide(data: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark: Latin text has a zero in every other byte."""
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) <= len(head) // 5:
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _table(name: str, text: str) -> Iterator[str]:
    """A Markdown table, its first row the header."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    size = 0
    try:
        for place, row in enumerate(row for row in rows if any(cell.strip() for cell in row)):
            line = _row(row)
            yield line
            if place == 0:
                yield _row(["---"] * len(row))
            size += len(line)
            if size > MAX_CHARACTERS:
                return
    except csv.Error as error:
        raise UnreadableFile(
            f"{name} breaks off as a table in line {rows.line_num} ({error}). "
            "Export it again, or save it as text."
        ) from error


def _delimiter(text: str) -> str:
    """The sign that stands in the first line most often; a comma when none does."""
    head = text.lstrip().partition("\n")[0]
    return max(",;\t|", key=head.count)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


# --- PDF --------------------------------------------------------------------------


def _pdf(name: str, data: bytes) -> str:
    # Adobe's own reader takes up to 1,024 bytes before the mark, and so do real files.
    if b"%PDF-" not in data[:1024]:
        raise _lies(name, _seems(data) or "no PDF")
    # pypdf takes a fifth of a second to import, and most runs have no PDF.
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _locked(name)
        return "\n\n".join(_pages(page.extract_text() for page in reader.pages))
    except DependencyError as error:
        raise _locked(name) from error
    except UnreadableFile:
        raise
    # What pypdf raises on broken files has no end: KeyError, TypeError, RecursionError and more.
    except Exception as error:
        raise UnreadableFile(
            f"{name} is a PDF that cannot be read: it is damaged or cut short. "
            "Open it and save or print it as a new PDF, or send the original."
        ) from error


def _pages(texts: Iterable[str]) -> Iterator[str]:
    size = 0
    for number, text in enumerate(texts, start=1):
        if text.strip():
            yield f"[page {number}]\n{text}"
        size += len(text)
        if size > MAX_CHARACTERS:
            return
        if number == MAX_PAGES:
            yield f"[Cut here: of a PDF Podium reads {MAX_PAGES:,} pages.]"
            return


def _locked(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is locked with a password. Save a copy without the password and send that."
    )


# --- Word -------------------------------------------------------------------------


def _word(name: str, data: bytes) -> Iterator[str]:
    if not data.startswith(b"PK\x03\x04"):
        seems = _seems(data)
        if seems == "an old Office file":
            # Locked .docx files are wrapped in the old format, too.
            raise UnreadableFile(
                f"{name} is locked with a password or is in Word's old format. "
                "Save a copy without the password as .docx and send that."
            )
        raise _lies(name, seems or "no Word file")
    try:
        _bounded(name, data)
        yield from _body(data)
    except UnreadableFile:
        raise
    # Broken files fail in zipfile, lxml and docx alike.
    except Exception as error:
        raise UnreadableFile(
            f"{name} is a Word file that cannot be read: it is damaged or is no Word file inside. "
            "Open it in Word and save it as a new .docx, or save it as text."
        ) from error


def _bounded(name: str, data: bytes) -> None:
    # zipfile never gives more of a member than its entry says, so the sums hold.
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members = packed.infolist()
        whole = sum(member.file_size for member in members)
        if len(members) > 10_000 or whole > MAX_UNPACKED:
            raise _unpacks_to(name, MAX_UNPACKED, "without its pictures, or as text")
        markup = sum(m.file_size for m in members if _may_be_markup(packed, m))
        if markup > MAX_MARKUP:
            raise _unpacks_to(f"The text of {name}", MAX_MARKUP, "as text, or send a part of it")


def _may_be_markup(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a part begins as XML does; by its name it could be called anything."""
    with packed.open(member) as part:
        head = part.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return head[:1] in (b"", b"<", b"L")  # the last is how EBCDIC writes <


def _unpacks_to(what: str, most: int, instead: str) -> UnreadableFile:
    return UnreadableFile(
        f"{what} would unpack to more than {most // 1024 // 1024} MB, which no "
        f"document needs. Save it {instead}."
    )


def _body(data: bytes) -> Iterator[str]:
    import docx
    from docx.text.paragraph import Paragraph

    document = docx.Document(io.BytesIO(data))
    # Asked of each paragraph, the same is a search through all styles: a millisecond a line.
    named = {style.style_id: style.name for style in document.styles}
    size = 0
    for number, block in enumerate(document.iter_inner_content()):
        if number == MAX_BLOCKS:
            yield f"[Cut here: of a Word file Podium reads {MAX_BLOCKS:,} paragraphs.]"
            return
        if isinstance(block, Paragraph):
            text = _paragraph(block.text, named.get(block._p.style or ""))
        else:
            text = "\n".join(_grid(block))
        yield text
        size += len(text)
        if size > MAX_CHARACTERS:
            return


def _paragraph(text: str, style: str | None) -> str:
    text = " ".join(text.split())
    style = style or ""
    if not text:
        return ""
    if level := re.fullmatch(r"[Hh]eading ([1-6])", style):
        return "#" * int(level[1]) + " " + text
    if style == "Title":
        return f"# {text}"
    return f"- {text}" if style.startswith("List") else text


def _grid(table: "Table") -> Iterator[str]:
    from docx.table import _Cell

    # Row by row from the file's own cells: `row.cells` repeats a cell as often as its span claims,
    # and a span may claim a billion.
    rows: list[Sequence[str]] = [
        [_Cell(cell, table).text for cell in row.tc_lst] for row in table._tbl.tr_lst
    ]
    for place, row in enumerate(rows):
        yield _row(row)
        if place == 0:
            yield _row(["---"] * len(row))
