"""Whether what the understudy says stands in what it was given, word for word."""

import json
import re
from collections.abc import Iterator
from datetime import date

from pydantic import JsonValue

from adapters.understudy import frames
from adapters.understudy.signs import DATE, iso
from bot.ports import Request

# Every phrase of its own, as it may stand in an answer; `{}` holds words of the material.
PHRASES = sorted(
    (
        *(f"{value}" for value in vars(frames).values() if isinstance(value, str)),
        *frames.HEADINGS,
        *frames.ASKED,
        *(part for words in frames.REMARKS.values() for part in words[:2]),
    ),
    key=len,
    reverse=True,
)
_OWN_SOURCES = {"answer", "note", "brief"}
_CITED = re.compile(r"\[([^\[\]\n]{1,200})\]")
_APART = re.compile(
    r"[“”\"|\n]|, (?=page \d)|(?<=[.!?…])\s+|[:;]\s|\s\((?=\w+: )|^\s*(?:#+|-|>|\d+\.)\s+",
    re.MULTILINE,
)


def inventions(answer: str, request: Request) -> list[str]:
    """The pieces of an answer that stand neither in the request nor among its own phrases."""
    material = _flat(f"{request.brief}\n{request.instructions}")
    return [
        piece
        for text in _texts(answer, request)
        for piece in _pieces(text)
        if not _stands(piece, material)
    ]


def _texts(answer: str, request: Request) -> Iterator[str]:
    if request.shape is None:
        yield answer
    else:
        yield from _strings(json.loads(answer))


def _strings(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case int() | float() if not isinstance(value, bool):
            yield str(value)
        case list():
            for part in value:
                yield from _strings(part)
        case dict():
            for part in value.values():
                yield from _strings(part)
        case _:
            pass


def _pieces(text: str) -> Iterator[str]:
    sources = _CITED.findall(text)
    yield from (
        part for source in sources for part in source.split(", ") if source not in _OWN_SOURCES
    )
    text = re.sub(rf"^{frames.GREETING}\b", "", _CITED.sub("\n", text))
    for phrase in (phrase for phrase in PHRASES if " " in phrase):
        pattern = r"[^\n]{1,2000}?".join(map(re.escape, phrase.split("{}")))
        text = re.sub(pattern, _kept, text) if "{}" in phrase else text.replace(phrase, "\n")
    for piece in _APART.split(text):
        if plain := (piece or "").strip(" \t.,;:!?…()*_-"):
            yield plain


def _kept(found: re.Match[str]) -> str:
    """Of a phrase with words of the material in it, those words."""
    quoted = re.findall(r"“([^”]*)”", found[0])
    return "\n" + "\n".join(quoted) + "\n"


def _stands(piece: str, material: str) -> bool:
    flat = _flat(piece)
    if flat in (_flat(phrase) for phrase in PHRASES):
        return True
    return flat in material or _is_date_of(piece, material) or flat.removesuffix(".0") in material


def _is_date_of(piece: str, material: str) -> bool:
    try:
        wanted = date.fromisoformat(piece).isoformat()
    except ValueError:
        return False
    return any(iso(found[0], "2026-11-22") == wanted for found in DATE.finditer(material))


def _flat(text: str) -> str:
    return " ".join(text.replace("“", " ").replace("”", " ").split()).casefold()
