"""What browsers send, as what it means. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from bot.commands import Offer

INVITE = "/invite"
MAX_TYPED = 100_000
"""Characters of one message; a longer text belongs in a file."""


@dataclass(frozen=True)
class Message:
    """Something for everyone in the place."""

    text: str


@dataclass(frozen=True)
class Command:
    """A line for Podium."""

    text: str


@dataclass(frozen=True)
class Invite:
    """`/invite NAME`."""

    name: str


Typed = Message | Command | Invite


def typed(text: str) -> Typed | None:
    """What a person typed; None when it is nothing but blanks."""
    text = text.strip()
    if not text:
        return None
    if not text.startswith("/"):
        return Message(text)
    word, *rest = text.split(maxsplit=1)
    return Invite(" ".join(rest)) if word.casefold() == INVITE else Command(text)


def completions(text: str) -> list[Offer]:
    """What a line could become that the page itself takes."""
    fits = text and INVITE.startswith(text.casefold())
    return [Offer(f"{INVITE} ", INVITE, "a link that lets somebody in")] if fits else []


@dataclass(frozen=True)
class Sent:
    """Something a browser sent once; `delivery` is the same when it comes again.

    `files` are the ids under which the files that go with it were uploaded.
    """

    what: str
    delivery: str
    files: Sequence[str] = ()


def sent(raw: object) -> Sent | None:
    """A line or a button's action, and its delivery; None when a page did not send this."""
    match raw:
        case {"what": str(what), "delivery": str(delivery), **more} if delivery:
            return Sent(what, delivery[:100], _ids(more.get("files")))
        case _:
            return None


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form that was sent off; `files` are the ids under which its files were uploaded."""

    action: str
    values: Mapping[str, JsonValue]
    files: Mapping[str, Sequence[str]]
    delivery: str


def filled(raw: object) -> Filled | None:
    """What a form's dialog sent; None when a page did not send this."""
    match raw:
        case {
            "action": str(action),
            "values": dict(values),
            "files": dict(files),
            "delivery": str(delivery),
        } if delivery:
            return Filled(
                action=action,
                values={str(name): value for name, value in values.items()},
                files={str(name): _ids(held) for name, held in files.items()},
                delivery=delivery[:100],
            )
        case _:
            return None


def _ids(held: object) -> Sequence[str]:
    return tuple(item for item in held if isinstance(item, str)) if isinstance(held, list) else ()
