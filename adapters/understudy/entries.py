"""Entries: what lists are made of, read back from other steps' results, laid out as Markdown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from adapters.understudy import frames
from adapters.understudy.assignment import Form, Given

_SHOWN = (frames.OWNER, frames.DUE, frames.OBJECTION, "state")
_SOURCE_KEYS = ("source", "document", "from")
_LINE = re.compile(r"(\s*)(- )?(?:([a-z][a-z0-9_]{0,40}):(?: (.*)|$))?(.*)$")
_CITED = re.compile(r"\s*\[([^\[\]\n]{1,80})\]$")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Words of the material, where they stand, and by name what goes with them.

    `group` is the list that an entry of another step's result is from, or the words before it.
    """

    text: str
    source: str = ""
    more: Mapping[str, str] = field(default_factory=dict[str, str])
    group: str = ""
    row: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        """The words with their source, and what goes with them and they do not say themselves."""
        more = ((key, self.more.get(key, "")) for key in _SHOWN)
        told = [f"{key}: {v}" for key, v in more if v and not self.text.startswith(f"{v}:")]
        return f"{self.text} {self.cited}".strip() + (f" ({'; '.join(told)})" if told else "")

    @property
    def heads(self) -> str:
        """The first column's name, which rows of one table share."""
        return self.row[0][0] if self.row else ""

    @property
    def cited(self) -> str:
        """The source in brackets, but where the words end with it already."""
        cited = f"[{self.source}]" if self.source else ""
        return "" if self.text.endswith(cited or "]") else cited


def markdown(entries: Sequence[Entry], form: Form) -> str:
    """Entries as a paragraph, or as lists and tables."""
    if form == "paragraph":
        return paragraph(entries)
    blocks: list[str] = []
    first: dict[str, int] = {}
    # Rows of one table stand together, where the first of them stands.
    places = [first.setdefault(e.heads or str(n), n) for n, e in enumerate(entries)]
    ordered = [entries[n] for n in sorted(range(len(entries)), key=lambda n: places[n])]
    for heads, run in groupby(ordered, key=lambda entry: entry.heads):
        rows = list(run)
        is_table = heads and (len(rows) > 1 or form == "table")
        blocks.append(_table(rows) if is_table else "\n".join(f"- {e.line}" for e in rows))
    return "\n\n".join(blocks)


def gap(about: str = "") -> str:
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


def _table(entries: Sequence[Entry]) -> str:
    """Rows under the header of the longest, with their sources below."""
    heads = list(dict(max((entry.row for entry in entries), key=len)))
    rows = [[dict(entry.row).get(name, "") for name in heads] for entry in entries]
    grid = "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"
        for line in (heads, ["---"] * len(heads), *rows)
    )
    sources = dict.fromkeys(entry.source for entry in entries if entry.source)
    return grid + ("\n\n" + " ".join(f"[{source}]" for source in sources) if sources else "")


# --- other steps' results, read back ------------------------------------------------


@dataclass
class _Open:
    """An entry whose lines are being read."""

    group: str
    indent: int
    fields: dict[str, str] = field(default_factory=dict[str, str])
    key: str = "text"

    def closed(self) -> Iterator[Entry]:
        fields = {key: " ".join(text.split()) for key, text in self.fields.items()}
        if any(fields.values()):
            yield _entry(self.group, fields)


def _entry(group: str, fields: Mapping[str, str]) -> Entry:
    text, *rest = fields.values()
    cited = _CITED.search(text)
    named = next((fields[key] for key in _SOURCE_KEYS if key in fields), cited[1] if cited else "")
    more = dict(zip(list(fields)[1:], rest, strict=True))
    return Entry(text=_CITED.sub("", text), source=named, more=more, group=group)


def records(given: Given) -> Iterator[Entry]:
    """The entries of a result, inner ones before the one around them."""
    opened: list[_Open] = []
    group = given.label
    for line in filter(str.strip, given.text.splitlines()):
        if not (found := _LINE.match(line)):
            continue
        indent = len(found[1]) + (2 if found[2] else 0)
        while opened and (indent < opened[-1].indent or (found[2] and indent == opened[-1].indent)):
            yield from opened.pop().closed()
        key, value, rest = found[3] or "", found[4] or "", found[5]
        if found[2]:
            opened.append(_Open(group=opened[-1].key if opened else group, indent=indent))
        if not opened:
            group = key if key and not value else group
            if text := value or rest.strip():
                yield _entry(key or group, {"text": text})
            continue
        last = opened[-1]
        if key and indent == last.indent:
            last.key = key
            last.fields[key] = value
        else:
            text = f"{last.fields.get(last.key, '')} {line.strip()}"
            last.fields[last.key] = text.removeprefix(" - ")
    for left in reversed(opened):
        yield from left.closed()
