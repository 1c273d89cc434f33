"""Requests as the core makes them, for the tests of this folder."""

from typing import Any

from bot.ports import Request, ToolSpec

BRIEF = "The product is a kettle that sings when the water is ready. " * 120
SEARCH = ToolSpec(
    name="search",
    description="Looks a word up in the brief.",
    arguments={
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
    },
)


def asking(**changes: Any) -> Request:
    """A step's request on a brief that is long enough to be cached."""
    return Request(
        **{
            "model": "sonnet",
            "system": "You are one of several specialists.",
            "brief": BRIEF,
            "instructions": "Write one sentence about the kettle.",
            "max_tokens": 1_000,
            **changes,
        }
    )
