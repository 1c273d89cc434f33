"""A draft sent back: what a note asks for is done as far as putting in order and quoting can."""

import re
from collections.abc import Sequence

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment
from adapters.understudy.choosing import Source
from adapters.understudy.outline import Kind, kinds
from adapters.understudy.signs import DATE, FIGURE
from adapters.understudy.words import COMMON, CRAFT, WISHES, flat, stem, stems, words

_SHORTER = re.compile(
    r"\b(?:short(?:er|en)|too long|half|briefer|condense|fewer|less text|trim)\b", re.I
)
_LONGER = re.compile(r"\b(?:longer|more detail|more facts|fuller|expand|more of)\b", re.I)
_LEAD = re.compile(
    r"\b(?:lead|start|begin|open)(?:ing)? with|\b(?:first|at the top|to the top|up front)\b", re.I
)
_REMOVE = re.compile(
    r"\b(?:remove|drop|delete|leave out|take out|cut(?: out)?|without|no more|omit|strike)\b", re.I
)
_ADD = re.compile(r"\b(?:add|mention|include|name|say|give|put in|insert|quote|also)\b", re.I)
_CLAUSE = re.compile(r"\s*(?:[;.]\s+|,\s+(?:and |then |but )?|\band (?=\w+ )|\n+)\s*|[;.]\s*$")


def revise(assignment: Assignment, source: Source) -> str:
    """The previous draft with the newest note carried out, and a line on what could not be."""
    draft = Draft(_without_last_line(assignment.previous), source)
    left = [clause for clause in _clauses(assignment.notes[-1]) if not draft.carry_out(clause)]
    text = draft.text()
    if not left:
        return text
    return f"{text}\n\n{frames.NOT_DONE}: {'; '.join(f'“{clause}”' for clause in left)}."


def _without_last_line(text: str) -> str:
    return re.sub(rf"\n\n{frames.NOT_DONE}: [^\n]*$", "", text)


def _clauses(note: str) -> list[str]:
    return [clause.strip(" .") for clause in _CLAUSE.split(note) if clause and clause.strip(" .")]


class Draft:
    """A text as blocks that can be moved, dropped and added to."""

    def __init__(self, text: str, source: Source) -> None:
        self._blocks = [block for block in text.split("\n\n") if block.strip()]
        self._source = source

    def text(self) -> str:
        return "\n\n".join(self._blocks)

    def carry_out(self, clause: str) -> bool:
        """Whether the draft now does what the clause asks."""
        wanted = _subject(clause)
        if _SHORTER.search(clause):
            return self._shorten()
        if _LEAD.search(clause) and wanted:
            return self._lead(clause, wanted)
        if _REMOVE.search(clause) and wanted:
            return self._remove(wanted)
        if _LONGER.search(clause):
            return self._add(clause, wanted, 3)
        if _ADD.search(clause) and wanted:
            return self._add(clause, wanted, 1)
        return self._state(clause)

    # --- what can be done ------------------------------------------------------------

    def _shorten(self) -> bool:
        before = self.text()
        self._blocks = [_halved(block) for block in self._blocks]
        return self.text() != before

    def _lead(self, clause: str, wanted: frozenset[str]) -> bool:
        """Put what matches best first: a line of the draft, else of the material."""
        found = self._line(wanted, clause)
        if found:
            block, line = found
            self._take(block, line)
            line = line.removeprefix("- ")
        else:
            lines = self._quotations(clause, wanted, 1)
            if not lines:
                return False
            line = lines[0]
        self._blocks.insert(1 if self._blocks and self._blocks[0].startswith("# ") else 0, line)
        return True

    def _remove(self, wanted: frozenset[str]) -> bool:
        before = self.text()
        for place, block in reversed(list(enumerate(self._blocks))):
            if block.startswith("#") and wanted <= set(stems(block)) and block.startswith("## "):
                self._drop_section(place)
        for place, block in enumerate(self._blocks):
            if not block.startswith("#"):
                kept = [line for line in _pieces(block) if not wanted <= _told(line)]
                self._blocks[place] = _rejoined(block, kept)
        self._blocks = [block for block in self._blocks if block.strip()]
        return self.text() != before

    def _add(self, clause: str, wanted: frozenset[str], count: int) -> bool:
        lines = self._quotations(clause, wanted, count)
        if not lines:
            return False
        place = next(
            (
                n
                for n, block in enumerate(self._blocks)
                if block.startswith("## ") and wanted & set(stems(block))
            ),
            next((n for n, block in enumerate(self._blocks) if block.startswith("## ")), -1),
        )
        at = place + 1
        if at < len(self._blocks) and self._blocks[at].startswith("- "):
            self._blocks[at] = "\n".join([self._blocks[at], *(f"- {line}" for line in lines)])
        else:
            self._blocks.insert(at + 1 if place >= 0 else len(self._blocks), " ".join(lines))
        return True

    def _state(self, clause: str) -> bool:
        """A note that tells something new is material, too."""
        new = [f for f in FIGURE.findall(clause) if flat(f) not in flat(self.text())]
        if not new and not DATE.search(clause):
            return False
        self._blocks.insert(1, f"“{clause}” [note]")
        return True

    # --- finding ---------------------------------------------------------------------

    def _line(self, wanted: frozenset[str], clause: str) -> tuple[int, str] | None:
        found = [
            (len(wanted & _told(line)), -place, line)
            for place, block in enumerate(self._blocks)
            if not block.startswith(("#", "|"))
            for line in _pieces(block)
        ]
        best = max(found, default=(0, 0, ""), key=lambda one: one[:2])
        enough = best[0] >= max(1, (len(wanted) + 1) // 2)
        return (-best[1], best[2]) if enough else None

    def _quotations(self, clause: str, wanted: frozenset[str], count: int) -> list[str]:
        text = flat(self.text())
        passages = self._source.material.passages
        used = {n for n, passage in enumerate(passages) if flat(passage.text) in text}
        asked: tuple[Kind, ...] = kinds(" ".join(w for w in words(clause)))
        places = self._source.best(dict.fromkeys(wanted, 1.0), asked[:1], 12, used)
        fit = [p for p in places if not wanted or wanted & self._source.material.stems[p] or asked]
        return [f"{passages[p].said} [{passages[p].source}]" for p in fit[:count]]

    def _take(self, place: int, line: str) -> None:
        block = self._blocks[place]
        self._blocks[place] = _rejoined(block, [one for one in _pieces(block) if one != line])
        if not self._blocks[place].strip():
            del self._blocks[place]
            if place and self._blocks[place - 1].startswith("## "):
                del self._blocks[place - 1]

    def _drop_section(self, place: int) -> None:
        end = place + 1
        while end < len(self._blocks) and not self._blocks[end].startswith("#"):
            end += 1
        del self._blocks[place:end]


def _subject(clause: str) -> frozenset[str]:
    """The stems of what a clause is about, without the words that say what to do with it."""
    told = (word for word in words(clause) if word.casefold() not in COMMON | CRAFT | WISHES)
    return frozenset(stem(word) for word in told)


def _told(line: str) -> frozenset[str]:
    return frozenset(stems(line))


def _pieces(block: str) -> list[str]:
    """The lines of a list or table; of a paragraph its quotations, each with its source."""
    if block.startswith(("- ", "|")):
        return block.split("\n")
    return [piece.strip() for piece in re.findall(r".+?(?:\](?: |$|\n)|$)", block) if piece.strip()]


def _rejoined(block: str, pieces: Sequence[str]) -> str:
    return ("\n" if block.startswith(("- ", "|")) else " ").join(pieces)


def _halved(block: str) -> str:
    if block.startswith("#"):
        return block
    pieces = _pieces(block)
    head = 2 if block.startswith("|") else 0
    return _rejoined(block, pieces[: head + -(-(len(pieces) - head) // 2)])
