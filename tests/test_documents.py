"""What becomes of the files that people hand over."""

import io
import zipfile
from collections.abc import Sequence

import docx
import pytest
from pypdf import PdfWriter

from adapters import documents
from adapters.documents import UnreadableFile, read_document


def text_of(name: str, data: bytes) -> str:
    return read_document(name, data, "a file").text


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_document(name, data, "a file")
    return str(refused.value)


def pdf(pages: Sequence[str]) -> bytes:
    """A PDF written by hand, a line of text on each page."""
    kids = " ".join(f"{3 + 2 * place} 0 R" for place in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    for place, line in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 700 Td ({line}) Tj ET" if line else ""
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {4 + 2 * place} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out = "%PDF-1.4\n"
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def locked(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word() -> bytes:
    file = docx.Document()
    file.add_heading("Launch", level=1)
    file.add_paragraph("The date is 3 March.")
    file.add_paragraph("Book the room", style="List Bullet")
    table = file.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Site", "Saved", "Haslam", "31 %"], strict=True):
        cell.text = text
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


# --- text ---------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_the_encodings_of_unicode(encoding: str) -> None:
    said = "Größe: 5 m²; naïve café\nsecond line"
    assert text_of("notes.txt", said.encode(encoding)) == said


def test_text_of_old_windows_programs_is_read() -> None:
    assert text_of("notes.txt", "Price: 5 € – “firm”".encode("cp1252")) == "Price: 5 € – “firm”"


def test_text_that_is_no_unicode_at_all_is_read_as_latin_1() -> None:
    assert text_of("notes.txt", b"caf\xe9 \x81") == "café \x81"


def test_the_document_carries_its_name_without_folders_and_its_source() -> None:
    document = read_document("C:\\notes\\to\nread.md", b"# Hello", "a file of Ana")
    assert (document.name, document.source) == ("to read.md", "a file of Ana")


def test_lines_end_alike_and_blank_lines_do_not_pile_up() -> None:
    assert text_of("a.md", b"one  \r\n\r\n\r\n\r\ntwo\x00\rthree") == "one\n\ntwo\nthree"


def test_a_transcript_is_text() -> None:
    assert text_of("call.vtt", b"WEBVTT\n\n00:01 --> 00:03\nHello").startswith("WEBVTT")


# --- tables -------------------------------------------------------------------------


def test_a_table_becomes_markdown() -> None:
    table = text_of("a.csv", b'Site,Saved\n"Haslam, north",31 %\n\nMill | weir,"two\nlines"\n')
    assert table.splitlines() == [
        "| Site | Saved |",
        "| --- | --- |",
        "| Haslam, north | 31 % |",
        "| Mill \\| weir | two lines |",
    ]


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ";"), ("a.tsv", "\t"), ("a.csv", "|")])
def test_a_table_may_be_parted_by_other_signs(name: str, mark: str) -> None:
    assert text_of(name, f"a{mark}b\n1,5{mark}2".encode()).splitlines()[2] == "| 1,5 | 2 |"


def test_a_table_with_an_endless_cell_is_refused() -> None:
    said = refusal("a.csv", b'a,b\n"' + b"x" * 200_000)
    assert "breaks off as a table in line 2" in said


# --- PDF and Word -------------------------------------------------------------------


def test_a_pdf_gives_its_text_page_by_page() -> None:
    text = text_of("a.PDF", pdf(["The price is 89 euros.", "", "The end."]))
    assert text == "[page 1]\nThe price is 89 euros.\n\n[page 3]\nThe end."


def test_a_word_file_gives_headings_lists_and_tables() -> None:
    assert text_of("a.docx", word()) == (
        "# Launch\n\nThe date is 3 March.\n\n- Book the room\n\n"
        "| Site | Saved |\n| --- | --- |\n| Haslam | 31 % |"
    )


def test_a_scan_is_refused_and_text_recognition_offered() -> None:
    said = refusal("scan.pdf", pdf(["", ""]))
    assert "scan.pdf holds no text" in said
    assert "text recognition" in said


def test_a_locked_pdf_is_refused() -> None:
    assert "locked with a password" in refusal("a.pdf", locked(pdf(["secret"]), "pass"))


def test_a_pdf_that_may_be_opened_but_not_printed_is_read() -> None:
    assert "open to all" in text_of("a.pdf", locked(pdf(["open to all"]), ""))


@pytest.mark.parametrize("size", [9, 60, 300])
def test_a_pdf_cut_short_is_refused(size: int) -> None:
    assert "damaged or cut short" in refusal("a.pdf", pdf(["text"])[:size])


def test_a_locked_or_old_word_file_is_refused() -> None:
    assert "locked with a password" in refusal("a.docx", b"\xd0\xcf\x11\xe0" + b"0" * 500)


@pytest.mark.parametrize("cut", [100, -200])
def test_a_word_file_cut_short_is_refused(cut: int) -> None:
    assert "damaged" in refusal("a.docx", word()[:cut])


def test_a_zip_that_is_no_word_file_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("readme.txt", "hello")
    assert "no Word file inside" in refusal("a.docx", out.getvalue())


def test_a_word_file_that_unpacks_to_gigabytes_is_refused_before_it_does() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(101):
            packed.writestr(f"word/{number}.xml", b" " * 1024 * 1024)
    assert len(out.getvalue()) < 1024 * 1024
    assert "unpack to more than 100 MB" in refusal("a.docx", out.getvalue())


def test_a_cell_that_claims_to_span_a_billion_columns_is_read_once() -> None:
    data = io.BytesIO(word())
    out = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            body = old.read(member)
            if member.filename == "word/document.xml":
                span = b'<w:gridSpan w:val="1000000000"/></w:tcPr>'
                body = body.replace(b"</w:tcPr>", span)
            new.writestr(member, body)
    assert "| Haslam | 31 % |" in text_of("a.docx", out.getvalue())


# --- what is refused, and how -------------------------------------------------------


def test_a_file_that_is_too_large_is_refused_with_the_limit() -> None:
    said = refusal("big.txt", b"x" * (documents.MAX_BYTES + 1024 * 1024))
    assert said.startswith("big.txt has 26 MB; a file may have 25 MB at most.")


@pytest.mark.parametrize("data", [b"", b" \n\t "])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert "is empty" in refusal("a.txt", data)


def test_a_file_of_nothing_but_a_mark_holds_no_text() -> None:
    assert "holds no text" in refusal("a.txt", b"\xef\xbb\xbf \n")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("photo.jpeg", "a .jpeg file"),
        ("Makefile", "no ending"),
        (".md", "no ending"),
        ("old.doc", "a .doc file"),
    ],
)
def test_another_kind_is_refused_with_what_is_read(name: str, what: str) -> None:
    said = refusal(name, b"some bytes")
    assert what in said
    assert "Word (.docx)" in said


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("notes.txt", b"%PDF-1.4 and more", "a PDF"),
        ("notes.md", b"PK\x03\x04" + b"0" * 40, "a Zip or Office file"),
        ("table.csv", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "an image"),
        ("notes.txt", bytes(range(256)) * 20, "no text"),
        ("paper.pdf", b"Hello, I am text", "no PDF"),
        ("paper.pdf", b"\xff\xd8\xff\xe0 picture", "an image"),
        ("paper.docx", b"%PDF-1.4 and more", "a PDF"),
        ("paper.docx", b"Hello, I am text", "no Word file"),
    ],
)
def test_a_file_that_lies_about_its_kind_is_refused(name: str, data: bytes, found: str) -> None:
    assert f"is not what its name says: it is {found}." in refusal(name, data)


def test_a_long_text_is_cut_at_a_line_and_says_so() -> None:
    text = text_of("long.txt", b"a line of text\n" * 100_000)
    assert len(text) < documents.MAX_CHARACTERS + 100
    assert text.endswith(
        "a line of text\n\n[Cut here: of a file Podium reads 1,000,000 characters.]"
    )


def test_a_long_table_is_cut_at_a_row() -> None:
    text = text_of("long.csv", b"a,b\n" + b"1234567,7654321\n" * 100_000)
    assert "| 1234567 | 7654321 |\n\n[Cut here" in text
