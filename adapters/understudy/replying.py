"""Replies to a message, and a text made ready: what is asked, with what the material says to it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment
from adapters.understudy.choosing import Source
from adapters.understudy.layout import Entry, gap, paragraph
from adapters.understudy.passages import Passage, sentences
from adapters.understudy.ranking import query
from adapters.understudy.signs import FIGURE, WHEN
from adapters.understudy.words import words

_REPLY = re.compile(
    r"\b(?:write|draft|compose) (?:a |an |the )?(?:\w+ )?(?:reply|answer|response|letter)", re.I
)
_READY = re.compile(
    r"\b(?:make|get) (?:the|this) \w+ (?:below )?ready\b|\b(?:polish|proofread|edit|tidy)\b",
    re.IGNORECASE,
)
_UNDER = re.compile(r"under the heading [“\"]([^”\"\n]+)[”\"]", re.IGNORECASE)
_SIGNED = re.compile(r"\bsigned(?: by| as)?: ([^\n]+)")
_NO_NAME = re.compile(r"^no name\b")
_INTERNAL = re.compile(r"never|internal|do not|don't|not to (?:say|send)", re.IGNORECASE)
_WORRY = re.compile(r"\b(?:I|we) (?:cannot|can't|do not|need|fear|worry|look like|want)\b", re.I)
_CITED = re.compile(r" \[([^\[\]\n]{1,80})\]")
_EXPECTED = (
    (
        re.compile(r"\bwhen\b|\bhow (?:long|soon|fast)\b", re.I),
        "days day hours weeks deliver leave fast",
    ),
    (
        re.compile(r"\bpays?\b|\bcosts?\b|\bhow much\b|\brefund\b", re.I),
        "pay free charge credit euros price refund postage lost",
    ),
    (re.compile(r"\bwhy\b|\bhow come\b", re.I), "because cause caused reason"),
    (re.compile(r"\bcan (?:I|we)\b|\ballowed\b|\bmay (?:I|we)\b", re.I), "may possible allowed"),
)
# How many passages answer each question; variants take turns.
_EACH = (2, 1, 3)


def is_reply(assignment: Assignment) -> bool:
    return bool(_REPLY.search(assignment.task)) and bool(_message(assignment))


def is_to_be_made_ready(assignment: Assignment) -> bool:
    return bool(_READY.search(assignment.task)) and bool(_handed_over(assignment))


def reply(assignment: Assignment, source: Source) -> str:
    """A letter: each question and worry, with what the documents say to it."""
    asked = list(_asked(_message(assignment)))
    found: list[list[int]] = [[] for _ in asked]
    used = set(_unfit(assignment, source))
    plain = replace(source, subject={})
    # A round for each passage an answer may have, so that the first question does not take all.
    for most in range(1, _EACH[(assignment.variant - 1) % len(_EACH)] + 1):
        for question, places in zip(asked, found, strict=True):
            wanted = query((question, 1.0), (_expected(question), 0.7))
            best = plain.best(wanted, (), most, used - set(places))
            places += [place for place in best if place not in places][: most - len(places)]
            used.update(places)
    parts = [_greeting(assignment)]
    for question, places in zip(asked, found, strict=True):
        entries = [_entry(source.passage(place)) for place in sorted(places)]
        parts += [f"> {question}", paragraph(entries) or gap("")]
    return "\n\n".join([*parts, *filter(None, [_signature(assignment)])])


def _unfit(assignment: Assignment, source: Source) -> Iterator[int]:
    """The message itself, tables, and what the documents say is not for the reader's eyes."""
    for place, passage in enumerate(source.material.passages):
        own = passage.source in assignment.brief.inputs or bool(passage.row)
        internal = _INTERNAL.search(passage.heading) or "the reply" in passage.text
        if own or internal or place in source.material.openings:
            yield place


def _expected(question: str) -> str:
    """Words that an answer would hold."""
    found = (answer for pattern, answer in _EXPECTED if pattern.search(question))
    return " ".join(found)


def made_ready(assignment: Assignment) -> str:
    """The text without its sources, which are listed below it where the task asks for that."""
    text = _handed_over(assignment)
    under = _UNDER.search(assignment.task)
    if not under:
        return text
    plain = _CITED.sub("", text)
    rests = [
        f"- {sentence}"
        for line in text.splitlines()
        for sentence in _with_sources(line)
        if FIGURE.search(sentence) or WHEN.search(sentence)
    ]
    parts = text.split("\n\n")
    rests += [
        f"- {before.removeprefix('> ')} {part}"
        for before, part in pairwise(parts)
        if part.startswith(frames.NOT_THERE)
    ]
    listed = "\n".join(rests) or f"{frames.NOT_THERE}."
    return f"{plain}\n\n---\n\n## {under[1]}\n\n{listed}"


def _message(assignment: Assignment) -> str:
    """The longest of what the director typed: what is to be answered."""
    named = assignment.brief.inputs.get("message", "")
    return named or max(assignment.brief.inputs.values(), key=len, default="")


def _handed_over(assignment: Assignment) -> str:
    texts = [given.text for given in assignment.material if given.text.strip()]
    return texts[0] if len(texts) == 1 else ""


def _greeting(assignment: Assignment) -> str:
    sender = assignment.brief.inputs.get("sender", "")
    name = re.split(r"[,(]| of | from | at ", sender)[0].strip()
    known = name and len(name.split()) <= 3 and all(w[0].isupper() for w in name.split())
    return f"{frames.GREETING} {name}," if known else f"{frames.GREETING},"


def _signature(assignment: Assignment) -> str:
    found = _SIGNED.search(assignment.task)
    return "" if not found or _NO_NAME.match(found[1]) else found[1].strip()


def _asked(message: str) -> Iterator[str]:
    """Questions of the message, and its worries where nothing is asked."""
    told = [s for paragraph in message.split("\n\n") for s in sentences(paragraph)]
    asked = [sentence for sentence in told if sentence.endswith("?")]
    worries = [s for s in told if _WORRY.search(s) and len(words(s)) > 3 and s not in asked]
    yield from asked or worries[:3] or told[:2]
    if asked:
        yield from worries[-1:]


def _entry(passage: Passage) -> Entry:
    return Entry(text=passage.text, source=passage.source)


def _with_sources(line: str) -> Iterator[str]:
    """The pieces of a line that end with a source."""
    start = 0
    for cited in _CITED.finditer(line):
        yield line[start : cited.end()].strip()
        start = cited.end()
