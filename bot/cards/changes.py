"""What changed between two drafts, as a few lines that people can read."""

import difflib
import re
from functools import lru_cache

_MOST_LINES = 12
_LONGEST = 240


@lru_cache(maxsize=128)
def changes(before: str, after: str) -> str:
    """Markdown: sentences taken out and put in, and how many more there are."""
    old, new = _sentences(before), _sentences(after)
    moved = set(old) & set(new)
    out: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        out += [f"- ~~{_cut(line)}~~" for line in old[a:b] if line not in moved]
        out += [f"- **{_cut(line)}**" for line in new[c:d] if line not in moved]
    if not out:
        same = old == new
        return "Nothing: the draft is the same." if same else "The order; no sentence is new."
    more = len(out) - _MOST_LINES
    return "\n".join(out[:_MOST_LINES] + ([f"- and {more} more changes"] if more > 0 else []))


def _sentences(text: str) -> list[str]:
    """Sentences and lines, without what marks headings and lists."""
    parts = (part for line in text.splitlines() for part in re.split(r"(?<=[.!?])\s+", line))
    cleaned = (" ".join(part.strip().strip("#*-_>|` ").split()) for part in parts)
    return [part for part in cleaned if part]


def _cut(line: str) -> str:
    plain = line.replace("*", "").replace("~", "")
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
