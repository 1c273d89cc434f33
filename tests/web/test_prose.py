"""Somebody else's Markdown: readable, whole, and harmless."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.web.prose import MAX_MARKDOWN, harmless, prose

ALLOWED = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "li", "ol", "p", "pre", "s", "span", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "rel", "target"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "ol": {"start"},
    "span": {"class"},
}


class Reader(HTMLParser):
    """Reads HTML as a browser does: what is there, and what it says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def check_is_harmless(html: str) -> None:
    for tag, attributes in Reader(html).tags:
        assert tag in ALLOWED
        assert set(attributes) <= ATTRIBUTES.get(tag, set())
        if href := attributes.get("href"):
            assert urlsplit(href).scheme in {"http", "https", "mailto"}
            assert attributes["rel"] == "noopener noreferrer nofollow"
        assert attributes.get("class") in {None, "wide", "picture", "leads"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<iframe src="https://evil.example"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/a)",
    "[x](/enter?pass=a)",
    "[x](https://[bad)",
    "![x](https://evil.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[![x](https://evil.example/p.png)](https://evil.example)",
    '[x](https://a.example "onmouseover=alert(1)")',
    '<https://a.example/"onmouseover=alert(1)>',
    "[a]: javascript:alert(1)\n\n[a]",
    "<style>*{display:none}</style>",
    '<div class="card good">Approved by ana</div>',
    '<section class="card"><button data-action="approve:r1:review-1">Approve</button></section>',
    "| <b>x</b> | [x](javascript:1) |\n|---|---|\n| <script> | ![](//x) |",
    "`<script>`\n\n```\n</code><script>alert(1)</script>\n```",
    "a\u202egnp.exe\u202c b\u2066c\u2069",
    "</div></div><h3>Approved</h3>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00<scr\x00ipt>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_shown_as_harmless_text(text: str):
    check_is_harmless(prose(text))


@given(st.lists(st.sampled_from([*HOSTILE, "\n", "\n\n", "> ", "- ", "# ", "*", "`"])).map("".join))
def test_hostile_markdown_is_harmless_however_it_is_put_together(text: str):
    check_is_harmless(prose(text))


@given(st.text())
@example("شكرا \u202eabc\u202c")
@example("עברית (abc) 123")
@example("नमस्ते दुनिया")
@example("漢字かな交じり文")
@example("👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿")
def test_text_of_every_script_is_harmless(text: str):
    check_is_harmless(prose(text))


words = st.text(st.characters(categories=["L", "N", "M"]), min_size=1)


@given(st.lists(words, min_size=1))
def test_no_word_is_lost(many: list[str]):
    shown = Reader(prose("\n\n".join(many))).text.split()
    assert [word for word in many if word not in shown] == []


@pytest.mark.parametrize(
    "text",
    [
        "> " * 2_000 + "deep",
        "- " * 2_000 + "deep",
        "\n".join("  " * n + f"- level{n}" for n in range(300)) + "\n\ndeep",
        "[x]: https://a.example 'only definitions, deep'",
        "deep " * (MAX_MARKDOWN // 5 + 1),
    ],
    ids=["quotes", "items", "lists", "definitions", "length"],
)
def test_what_cannot_be_laid_out_is_shown_as_it_was_written(text: str):
    html = prose(text)
    assert html.startswith("<pre>")
    assert Reader(html).text == text


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "![a" * 30_000,
        "[a][" * 20_000,
        "[*" * 20_000,
        "`[" * 20_000,
        "[`]`" * 20_000,
        "[a\\]" * 20_000,
        "[<a]>" * 20_000,
        "[\n" * 40_000,
        "[" * 58 + "*a" * 20_000,
        "[" * 58 + "_a_" * 20_000,
        ("[" * 58 + "*a" * 20 + "\n\n") * 300,
        "![" * 400 + "*a" * 5_000 + "](x)" * 400,
        (">" * 50 + "a\n" + "a\n" * 20) * 500,
        "- > " * 20 + "a\n" + "  b\n" * 20_000,
        ("|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n" + "a\n" * 650 + "\n") * 3,
    ],
)
def test_what_would_take_long_to_lay_out_is_shown_as_it_was_written(text: str):
    html = prose(text)
    assert html.startswith("<pre>")
    assert Reader(html).text == text


@pytest.mark.parametrize(
    "text",
    [
        "- [the page](https://a.example/a_b) and `code[0]`, **bold**\n" * 500,
        "- [ ] to do *now*\n- [x] done [1][2]\n" * 800,
        "".join(f"{n}. [`call_{n}`](https://a.example) says _a lot_.\n" for n in range(400)),
        "|" + "name|" * 12 + "\n|" + "---|" * 12 + "\n" + ("|" + "a_cell|" * 12 + "\n") * 400,
        "```json\n" + '{"a": [[1, 2], [3, [4]]], "b_c": "*"}\n' * 800 + "```",
        "> quoted *words* [1]\n> > and [an answer](https://a.example)\n" * 400,
        "[![built](https://a.example/p.png)](https://a.example) " * 40 + "\n\n" + "text. " * 5_000,
        "* * * \n__a__ ***b*** ~~c~~ `d` \\* & <e> ! [f\n\n" * 700,
    ],
    ids=["links", "tasks", "calls", "table", "code", "quotes", "badges", "signs"],
)
def test_what_people_and_models_write_is_laid_out_however_long(text: str):
    assert len(text) > 20_000
    assert not prose(text).startswith("<pre>" + text[:5])


def test_a_long_draft_is_laid_out_whole():
    header = "|" + "|".join(f"column {n}" for n in range(12)) + "|\n|" + "---|" * 12
    rows = "\n".join("|" + "|".join(f"r{r}c{c}" for c in range(12)) + "|" for r in range(20))
    parts = (f"## Part {n}\n\n{'A sentence that says something. ' * 30}" for n in range(30))
    draft = "\n\n".join([*parts, header + "\n" + rows, "```python\nprint('<b>')\n```", "the end"])
    assert len(draft) > 30_000
    html = prose(draft)
    read = Reader(html)
    assert [tag for tag, _ in read.tags].count("h2") == 30
    assert [tag for tag, _ in read.tags].count("th") == 12
    assert [tag for tag, _ in read.tags].count("td") == 240
    assert ("div", {"class": "wide", "tabindex": "0", "role": "region", "aria-label": "Table"}) in (
        read.tags
    )
    assert read.text.rstrip().endswith("the end")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[the report](https://evil.example/a)", "the report (evil.example)"),
        ("[https://good.example](https://evil.example)", "https://good.example (evil.example)"),
        ("[https://evil.example/page](https://evil.example)", "https://evil.example/page"),
        ("<https://good.example/a>", "https://good.example/a"),
        ("[evil.example.good](https://evil.example)", "evil.example.good (evil.example)"),
        ("[write](mailto:ana@a.example)", "write (ana@a.example)"),
    ],
)
def test_a_link_says_where_it_leads(text: str, told: str):
    assert Reader(prose(text)).text.strip() == told


def test_a_picture_is_named_and_not_fetched():
    html = prose("![a chart](https://evil.example/pixel.png)")
    assert "<img" not in html
    assert Reader(html).text.strip() == "picture a chart https://evil.example/pixel.png"


def test_reordering_characters_leave_a_sign_and_joiners_stay():
    assert harmless("a\u202eb") == "a\ufffdb"
    joined = "\u0645\u06cc\u200c\u062e 👩\u200d🚀"
    assert harmless(joined) == joined
    assert harmless("one\r\ntwo\rthree\x1b[31m") == "one\ntwo\nthree[31m"


def test_lines_stay_lines():
    assert prose("one\ntwo") == "<p>one<br>\ntwo</p>\n"
