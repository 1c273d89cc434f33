"""One of several ready words, chosen by what the material shows."""

import re
from collections.abc import Sequence

from adapters.understudy.passages import Passage
from adapters.understudy.signs import signs
from adapters.understudy.words import stems

# Words for more and less, the most first.
_SCALES = (
    ("must", "should", "could"),
    ("critical", "major", "minor"),
    ("high", "medium", "low"),
    ("red", "amber", "green"),
    ("blocker", "important", "nice to have"),
)
_SHOWN = (
    (re.compile(r"^(?:solved|done|closed|fixed|finished|released|complete\w*)$", re.I), "done"),
    (re.compile(r"risk|late|delayed|blocked|threatened", re.I), "risk"),
)
_UNKNOWN = re.compile(
    r"unknown|unclear|not (?:stated|known|said)|none|other|n/?a|neutral|open", re.I
)
_AT_RISK = re.compile(r"\b(?:at risk|slips?|late|threat\w*|if it|blocked|waiting)\b", re.IGNORECASE)
_SOLVED = re.compile(
    r"\b(?:found it|is released|fixed|solved|was stopped|good enough|closed)\b", re.I
)


def by_evidence(options: Sequence[str], text: str, rank: int) -> str:
    """The option that the text names or shows; on a scale from most to least, that of `rank`."""
    low = text.casefold()
    for option in options:
        if re.search(rf"\b{re.escape(option.casefold())}\b", low) and len(option) > 3:
            return option
    folded = [option.casefold() for option in options]
    for scale in _SCALES:
        if set(folded) <= set(scale):
            return options[
                folded.index(sorted(folded, key=scale.index)[min(rank, len(folded) - 1)])
            ]
    for option in options:
        for words, shown in _SHOWN:
            pattern = _SOLVED if shown == "done" else _AT_RISK
            if words.search(option) and pattern.search(text):
                return option
    if unknown := next((option for option in options if _UNKNOWN.search(option)), None):
        return unknown
    told = set(stems(text))
    return max(options, key=lambda option: len(told & set(stems(option))))


def certainty(evidence: Sequence[Passage]) -> int:
    """0 when figures from two sources carry it, 1 when figures from one do, else 2."""
    measured = {passage.source for passage in evidence if "figure" in signs(passage)}
    return 2 - min(2, len(measured))
