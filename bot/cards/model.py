"""Cards and forms: what people see and fill in, on no platform in particular.

Text carries its origin: `Words` are Podium's own, `Prose` came from a model, a file or a person and
is data: an adapter shows it as harmless text (no mention, no unfurling, no script, no forged card).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from bot.playbook.model import Input

Style = Literal["plain", "primary", "danger"]
Tone = Literal["plain", "good", "warn", "bad"]
ItemState = Literal["waiting", "working", "asking", "done", "failed", "skipped"]
STATES: Mapping[ItemState, str] = {
    "waiting": "not yet",
    "working": "at work",
    "asking": "waits for a person",
    "done": "done",
    "failed": "failed",
    "skipped": "skipped",
}


@dataclass(frozen=True)
class Words:
    """Podium's own words, plain text."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Stamp:
    """Podium's own word on who did something and when: `Approved` by whom, at what time."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Spot:
    """Podium's own word on where something is: `Posts in` a place, by the name people know."""

    text: str
    place: str

    @property
    def told(self) -> str:
        """It in words, where the platform of the place does not show it."""
        platform = self.place.partition(":")[0]
        return f"{self.text} {platform.capitalize() if platform else 'no place'}"


@dataclass(frozen=True)
class Times:
    """Podium's own list of times in words, each with the time itself for who shows it natively."""

    text: str
    lines: tuple[tuple[str, datetime], ...]

    @property
    def told(self) -> str:
        """All of it as text."""
        return "\n".join([self.text, *(f"- {words}" for words, _ in self.lines)])


@dataclass(frozen=True)
class Prose:
    """Somebody else's Markdown: untrusted."""

    text: str
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of the checklist: a step, who does it and how far it is.

    `word` says the state where the usual one does not fit.
    """

    label: str
    state: ItemState
    who: str = ""
    detail: str = ""
    since: datetime | None = None
    word: str = ""

    @property
    def status(self) -> str:
        return self.word or STATES[self.state]

    @property
    def told(self) -> tuple[str, ...]:
        """What a line says after the step's name, part by part."""
        match self.state:
            case "asking" if self.who:
                parts = (f"waits for {self.who}", self.detail)
            case "skipped":  # nobody was asked
                parts = (self.status,)
            case _:
                parts = (self.status, self.who, self.detail)
        return tuple(part for part in parts if part)


@dataclass(frozen=True)
class Checklist:
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; cells are untrusted."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A run in a list; `thread` is its first message, empty while it stands nowhere."""

    run: str
    title: str
    state: str
    by: str
    spent: str
    at: datetime
    thread: str = ""


@dataclass(frozen=True)
class Entries:
    """Runs, each with the way to its thread."""

    runs: tuple[Entry, ...]


Block = Words | Stamp | Spot | Times | Prose | Checklist | Table | Entries


@dataclass(frozen=True, kw_only=True)
class Button:
    """`action` is opaque to adapters, at most 100 characters; `Reception.pressed` takes it."""

    label: str
    action: str
    style: Style = "plain"


@dataclass(frozen=True, kw_only=True)
class Card:
    """One message. `key` is the same as long as it is the same message of the same run.

    `run_title` names the run in a notification, where the title alone does not; `thread` is the
    message that the card stands for in a list.
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    tone: Tone = "plain"
    mentions: tuple[str, ...] = ()
    run_title: str = ""
    thread: str = ""

    @property
    def run(self) -> str:
        """The run that the buttons are about; empty when they are about none."""
        for button in self.buttons:
            verb, _, rest = button.action.partition(":")
            if verb not in ("form", "try", "schedule"):
                return rest.partition(":")[0]
        return ""


@dataclass(frozen=True)
class Where:
    """Asks for a place to post in, of the platform that the form is on; the value is its name."""

    about: str = ""
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Field:
    """A form's field; `error` is shown beside it, `value` is what was typed before."""

    name: str
    label: str
    input: Input | Where
    value: JsonValue = None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Form:
    """`action` is handed back by `Reception.submitted` with the values by field name."""

    action: str
    title: str
    about: str = ""
    fields: tuple[Field, ...] = ()
    submit: str = "Send"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What one person gets back at once, visible to them alone; any part may be missing.

    `run` is the run that was started or changed.
    """

    notice: str = ""
    stamp: Stamp | None = None
    tone: Tone = "plain"
    cards: tuple[Card, ...] = ()
    form: Form | None = None
    run: str = ""
