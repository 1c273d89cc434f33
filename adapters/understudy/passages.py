"""Documents cut into passages: sentences, list items and table rows, word for word."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.run.events import Document

LONGEST_ITEM = 320
"""Characters up to which a list item stays whole."""
_ACTION = re.compile(r"(?:action|todo|to do|next(?: week)?)\b[^:]{0,12}:", re.IGNORECASE)
# Words that stand before a colon and name no person.
_LABELS = re.compile(
    r"(?:actions?|agenda|author|costs?|date|decided|decisions?|due|example|facts?|figures|from|goal"
    r"|idea|important|in|issues?|meeting|next|notes?|on|open|our|outcome|owner|plan|prices?"
    r"|problems?|questions?|reason|results?|risks?|sources?|status|summary|tasks?|that|the|there"
    r"|this|time|to|today|update|version|we|what|who|why)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Words of the material. Passages of one `turn` stand side by side in one paragraph."""

    text: str
    source: str
    heading: str = ""
    speaker: str = ""
    turn: int = 0
    row: tuple[tuple[str, str], ...] = ()
    is_item: bool = False

    @property
    def said(self) -> str:
        """The words as they are quoted, with who said them."""
        return f"{self.speaker}: “{self.text}”" if self.speaker else self.text


_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_NUMBERED = re.compile(r"^(?:\d+\.)*\d+[.)]?\s+(?=\S)")
_ITEM = re.compile(r"(\s*)(?:[-*+•‣]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.+)")
_RULE = re.compile(r"\|?[\s:|-]*-{3,}[\s:|-]*\|?")
_CELLS = re.compile(r"(?<!\\)\|")
_PAGE = re.compile(r"\[page (\d+)\]")
_SKIPPED = re.compile(
    r"```|~~~|WEBVTT|\[Cut here: |\(no messages\)$|[-=*_ ]{3,}$|\d*$|[\d:.,]+ --> [\d:.,]+"
)
_SPEAKER = re.compile(
    r"(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?[ ,]*(?:[AaPp][Mm] )?)?"
    r"(?:<v (?P<voice>[^>]+)>|(?P<name>[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){0,2})"
    r"(?: \([^)]{1,40}\))?(?P<at>, \d{4}-\d{2}-\d{2} \d{2}:\d{2}(?: UTC)?)?:\s)\s*(?P<said>\S.*)"
)
_LABELLED = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?: ")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])[\"”’')\]]*\s+(?=[\"“„'(\[]*[^\W_a-zß-ÿ])"
    "|(?<=[\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|ca|dr|mr|mrs|ms|prof|st|inc|ltd|co|al|z\.B|bzw"
    r"|d\.h)|(?:^|\s)[A-Z])\.$",
    re.IGNORECASE,
)


def cut(documents: Iterable[Document], first_turn: int = 0) -> tuple[Passage, ...]:
    """All passages in order, their turns counted from `first_turn`."""
    found: list[Passage] = []
    for document in documents:
        start = found[-1].turn + 1 if found else first_turn
        found += _Cutter(document, start).passages()
    return tuple(found)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph, their words as they stand."""
    text = " ".join(text.split())
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text, start, end.start()):
            yield text[start : end.end()].strip()
            start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


@dataclass
class _Cutter:
    """Goes through a document line by line."""

    document: Document
    turn: int
    heading: str = ""
    page: str = ""
    header: Sequence[str] = ()
    paragraph: list[str] = field(default_factory=list[str])
    speaker: str = ""

    def passages(self) -> Iterator[Passage]:
        lines = self.document.text.splitlines()
        speakers = _speakers(lines)
        for place, line in enumerate(lines):
            following = lines[place + 1] if place + 1 < len(lines) else ""
            yield from self._line(line.strip(), line, following, speakers)
        yield from self._end()

    def _line(
        self, line: str, raw: str, following: str, speakers: frozenset[str]
    ) -> Iterator[Passage]:
        if line.startswith("|"):
            yield from self._end()
            yield from self._row(line, following)
            return
        self.header = ()
        if not line or _SKIPPED.match(line):
            yield from self._end()
        elif page := _PAGE.fullmatch(line):
            yield from self._end()
            self.page = f", page {page[1]}"
        elif heading := _HEADING.fullmatch(line):
            yield from self._end()
            self.heading = _NUMBERED.sub("", heading[1])
        elif (said := _SPEAKER.fullmatch(line)) and _name(said) in speakers:
            yield from self._end()
            self.speaker = _name(said)
            self.paragraph = [said["said"]]
        elif item := _ITEM.fullmatch(raw):
            yield from self._end()
            yield from self._item(item[2])
        else:
            if self.paragraph and _begins_anew(self.paragraph[-1], line):
                yield from self._end()
            self.paragraph.append(line)

    def _end(self) -> Iterator[Passage]:
        """What was gathered becomes passages."""
        if self.paragraph:
            self.turn += 1
            text = " ".join(" ".join(self.paragraph).split())
            # An action keeps its owner and its date.
            whole = is_labelled_action(text) and len(text) <= LONGEST_ITEM
            for sentence in [text] if whole else sentences(text):
                yield self._passage(sentence)
            self.paragraph = []
        self.speaker = ""

    def _item(self, text: str) -> Iterator[Passage]:
        self.turn += 1
        pieces = [" ".join(text.split())] if len(text) <= LONGEST_ITEM else sentences(text)
        for piece in pieces:
            yield self._passage(piece, is_item=True)

    def _row(self, line: str, following: str) -> Iterator[Passage]:
        cells = [cell.strip().replace("\\|", "|") for cell in _CELLS.split(line.strip("|"))]
        if _RULE.fullmatch(line):
            return
        if not self.header and _RULE.fullmatch(following.strip()):
            self.header = cells
            self.turn += 1
            return
        names = [*self.header, *[""] * (len(cells) - len(self.header))]
        row = tuple((name, cell) for name, cell in zip(names, cells, strict=False) if cell)
        if row:
            yield self._passage("; ".join(f"{n}: {c}" if n else c for n, c in row), row=row)

    def _passage(
        self, text: str, *, row: tuple[tuple[str, str], ...] = (), is_item: bool = False
    ) -> Passage:
        return Passage(
            text=text,
            source=self.document.name + self.page,
            heading=self.heading,
            speaker=self.speaker,
            turn=self.turn,
            row=row,
            is_item=is_item,
        )


def is_labelled_action(text: str) -> bool:
    """Whether a text begins as `Action: …` or `TODO: …`."""
    return bool(_ACTION.match(text))


def _name(said: re.Match[str]) -> str:
    return str(said["voice"] or said["name"])


def _speakers(lines: Sequence[str]) -> frozenset[str]:
    """Who speaks in a transcript; nobody in a text that merely has colons in it."""
    found = [said for line in lines if (said := _SPEAKER.fullmatch(line.strip()))]
    # A message of a channel says when it was written.
    stamped = frozenset(_name(said) for said in found if said["at"])
    counts = Counter(n for n in map(_name, found) if not _LABELS.match(n))
    if (
        stamped
        or counts.total() < 3
        or counts.total() * 4 < sum(1 for line in lines if line.strip())
    ):
        return stamped
    return frozenset(counts)


def _begins_anew(before: str, line: str) -> bool:
    """Whether a line stands for itself: it has a label, or the one before was short and whole."""
    ran_on = len(before) >= 60 or line[0].islower() or before[-1] in ",;-–(&"
    return bool(_LABELLED.match(line)) or not ran_on
