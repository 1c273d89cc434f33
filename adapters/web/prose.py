"""Somebody else's Markdown as HTML that can do no harm. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

MAX_MARKDOWN = 100_000
"""Characters; a longer text is shown as it is written, since its layout would hold everyone up."""

_MAX_NESTING = 60
# What laying out may come to, each about half a second: Markdown can be made so that every sign
# is read again for each open bracket, every line for each quotation, or a short line fills a row.
_MAX_READINGS = 150_000
_MAX_LINE_READINGS = 100_000
_MAX_CELLS = 30_000
_SIGN = re.compile(r"[^\w\s]|[_\n]")
_PAIR = re.compile(r"\[(?:[^\[\]`\\<]|`[^`\[\]]+`)*\]")
_BLANK = re.compile(r"\n[ \t]*\n")
_MARGIN = re.compile(r"[ \t>*+\-\d.)]*")
_SCHEMES = frozenset({"http", "https", "mailto"})
_TAGS = frozenset(
    {"a", "blockquote", "br", "code", "del", "div", "em", "hr", "li", "ol", "p", "pre", "s", "span"}
    | {"strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
    | {f"h{level}" for level in range(1, 7)}
)
_SCROLLS = {"tabindex": "0", "role": "region", "aria-label": "Table"}
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]")


def harmless(text: str) -> str:
    """The text without characters that reorder what stands around them, or that show nothing.

    A sign stands in their place, so that a reader sees that something was there.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _REORDERING.sub("\ufffd", lines))


def _link_shown(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in _SCHEMES and bool(parts.hostname or parts.path)
    except ValueError:
        return False


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    # Fetching a picture would tell its host who reads what, and when.
    words = renderer.renderInlineAsText(tokens[at].children, options, env)
    source = str(tokens[at].attrGet("src") or "")
    return f'<span class="picture">{escape(" ".join(["picture", words, source]).strip())}</span>'


def _link_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """The link's end and, when its words do not say so, where it leads."""
    start = next((i for i in range(at, -1, -1) if tokens[i].type == "link_open"), at)
    url = str(tokens[start].attrGet("href") or "")
    leads = urlsplit(url).hostname or url.removeprefix("mailto:")
    words = "".join(token.content for token in tokens[start:at]).strip()
    named = words == leads or (_link_shown(words) and urlsplit(words).hostname == leads)
    return "</a>" if named else f'</a><span class="leads"> ({escape(leads)})</span>'


class _TooSlow(Exception):
    """The text would take long to lay out."""


def _blocks_are_slow(text: str) -> bool:
    """Whether finding the text's blocks would take long; a look at every line."""
    cells = readings = 0
    for block in _BLANK.split(text):
        lines = block.split("\n")
        cells += len(lines) * max(line.count("|") for line in lines)
        margins = (_MARGIN.match(line) for line in lines)
        depth = max(margin[0].count(">") for margin in margins if margin)
        readings += len(lines) * min(depth, _MAX_NESTING)
    # A table that is written out has more characters than cells.
    return cells > min(_MAX_CELLS, 1_000 + len(text)) or readings > _MAX_LINE_READINGS


def _weigh(state: StateCore) -> None:
    """Stop before the words are laid out when that would take long."""
    readings = 0
    for token in state.tokens:
        if token.type == "inline":
            opened = min(_PAIR.sub("", token.content).count("["), _MAX_NESTING)
            readings += opened * len(_SIGN.findall(token.content)) if opened else 0
    if readings > _MAX_READINGS:
        raise _TooSlow


def parsed(text: str) -> list[Token]:
    """The tokens of harmless text; none when it is shown as it is written instead."""
    if len(text) > MAX_MARKDOWN or _blocks_are_slow(text):
        return []
    try:
        tokens = _MARKDOWN.parse(text)
    except _TooSlow:
        return []
    # The parser leaves out what is nested deeper, and nothing may be left out.
    too_deep = any(token.level >= _MAX_NESTING - 1 for token in tokens)
    return [] if too_deep else tokens


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": _MAX_NESTING})
    markdown.enable(["table", "strikethrough"])
    markdown.core.ruler.after("block", "weigh", _weigh)
    markdown.validateLink = _link_shown
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("link_close", _link_close)
    markdown.add_render_rule("table_open", lambda *_: '<div class="wide"><table>')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>")
    return markdown


_MARKDOWN = _markdown()


@lru_cache(maxsize=512)
def prose(text: str) -> str:
    """The Markdown as HTML: no script, no style, no picture, no link that is not what it says."""
    text = harmless(text)
    tokens = parsed(text)
    if not tokens:
        return f"<pre>{escape(text)}</pre>" if text.strip() else ""
    return nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
        tags=set(_TAGS),
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        allowed_classes={"div": {"wide"}, "span": {"picture", "leads"}},
        set_tag_attribute_values={"a": {"target": "_blank"}, "div": _SCROLLS},
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
