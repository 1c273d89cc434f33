"""What changed between two drafts, as a few lines that people can read."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

_MOST_LINES = 12
_LONGEST = 240


@lru_cache(maxsize=128)
def changes(before: str, after: str) -> str:
    """Markdown: sentences taken out and put in, and how many more there are."""
    old, new = _sentences(before), _sentences(after)
    gone, came = set(old) - set(new), set(new) - set(old)
    out: list[str] = []
    a = c = 0
    for b, d in (*_kept(old, new), (len(old), len(new))):
        out += [f"- ~~{_cut(line)}~~" for line in old[a:b] if line in gone]
        out += [f"- **{_cut(line)}**" for line in new[c:d] if line in came]
        a, c = b, d
    if not out:
        same = old == new
        return "Nothing: the draft is the same." if same else "The order; no sentence is new."
    more = len(out) - _MOST_LINES
    return "\n".join(out[:_MOST_LINES] + ([f"- and {more} more changes"] if more > 0 else []))


def _kept(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the sentences stand that each draft has once, as many as are in the same order.

    In no more than n log n, since a draft may be long and say one thing a thousand times.
    """
    in_old, in_new = Counter(old), Counter(new)
    place = {line: n for n, line in enumerate(old) if in_old[line] == in_new[line] == 1}
    both = [(place[line], n) for n, line in enumerate(new) if line in place]
    lasts: list[int] = []  # the place in `old` at which a row of that length can end soonest
    lengths: list[int] = []
    for at, _ in both:
        length = bisect_left(lasts, at)
        lasts[length : length + 1] = [at]
        lengths.append(length)
    row: list[tuple[int, int]] = []
    wanted = len(lasts) - 1
    for pair, length in zip(reversed(both), reversed(lengths), strict=True):
        if length == wanted:
            row.append(pair)
            wanted -= 1
    return reversed(row)


def _sentences(text: str) -> list[str]:
    """Sentences and lines, without what marks headings and lists."""
    parts = (part for line in text.splitlines() for part in re.split(r"(?<=[.!?])\s+", line))
    cleaned = (" ".join(part.strip().strip("#*-_>|` ").split()) for part in parts)
    return [part for part in cleaned if part]


def _cut(line: str) -> str:
    plain = line.replace("*", "").replace("~", "")
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
