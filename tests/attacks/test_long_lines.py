"""Lines made to keep Podium busy: the work they make grows with their length, no faster."""

import sys
from types import FrameType

from bot import commands
from bot.commands import Delegate, parse


def steps(line: str) -> int:
    """How many lines of Podium's code are run to understand a line."""
    count = 0

    def trace(frame: FrameType, event: str, _: object):
        nonlocal count
        if frame.f_code.co_filename != commands.__file__:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse(line)
    finally:
        sys.settrace(before)
    return count


def test_quotes_that_are_never_closed_make_work_once():
    few, many = (steps("/delegate reply " + "note: “ " * n) for n in (50, 500))
    assert many < 15 * few


def test_an_unclosed_quote_leaves_other_quotes_as_they_are():
    found = parse('/delegate reply note: “open size: "two words" mail: «x»')
    assert found == Delegate(
        playbook="reply", given={"note": "“open", "size": "two words", "mail": "x"}
    )


def test_an_escaped_end_closes_no_quote():
    line = "/delegate reply " + "note: “ " * 5 + "\\”"
    assert parse(line) == Delegate(playbook="reply", given={"note": "“ \\”"})
