"""What people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import (
    WORDS,
    Delegate,
    Help,
    NeedsMe,
    Playbooks,
    Runs,
    Typed,
    completions,
    parse,
)
from tests.run.director import playbook


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/needs-me", NeedsMe()),
        ("needs_me", NeedsMe()),
        ("/Playbooks ", Playbooks()),
        ("/runs", Runs()),
        ("/runs acme 2", Runs("acme 2")),
        ("", Help()),
        ("/", Help()),
        ("help", Help()),
        ("/delegate help", Help()),
        ("/delegat x", Help(unknown="delegat", near="delegate")),
        ("/qqqq", Help(unknown="qqqq")),
        ("/delegate", Delegate()),
        ("/delegate launch-brief", Delegate("launch-brief")),
        ("/delegate\nLaunch-Brief\nAcme 2", Delegate("launch-brief", rest="Acme 2")),
        ("/delegate brief product: Acme 2", Delegate("brief", {"product": "Acme 2"})),
        (
            "/delegate brief Acme audience: press",
            Delegate("brief", {"audience": "press"}, "Acme"),
        ),
        (
            "/delegate brief product: Acme 2 audience: press notes: none",
            Delegate("brief", {"product": "Acme 2", "audience": "press", "notes": "none"}),
        ),
        (
            '/delegate brief product: "a: b" audience: press',
            Delegate("brief", {"product": "a: b", "audience": "press"}),
        ),
        (
            r'/delegate brief product: "say \"hi\" \\"',
            Delegate("brief", {"product": 'say "hi" \\'}),
        ),
        (
            "/delegate brief product: “Acme 2” audience: «the press»",
            Delegate("brief", {"product": "Acme 2", "audience": "the press"}),
        ),
        ('/delegate brief product: "never closed', Delegate("brief", {"product": '"never closed'})),
        (
            "/delegate brief product: see https://acme.example/a:b",
            Delegate("brief", {"product": "see https://acme.example/a:b"}),
        ),
        ("/delegate brief product: at 10:30", Delegate("brief", {"product": "at 10:30"})),
        ("/delegate brief product:Acme", Delegate("brief", {"product": "Acme"})),
        ("/delegate product: Acme", Delegate(rest="product: Acme")),
        ("/delegate brief product:", Delegate("brief", {"product": ""})),
    ],
)
def test_a_line_means(text: str, meant: Typed) -> None:
    assert parse(text) == meant


@given(st.text())
def test_every_line_means_something(text: str) -> None:
    parse(text)
    parse(f"/delegate {text}")
    parse(f"/delegate brief product: {text}")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_quoted_comes_as_it_was_said(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    line = f'/delegate brief product: "{quoted}" audience: press'
    assert parse(line) == Delegate("brief", {"product": text, "audience": "press"})


BOOKS = {
    "launch-brief": playbook(
        inputs={"product": {"type": "text"}, "notes": {"type": "files"}, "tone": {"type": "text"}}
    ),
    "letter": playbook(
        inputs={
            "to": {"type": "choice", "options": ["press", "board: all"], "default": "press"},
            "parts": {"type": "many", "options": ["news", "price"], "required": False},
            "short": {"type": "yes_no", "about": "Keep it short"},
        }
    ),
    "notes": playbook(),
}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("hello", []),
        ("/", [f"/{word} " for word in WORDS]),
        ("/DEL", ["/delegate "]),
        ("/runs a", []),
        ("/delegate ", ["/delegate launch-brief ", "/delegate letter ", "/delegate notes "]),
        ("/delegate la", ["/delegate launch-brief "]),
        ("/delegate other ", []),
        (
            "/delegate launch-brief ",
            ["/delegate launch-brief product: ", "/delegate launch-brief tone: "],
        ),
        ("/delegate launch-brief product: Ac", []),
        (
            "/delegate launch-brief product: Acme ",
            ["/delegate launch-brief product: Acme tone: "],
        ),
        ("/delegate launch-brief product: Acme t", ["/delegate launch-brief product: Acme tone: "]),
        ("/delegate launch-brief Acme ", ["/delegate launch-brief Acme tone: "]),
        (
            "/delegate letter to:",
            ["/delegate letter to: press ", '/delegate letter to: "board: all" '],
        ),
        ("/delegate letter to: pr", ["/delegate letter to: press "]),
        (
            "/delegate letter to: press ",
            ["/delegate letter to: press parts: ", "/delegate letter to: press short: "],
        ),
        ("/delegate letter parts: news, p", ["/delegate letter parts: news, price "]),
        ("/delegate letter short: y", ["/delegate letter short: yes "]),
        ("/delegate letter short: q", []),
    ],
)
def test_a_line_could_become(text: str, lines: list[str]) -> None:
    assert [offer.line for offer in completions(text, BOOKS)] == lines


@given(st.text())
def test_every_offer_goes_on_from_a_line_that_can_be_read(text: str) -> None:
    for line in (text, f"/delegate letter {text}", f"/delegate letter parts: {text}"):
        for offer in completions(line, BOOKS):
            parse(offer.line)


def test_an_offer_says_what_it_is() -> None:
    assert [
        (offer.shown, offer.about) for offer in completions("/delegate letter to: press ", BOOKS)
    ] == [("parts:", "optional"), ("short:", "Keep it short (optional)")]
    assert [
        (offer.shown, offer.about) for offer in completions("/delegate letter to: ", BOOKS)
    ] == [
        ("press", "the usual"),
        ("board: all", ""),
    ]
    assert completions("/nee", BOOKS)[0].about == WORDS["needs-me"]
