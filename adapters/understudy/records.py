"""Results of other steps read back: lists of entries with fields, as they are shown to people."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from adapters.understudy.assignment import Given

_LINE = re.compile(r"(\s*)(- )?(?:([a-z][a-z0-9_]{0,40}):(?: (.*)|$))?(.*)$")
_SOURCE_KEYS = ("source", "document", "from")
_CITED = re.compile(r"\s*\[([^\[\]\n]{1,80})\]$")


@dataclass(frozen=True, kw_only=True)
class Record:
    """An entry of a list. `group` is the list's name, or the task's words before it."""

    group: str
    fields: Mapping[str, str]

    @property
    def main(self) -> str:
        """The words that the entry is about: its first field."""
        return _CITED.sub("", next(iter(self.fields.values()), ""))

    @property
    def source(self) -> str:
        """The document it is from, as a field says or brackets at its end."""
        cited = _CITED.search(next(iter(self.fields.values()), ""))
        named = (self.fields[key] for key in _SOURCE_KEYS if key in self.fields)
        return next(named, cited[1] if cited else "")

    @property
    def more(self) -> dict[str, str]:
        """The other fields that say something."""
        rest = list(self.fields.items())[1:]
        return {key: text for key, text in rest if key not in _SOURCE_KEYS and text}


@dataclass
class _Open:
    group: str
    indent: int
    fields: dict[str, str] = field(default_factory=dict[str, str])
    key: str = "text"

    def closed(self) -> Iterator[Record]:
        fields = {key: " ".join(text.split()) for key, text in self.fields.items()}
        if any(fields.values()):
            yield Record(group=self.group, fields=fields)


def records(given: Given) -> Iterator[Record]:
    """The entries of a result, inner ones before the one around them."""
    opened: list[_Open] = []
    group = given.label
    for line in given.text.splitlines():
        found = _LINE.match(line)
        if not found or not line.strip():
            continue
        indent = len(found[1]) + (2 if found[2] else 0)
        while opened and (indent < opened[-1].indent or (found[2] and indent == opened[-1].indent)):
            yield from opened.pop().closed()
        key, value, rest = found[3] or "", found[4] or "", found[5]
        if found[2]:
            within = opened[-1].key if opened else group
            opened.append(_Open(group=within, indent=indent))
        if not opened:
            group = key if key and not value else group
            if text := value or rest.strip():
                yield Record(group=key or group, fields={"text": text})
        elif key and indent == opened[-1].indent:
            opened[-1].key = key
            opened[-1].fields[key] = value
        else:
            last = opened[-1]
            last.fields[last.key] = f"{last.fields.get(last.key, '')} {line.strip()}".removeprefix(
                " - "
            )
    for left in reversed(opened):
        yield from left.closed()
