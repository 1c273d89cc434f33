"""Words that messages share: the nearest spelling, and what was found."""

import json
from collections.abc import Iterable

from pydantic import JsonValue
from rapidfuzz import process
from rapidfuzz.distance import OSA

_LIKE_ENOUGH = 0.55


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when none is like it."""
    found = process.extractOne(
        word,
        sorted(known),
        scorer=OSA.normalized_similarity,
        processor=str.casefold,
        score_cutoff=_LIKE_ENOUGH,
    )
    return found[0] if found else None


def hint(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that offers the nearest spelling; empty when there is none."""
    near = nearest(word, known)
    return f'; did you mean "{near}"?' if near else ""


def told(value: JsonValue) -> str:
    """A value as a message names what was found."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "an object"
        case list():
            return f"a list of {len(value)}"
        case _:
            said = json.dumps(value, ensure_ascii=False)
            return said if len(said) <= 60 else f"{said[:57]}…"
