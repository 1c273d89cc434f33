"""Word files made to keep Podium busy: refused or cut before they take its time and memory."""

import io
import zipfile

import docx
import pytest

from adapters import documents
from adapters.documents import UnreadableFile, read_document


def word(body: bytes = b"", **parts: bytes) -> bytes:
    """A Word file that begins with `body`, and has other parts beside."""
    plain, out = io.BytesIO(), io.BytesIO()
    docx.Document().save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in source.namelist():
            file.writestr(name, source.read(name).replace(b"<w:body>", b"<w:body>" + body, 1))
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def test_paragraphs_are_counted_even_when_they_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BLOCKS", 10)
    said = b"<w:p><w:r><w:t>said</w:t></w:r></w:p>"
    text = read_document("a.docx", word(said + b"<w:p/>" * 9 + said), "test").text
    assert text == "said\n\n[Cut here: of a Word file Podium reads 10 paragraphs.]"


@pytest.mark.parametrize("mark", [b"", b" \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_markup_that_unpacks_to_more_than_20_mb_is_refused(mark: bytes) -> None:
    bomb = word(picture=mark + b"<" + bytes(documents.MAX_MARKUP))
    with pytest.raises(UnreadableFile, match="would unpack to more than 20 MB"):
        read_document("a.docx", bomb, "test")


def test_blanks_before_the_markup_hide_none() -> None:
    bomb = word(picture=b" " * 100 + b"<" + bytes(documents.MAX_MARKUP))
    with pytest.raises(UnreadableFile, match="would unpack to more than 20 MB"):
        read_document("a.docx", bomb, "test")


def test_pictures_may_be_larger_than_the_text() -> None:
    said = b"<w:p><w:r><w:t>said</w:t></w:r></w:p>"
    photo = b"\x89PNG\r\n\x1a\n" + bytes(documents.MAX_MARKUP)
    assert read_document("a.docx", word(said, picture=photo), "test").text == "said"


def test_the_style_of_a_paragraph_is_looked_up_by_its_id() -> None:
    titled = (
        b'<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>'
        b'<w:p><w:pPr><w:pStyle w:val="NoSuchStyle"/></w:pPr><w:r><w:t>plain</w:t></w:r></w:p>'
    )
    assert read_document("a.docx", word(titled), "test").text == "## Title\n\nplain"
