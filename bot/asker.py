"""Asker: who asks for something, and from where."""

import hashlib
import secrets
from dataclasses import dataclass

from bot.run.events import Document


@dataclass(frozen=True)
class Asker:
    """Who asks, from where, and the delivery's id, which makes a redelivery harmless.

    `context` is what they point at, for a run that they start.
    """

    who: str
    place: str
    delivery: str = ""
    context: tuple[Document, ...] = ()


def new_id(letter: str, delivery: str) -> str:
    """An id for what a delivery makes, the same however often that comes."""
    seed = delivery.encode() if delivery else secrets.token_bytes(16)
    return letter + hashlib.blake2b(seed, digest_size=8).hexdigest()
