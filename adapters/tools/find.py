"""find: the passages of a run's own documents that match words best."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from bot.ports import ToolSpec
from bot.run.events import Brief, Document

MOST_PASSAGES = 8
LONGEST_PASSAGE = 700
"""Characters; a longer paragraph is cut into pieces at sentence ends."""

_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_BLANK = re.compile(r"\n\s*\n")
_ENDS = ((". ", "! ", "? ", "\n"), (" ",))


@dataclass(frozen=True, kw_only=True)
class Passage:
    document: str
    line: int
    text: str


class Find:
    """Ranks passages by the rarity of the words that they share with the question (BM25)."""

    spec = ToolSpec(
        name="find",
        description=(
            "Passages of the brief's documents that match words, the best first, each with its "
            "document and line. Finds words as they stand there and words that begin alike: ask "
            "with the nouns, names and numbers that the passage would hold."
        ),
        arguments={
            "type": "object",
            "properties": {
                "words": {"type": "string", "description": "A few words, names or numbers"},
                "document": {"type": "string", "description": "Look only in the one of this name"},
            },
            "required": ["words"],
            "additionalProperties": False,
        },
    )

    async def call(self, arguments: JsonValue, brief: Brief) -> str:
        """Passages as text. Raises ValueError with a sentence the model can act on."""
        match arguments:
            case {"words": str(words), **rest} if _stems(words):
                documents = _chosen(brief.documents, rest.get("document"))
            case _:
                raise ValueError('Give {"words": "…"} with at least one word or number.')
        passages = [passage for document in documents for passage in _passages(document)]
        found = _ranked(passages, _stems(words))
        if not found:
            names = ", ".join(document.name for document in documents)
            return f"Nothing in {names} matches “{words}”. Try other words for the same thing."
        shown = "\n\n".join(f"[{p.document}, line {p.line}]\n{p.text}" for p in found)
        return f"{len(found)} passages, the best first:\n\n{shown}"


def _chosen(documents: Sequence[Document], name: JsonValue) -> Sequence[Document]:
    if not documents:
        raise ValueError("This brief has no documents to look in.")
    if not name:
        return documents
    chosen = [document for document in documents if document.name == name]
    if not chosen:
        names = ", ".join(document.name for document in documents)
        raise ValueError(f"There is no document “{name}”; there are: {names}.")
    return chosen


def _passages(document: Document) -> Iterator[Passage]:
    text, counted, line, start = document.text, 0, 1, 0
    for blank in [*_BLANK.finditer(text), None]:
        for piece in _pieces(text, start, blank.start() if blank else len(text)):
            line += text.count("\n", counted, piece.start)
            counted = piece.start
            yield Passage(
                document=document.name, line=line, text=text[piece.start : piece.stop].strip()
            )
        start = blank.end() if blank else 0


def _pieces(text: str, start: int, end: int) -> Iterator[slice]:
    """A paragraph whole, or in pieces that end with a sentence, a line or at least a word."""
    while end - start > LONGEST_PASSAGE:
        most = start + LONGEST_PASSAGE
        ends = (max(text.rfind(mark, start, most) for mark in marks) for marks in _ENDS)
        cut = next((place + 1 for place in ends if place > start), most)
        yield slice(start, cut)
        start = cut
    if text[start:end].strip():
        yield slice(start, end)


def _stems(text: str) -> list[str]:
    """Words cut to what their forms share, roughly; numbers whole."""
    words = (word.casefold() for word in _WORD.findall(text))
    return [word if word[0].isdigit() else word[:6].removesuffix("s") for word in words]


def _ranked(passages: Sequence[Passage], wanted: Sequence[str]) -> list[Passage]:
    counts = [Counter(_stems(passage.text)) for passage in passages]
    sizes = [count.total() for count in counts]
    usual = sum(sizes) / len(sizes) if sizes else 1
    having = Counter(word for count in counts for word in count.keys() & set(wanted))
    scores: list[float] = []
    for count, size in zip(counts, sizes, strict=True):
        score = 0.0
        for word in set(wanted) & count.keys():
            rarity = math.log(1 + (len(passages) - having[word] + 0.5) / (having[word] + 0.5))
            score += rarity * count[word] * 2.2 / (count[word] + 0.3 + 0.9 * size / usual)
        scores.append(score)
    best = sorted(range(len(passages)), key=lambda place: (-scores[place], place))
    return [passages[place] for place in best[:MOST_PASSAGES] if scores[place] > 0]
