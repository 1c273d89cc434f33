"""What browsers send, and what they should not have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import parse
from adapters.web.parse import Command, Filled, Invite, Message, Sent

json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hello", Message("hello")),
        (" hello\nyou ", Message("hello\nyou")),
        ("/delegate launch-brief", Command("/delegate launch-brief")),
        ("  /needs-me ", Command("/needs-me")),
        ("/", Command("/")),
        ("/invite Ana Ruiz", Invite("Ana Ruiz")),
        ("/Invite\nAna", Invite("Ana")),
        ("/invite", Invite("")),
        ("/invited", Command("/invited")),
        ("either/or", Message("either/or")),
        ("", None),
        (" \n\t", None),
    ],
)
def test_a_typed_line_is_a_message_or_a_command(text: str, meant: parse.Typed | None):
    assert parse.typed(text) == meant


def test_what_a_page_sent_keeps_its_delivery():
    assert parse.sent({"what": "/runs", "delivery": "d1"}) == Sent("/runs", "d1")
    brought = {"what": "/delegate paper", "delivery": "d1", "files": ["f1", 3]}
    assert parse.sent(brought) == Sent("/delegate paper", "d1", ("f1",))
    raw = {
        "action": "start:x",
        "values": {"a": 1},
        "files": {"notes": ["f1", 3]},
        "delivery": "d" * 300,
    }
    assert parse.filled(raw) == Filled(
        action="start:x", values={"a": 1}, files={"notes": ("f1",)}, delivery="d" * 100
    )


@given(json_values)
def test_what_no_page_would_send_is_nothing(raw: object):
    assert parse.sent(raw) is None
    assert parse.filled(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"what": "/runs"},
        {"what": "/runs", "delivery": ""},
        {"what": 3, "delivery": "d"},
        {"what": "/runs", "delivery": ["d"]},
    ],
)
def test_a_line_without_its_delivery_is_nothing(raw: object):
    assert parse.sent(raw) is None
