"""Replies to a message, and a text made ready: what is asked, with what the material says to it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment
from adapters.understudy.entries import Entry, gap, paragraph
from adapters.understudy.material import Source, query
from adapters.understudy.passages import sentences
from adapters.understudy.signs import FIGURE, WHEN, words

_REPLY = re.compile(r"\b(?:write|draft) (?:a |an |the )?(?:\w+ )?(?:reply|answer|letter)", re.I)
_READY = re.compile(
    r"\b(?:make|get) (?:the|this) \w+ (?:below )?ready\b|\b(?:polish|proofread|edit)\b", re.I
)
_UNDER = re.compile(r"under the heading [“\"]([^”\"\n]+)[”\"]", re.IGNORECASE)
_SIGNED = re.compile(r"\bsigned(?: by| as)?: (?!no name\b)([^\n]+)")
_INTERNAL = re.compile(r"never|internal|do not|don't|not to (?:say|send)", re.IGNORECASE)
_WORRY = re.compile(r"\b(?:I|we) (?:cannot|can't|do not|need|fear|worry|want)\b", re.I)
_CITED = re.compile(r" \[([^\[\]\n]{1,80})\]")
_ENDS_CITED = re.compile(r"(?<=\]) ")
# What a question begins with, and words that an answer would hold.
_EXPECTED = {
    r"\bwhen\b|\bhow (?:long|soon|fast)\b": "days day hours weeks deliver leave fast",
    r"\bpays?\b|\bcosts?\b|\bhow much\b|\brefund\b": "pay free charge credit price lost",
    r"\bwhy\b|\bhow come\b": "because cause caused reason",
}
# How many passages answer each question; variants take turns.
_EACH = (2, 1, 3)


def is_reply(assignment: Assignment) -> bool:
    return bool(_REPLY.search(assignment.task) and _message(assignment))


def is_to_be_made_ready(assignment: Assignment) -> bool:
    return bool(_READY.search(assignment.task) and _handed_over(assignment))


def reply(assignment: Assignment, source: Source) -> str:
    """A letter: each question and worry, with what the documents say to it."""
    asked = list(_asked(_message(assignment)))
    found: list[list[int]] = [[] for _ in asked]
    used = set(_unfit(assignment, source))
    plain = replace(source, subject={})
    # A round for each passage an answer may have, so that the first question does not take all.
    for most in range(1, _EACH[(assignment.variant - 1) % len(_EACH)] + 1):
        for question, places in zip(asked, found, strict=True):
            expected = " ".join(w for q, w in _EXPECTED.items() if re.search(q, question, re.I))
            wanted = query((question, 1.0), (expected, 0.7))
            best = plain.best(wanted, (), most, used - set(places))
            places += [place for place in best if place not in places][: most - len(places)]
            used.update(places)
    parts = [_greeting(assignment)]
    for question, places in zip(asked, found, strict=True):
        told = [source.passage(place) for place in sorted(places)]
        entries = [Entry(text=passage.text, source=passage.source) for passage in told]
        parts += [f"> {question}", paragraph(entries) or gap()]
    signed = _SIGNED.search(assignment.task)
    return "\n\n".join([*parts, *([signed[1].strip()] if signed else [])])


def _unfit(assignment: Assignment, source: Source) -> Iterator[int]:
    """The message itself, tables, and what the documents say is not for the reader's eyes."""
    for place, passage in enumerate(source.material.passages):
        own = passage.source in assignment.brief.inputs or bool(passage.row)
        if own or _INTERNAL.search(passage.heading) or "the reply" in passage.text:
            yield place


def made_ready(assignment: Assignment) -> str:
    """The text without its sources, which are listed below it where the task asks for that."""
    text = _handed_over(assignment)
    under = _UNDER.search(assignment.task)
    if not under:
        return text
    rests: list[str] = []
    before = ""
    for part in text.split("\n\n"):
        cited = _ENDS_CITED.split(part) if _CITED.search(part) else []
        rests += [f"- {piece}" for piece in cited if FIGURE.search(piece) or WHEN.search(piece)]
        if part.startswith(frames.NOT_THERE):
            rests.append(f"- {before.removeprefix('> ')} {part}")
        before = part
    listed = "\n".join(rests) or gap()
    return f"{_CITED.sub('', text)}\n\n---\n\n## {under[1]}\n\n{listed}"


def _message(assignment: Assignment) -> str:
    """The longest of what the director typed: what is to be answered."""
    named = assignment.brief.inputs.get("message", "")
    return named or max(assignment.brief.inputs.values(), key=len, default="")


def _handed_over(assignment: Assignment) -> str:
    texts = [given.text for given in assignment.material if given.text.strip()]
    return texts[0] if len(texts) == 1 else ""


def _greeting(assignment: Assignment) -> str:
    sender = assignment.brief.inputs.get("sender", "")
    name = re.split(r"[,(]| of | from | at ", sender)[0].split()
    known = 0 < len(name) <= 3 and all(word[0].isupper() for word in name)
    return f"{frames.GREETING} {' '.join(name)}," if known else f"{frames.GREETING},"


def _asked(message: str) -> Iterator[str]:
    """Questions of the message, and its worries where nothing is asked."""
    told = [s for paragraph in message.split("\n\n") for s in sentences(paragraph)]
    asked = [sentence for sentence in told if sentence.endswith("?")]
    worries = [s for s in told if _WORRY.search(s) and len(words(s)) > 3 and s not in asked]
    yield from asked or worries[:3] or told[:2]
    if asked:
        yield from worries[-1:]
