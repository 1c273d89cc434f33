"""Entries, sections and tables as Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from adapters.understudy import frames
from adapters.understudy.signs import iso
from adapters.understudy.words import words

_OWED = (frames.OWNER, frames.DUE)
_CELL = re.compile(r"([^:;“\"]{1,60}): ([^;“\[]*)(?:; |$)")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of a text: words of the material, where they stand, and what goes with them."""

    text: str
    source: str = ""
    more: tuple[tuple[str, str], ...] = ()
    row: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        """The words with their source, and the fields that they do not say themselves."""
        told = [
            f"{key.replace('_', ' ')}: {value}"
            for key, value in self.more
            if value and not self.text.startswith(f"{value}:")
        ]
        return f"{self.text} {self.cited}".strip() + (f" ({'; '.join(told)})" if told else "")

    @property
    def cited(self) -> str:
        """The source in brackets, but where the words end with it already."""
        cited = f"[{self.source}]" if self.source else ""
        return "" if self.text.endswith(cited or "]") else cited

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """The words as a table's row: `Measure: visits; Week 46: 12`."""
        if self.row:
            return self.row
        found = list(_CELL.finditer(self.text))
        whole = sum(len(cell[0]) for cell in found) == len(self.text)
        return tuple((cell[1], cell[2]) for cell in found) if whole and len(found) > 1 else ()

    @property
    def heads(self) -> str:
        """The first column's name, which rows of one table share."""
        return self.cells[0][0] if self.cells else ""


@dataclass
class Part:
    """A section as it is filled."""

    label: str
    form: str
    about: str = ""
    entries: list[Entry] = field(default_factory=list[Entry])

    def markdown(self) -> str:
        return f"## {self.label}\n\n{self._body()}"

    @property
    def words(self) -> int:
        return len(words(self.markdown()))

    def _body(self) -> str:
        if not self.entries:
            return gap(self.about)
        if self.form == "table" and (table := _actions(self.entries) or _table(self.entries)):
            return table
        if self.form == "paragraph":
            return paragraph(self.entries)
        pieces: list[str] = []
        first: dict[str, int] = {}
        # Rows of one table stand together, where the first of them stands.
        places = [first.setdefault(e.heads or str(n), n) for n, e in enumerate(self.entries)]
        ordered = [entry for _, entry in sorted(zip(places, self.entries, strict=True), key=_place)]
        for heads, entries in groupby(ordered, key=lambda entry: entry.heads):
            run = list(entries)
            table = _table(run) if heads and len(run) > 1 else ""
            pieces.append(table or "\n".join(f"- {entry.line}" for entry in run))
        return "\n\n".join(pieces)


def _place(placed: tuple[int, Entry]) -> int:
    return placed[0]


def gap(about: str) -> str:
    """What is said where the material has nothing; `about` is the task's words for it."""
    wanted = re.split(r"[;.:,]", about)[0].strip()
    leans = re.match(r"(?:and|each|the same|one|in)\b|$", wanted, re.IGNORECASE)
    return f"{frames.NOT_THERE}." if leans else f"{frames.NOT_THERE}: {wanted}."


def paragraph(entries: Sequence[Entry]) -> str:
    """Sentences in a row; a source that carries several stands behind the last of them."""
    runs = (list(run) for _, run in groupby(entries, key=lambda entry: entry.source))
    return " ".join(f"{_joined(run)} {run[-1].cited}".strip() for run in runs)


def _joined(run: Sequence[Entry]) -> str:
    text = ""
    for entry in run:
        ended = not text or text[-1] in '.!?…”")]'
        text += f"{'' if not text else ' ' if ended else '; '}{entry.text}"
    return text


# --- tables ------------------------------------------------------------------------


def _actions(entries: Sequence[Entry]) -> str:
    """Who does what by when, the earliest first; empty when the entries are no actions."""
    if not any(key == frames.OWNER for entry in entries for key, _ in entry.more):
        return ""
    rows = [
        [entry.text, *(dict(entry.more).get(key) or frames.OPEN for key in _OWED)]
        for entry in entries
    ]
    rows.sort(key=lambda row: iso(row[-1], "9999") or "9999")
    heads = [head.capitalize() for head in (frames.ACTION, frames.OWNER, frames.DUE)]
    return _grid(heads, rows) + _origin(entries)


def _table(entries: Sequence[Entry]) -> str:
    """Rows under the header of the longest; empty when they are of different tables."""
    rows = [entry.cells for entry in entries if entry.cells]
    heads = [name for name, _ in max(rows, key=len, default=())]
    if len(heads) < 2 or any(name not in heads for row in rows for name, _ in row):
        return ""
    grid = _grid(heads, [[dict(row).get(name, "") for name in heads] for row in rows])
    rest = [f"- {entry.line}" for entry in entries if not entry.cells]
    origin = _origin([entry for entry in entries if entry.cells])
    return grid + origin + ("\n\n" + "\n".join(rest) if rest else "")


def _origin(entries: Sequence[Entry]) -> str:
    sources = dict.fromkeys(entry.source for entry in entries if entry.source)
    return "\n\n" + " ".join(f"[{source}]" for source in sources) if sources else ""


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
