"""Entries of lists: what one is made of, and its fields by their names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from pydantic import JsonValue

from adapters.understudy.choosing import Source
from adapters.understudy.deeds import decisions, deeds, unsettled
from adapters.understudy.options import by_evidence
from adapters.understudy.passages import Passage
from adapters.understudy.remarks import Remark
from adapters.understudy.signs import iso, signs

Schema: TypeAlias = Mapping[str, JsonValue]

SOURCE = re.compile(r"source|document|file$|where$|from$")
QUOTE = re.compile(r"quote|passage|excerpt|evidence|words$|verbatim|original")
OWNER = re.compile(r"owner|assignee|responsible")
WHO = re.compile(r"who$|person|by$|people|author|speaker|name$")
DUE = re.compile(r"due|deadline|by_when|until|when$|date|day$")
AGAINST = re.compile(r"objection|against|dissent|counter")
PROBLEM = re.compile(r"problem|issue|concern|finding|comment|weakness|flaw|remark|wrong")
FIX = re.compile(r"fix|suggest|improve|change|instead|remedy|recommend")
REASON = re.compile(r"reason|why|because|rationale")
_BECAUSE = re.compile(r"\b(?:because|since|so that|due to)\b.*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an entry of a list is made of."""

    passage: Passage
    text: str
    quote: str
    who: str = ""
    owner: str = ""
    due: str = ""
    objection: str = ""
    problem: str = ""
    fix: str = ""
    rank: int = 1


def plain(passage: Passage) -> Found:
    return Found(passage=passage, text=passage.said, quote=passage.text, who=passage.speaker)


def remarked(remark: Remark) -> Found:
    return Found(
        passage=remark.passage,
        text=remark.passage.text,
        quote=remark.passage.text,
        problem=remark.problem,
        fix=remark.fix,
        rank=remark.rank,
    )


def _deeds(source: Source) -> list[Found]:
    return [
        Found(
            passage=deed.passage,
            text=deed.text,
            quote=deed.quote,
            who=deed.owner,
            owner=deed.owner,
            due=deed.due,
        )
        for deed in deeds(source.material)
    ]


def _decisions(source: Source) -> list[Found]:
    return [
        Found(passage=d.passage, text=d.text, quote=d.text, objection=d.objection)
        for d in decisions(source.material)
    ]


def _unsettled(source: Source) -> list[Found]:
    return [
        Found(passage=passage, text=text, quote=passage.text, who=passage.speaker)
        for text, passage in unsettled(source.material)
    ]


SPECIAL: Mapping[str, Callable[[Source], list[Found]]] = {
    "action": _deeds,
    "decision": _decisions,
    "question": _unsettled,
}


def part(name: str, shape: Schema, entry: Found, parts: Mapping[str, JsonValue]) -> JsonValue:
    """One field of an entry."""
    match shape:
        case {"anyOf": [dict() as inner, *_]}:
            return part(name, cast("Schema", inner), entry, parts) or None
        case {"enum": [*options]}:
            return by_evidence([str(option) for option in options], entry.quote, entry.rank)
        case {"type": "boolean"}:
            return "risk" in signs(entry.passage)
        case {"type": "number" | "integer"}:
            return 0
        case {"type": "array"}:
            return []
        case {"format": "date"}:
            return iso(entry.due or entry.quote, "") or ""
        case _:
            return _words(name, entry, parts)


def _words(name: str, entry: Found, parts: Mapping[str, JsonValue]) -> str:
    for pattern, text in (
        (SOURCE, entry.passage.source),
        (QUOTE, entry.quote),
        (AGAINST, entry.objection),
        (DUE, entry.due),
        (OWNER, entry.owner),
        (WHO, entry.who),
        (FIX, entry.fix),
    ):
        if pattern.search(name):
            return text
    if entry.problem and PROBLEM.search(name):
        return entry.problem
    if REASON.search(name):
        found = _BECAUSE.search(entry.quote)
        return found[0] if found else ""
    first = next(p for p in parts if not any(x.search(p) for x in (SOURCE, QUOTE, OWNER, DUE)))
    return entry.text if name == first else ""
