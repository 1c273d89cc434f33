"""Files of the playbooks folder, read with care: nothing outside it, nothing that is no text."""

import re
import stat
from pathlib import Path

from bot.playbook.problem import Place

MAX_BYTES = 1_000_000

UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that neither a screen nor a database takes: controls and halves of characters."""


class Unreadable(Exception):
    """A file that cannot be taken as text; its text says why and may be shown."""

    def __init__(self, what: str, place: Place | None = None) -> None:
        super().__init__(what)
        self.place = place or Place()


def inside(path: Path, folder: Path) -> Path:
    """Where a path really leads, a file in the folder. Raises Unreadable."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(folder.resolve(strict=True)):
            raise Unreadable("leads outside the playbooks folder")
        if not stat.S_ISREG(real.stat().st_mode):
            raise Unreadable("is not a file")
    except FileNotFoundError:
        raise Unreadable("does not exist") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise Unreadable(f"cannot be opened ({type(error).__name__})") from None
    return real


def read_text(path: Path, folder: Path) -> str:
    """The text of a file inside the folder. Raises Unreadable."""
    real = inside(path, folder)
    try:
        with real.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror})") from None
    if len(content) > MAX_BYTES:
        raise Unreadable("is larger than 1 MB")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        place = _place_of(content[: error.start].decode("utf-8", "replace"))
        raise Unreadable("is not UTF-8 text", place) from None
    if bad := UNSHOWABLE.search(text):
        raise Unreadable(holds(bad[0]), _place_of(text[: bad.start()]))
    return text


def holds(character: str) -> str:
    """What a message says of a character that cannot be shown."""
    return f"holds the control character U+{ord(character):04X}"


def _place_of(before: str) -> Place:
    return Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
