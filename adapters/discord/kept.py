"""What forms cannot carry themselves, kept in memory while people fill them in."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from adapters.discord.parse import FileRef
from bot.cards import Form
from bot.run.events import Document

_MOST = 1_000
_MORE = "more-"


@dataclass
class Kept:
    """Where a run would begin, and all that was given so far.

    `context` is what it is about, `about` the words of its message, `beside` the files there.
    """

    place: str
    form: Form | None = None
    values: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    files: dict[str, Sequence[Document]] = field(default_factory=dict[str, Sequence[Document]])
    context: tuple[Document, ...] = ()
    beside: tuple[FileRef, ...] = ()
    about: str = ""


class Memory:
    """The latest of them by key."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def keep(self, kept: Kept) -> str:
        more = kept.context or kept.beside or kept.files
        key = f"{_MORE if more else ''}{secrets.token_hex(4)}"
        self._kept[key] = kept
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> Kept | None:
        return self._kept.get(key)

    def forgot(self, key: str) -> bool:
        """Whether more was kept than its form holds itself, and is lost."""
        return key.startswith(_MORE) and key not in self._kept
