"""A Markdown text as the paragraphs that its readers see, to be compared. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from adapters.web.prose import harmless, parsed

_LOOKS = {f"h{level}": f"h{level}" for level in range(1, 7)}


@dataclass(frozen=True)
class Paragraph:
    """`looks` is h1 to h6, item, cells, quote, code or text."""

    looks: str
    text: str


def paragraphs(markdown: str) -> list[Paragraph]:
    """The text without the signs that lay it out; links say where they lead."""
    markdown = harmless(markdown)
    tokens = parsed(markdown)
    if not tokens:
        return [Paragraph("text", line) for line in markdown.split("\n") if line.strip()]
    return [one for one in _found(tokens) if one.text.strip()]


def _found(tokens: Sequence[Token]) -> Iterator[Paragraph]:
    around: list[str] = []
    cells: list[str] = []
    for token in tokens:
        match token.type:
            case "list_item_open" | "blockquote_open" | "heading_open" | "tr_open":
                around.append(token.tag)
                cells = []
            case "tr_close":
                around.pop()
                yield Paragraph("cells", " | ".join(cells))
            case "list_item_close" | "blockquote_close" | "heading_close":
                around.pop()
            case "inline" if around[-1:] == ["tr"]:
                cells.append(_words(token))
            case "inline":
                yield Paragraph(_looks(around), _words(token))
            case "fence" | "code_block":
                yield Paragraph("code", token.content.rstrip("\n"))
            case _:
                pass


def _looks(around: Sequence[str]) -> str:
    innermost = around[-1] if around else ""
    return {"li": "item", "blockquote": "quote", **_LOOKS}.get(innermost, "text")


def _words(inline: Token) -> str:
    out: list[str] = []
    leads: list[str] = []
    start = 0
    for token in inline.children or []:
        match token.type:
            case "softbreak" | "hardbreak":
                out.append("\n")
            case "link_open":
                leads.append(str(token.attrGet("href") or ""))
                start = len(out)
            case "link_close":
                url = leads.pop()
                if "".join(out[start:]) not in (url, url.removeprefix("mailto:")):
                    out.append(f" ({url})")
            case _:
                out.append(token.content)
    return "".join(out)
