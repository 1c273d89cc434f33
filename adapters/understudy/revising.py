"""A draft sent back: what a note asks for is done as far as putting in order and quoting can."""

import json
import re
from collections.abc import Sequence

from pydantic import JsonValue

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment, kinds
from adapters.understudy.material import Source
from adapters.understudy.passages import sentences
from adapters.understudy.signs import COMMON, CRAFT, DATE, FIGURE, WISHES, flat, stem, stems, words

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
_TRIED = 12
"""Passages among which those for a wish are looked for."""
_TABLE_HEAD = 2
_WHOLE = 8
"""Words from which a line is as good a beginning as a longer one."""
_CLAUSE = re.compile(
    r"\s*(?:[;.]\s+|,\s+(?:and |then |but )?|\band (?=\w+(?: |,|$))|\n+)\s*|[;.]\s*$"
)
_GOES_ON = re.compile(r"(?:the|a|an|who|what|how|when|why|where|all|any)\b", re.IGNORECASE)
_POLITE = frozenset({"please", "thanks", "thank", "you", "hi", "hello", "and", "ok", "okay"})
_ARTICLES = frozenset({"the", "a", "an", "of", "in", "and", "out", "all", "any", "on", "about"})


def revise(assignment: Assignment, source: Source) -> str:
    """The previous draft with the newest note carried out, and a line on what could not be."""
    draft = Draft(_without_last_line(assignment.previous), source)
    clauses = _clauses(assignment.notes[-1])
    # Shortened last, so that what another wish brought in stays.
    in_order = sorted(clauses, key=lambda clause: bool(_SHORTER.search(clause)))
    undone = {clause for clause in in_order if not draft.carry_out(clause)}
    if not undone:
        return draft.text()
    left = "; ".join(f"“{clause}”" for clause in clauses if clause in undone)
    return f"{draft.text()}\n\n{frames.NOT_DONE}: {left}."


def revise_value(value: JsonValue, notes: Sequence[str]) -> JsonValue:
    """A filled shape with the notes carried out in its lists: entries dropped, put first, fewer."""
    for clause in (clause for note in notes for clause in _clauses(note)):
        value = _in_lists(value, clause)
    return value


def _in_lists(value: JsonValue, clause: str) -> JsonValue:
    match value:
        case dict():
            return {key: _in_lists(part, clause) for key, part in value.items()}
        case list() if _SHORTER.search(clause):
            return value[: -(-len(value) // 2)]
        case list() if _LEAD.search(clause):
            wanted = _subject(clause)
            return sorted(value, key=lambda entry: -len(wanted & _told(_shown(entry))))
        case list() if _REMOVE.search(clause) and (named := _named(clause)):
            return [entry for entry in value if not named <= _every(_shown(entry))]
        case _:
            return value


def _shown(entry: JsonValue) -> str:
    return json.dumps(entry, ensure_ascii=False)


def _without_last_line(text: str) -> str:
    return re.sub(rf"\n\n{frames.NOT_DONE}: [^\n]*$", "", text)


def _clauses(note: str) -> list[str]:
    """The wishes in a note; `remove the risks and the dates` are two, with one verb."""
    found: list[str] = []
    verb = ""
    for part in _CLAUSE.split(note):
        clause = (part or "").strip(" .")
        wish = _LEAD.match(clause) or _REMOVE.match(clause) or _ADD.match(clause)
        if wish:
            verb = wish[0]
        elif verb and _GOES_ON.match(clause):
            clause = f"{verb} {clause}"
        if not all(word.casefold() in _POLITE for word in words(clause)):
            found.append(clause)
    return found


class Draft:
    """A text as blocks that can be moved, dropped and added to."""

    def __init__(self, text: str, source: Source) -> None:
        self._blocks = [block for block in text.split("\n\n") if block.strip()]
        self._source = source
        self._wished: set[str] = set()

    def text(self) -> str:
        return "\n\n".join(self._blocks) or f"{frames.NOT_THERE}."

    def carry_out(self, clause: str) -> bool:
        """Whether the draft now does what the clause asks."""
        wanted = _subject(clause)
        if _SHORTER.search(clause):
            return self._shorten()
        if _LEAD.search(clause) and wanted:
            return self._lead(clause, wanted)
        if _REMOVE.search(clause) and (named := _named(clause)):
            return self._remove(named)
        if _LONGER.search(clause):
            return self._add(clause, wanted, 3)
        if _ADD.search(clause) and wanted:
            return self._add(clause, wanted, 1)
        return self._state(clause)

    # --- what can be done ------------------------------------------------------------

    def _shorten(self) -> bool:
        before = self.text()
        self._blocks = [self._halved(block) for block in self._blocks]
        return self.text() != before

    def _halved(self, block: str) -> str:
        if block.startswith(("#", ">")):
            return block
        if not block.startswith(("- ", "|")):
            # A letter's paragraph: each of its lines keeps the first half of what it says.
            return "\n".join(self._half(line, 0) for line in block.split("\n"))
        return self._half(block, _TABLE_HEAD if block.startswith("|") else 0)

    def _half(self, block: str, head: int) -> str:
        pieces = _pieces(block)
        most = head + -(-(len(pieces) - head) // 2)
        kept = [p for n, p in enumerate(pieces) if n < most or p.removeprefix("- ") in self._wished]
        return _rejoined(block, kept)

    def _lead(self, clause: str, wanted: frozenset[str]) -> bool:
        """Put what matches best first: a line of the draft, else of the material."""
        if found := self._line(wanted):
            self._take(*found)
            lines = [found[1].removeprefix("- ")]
        else:
            lines = self._quotations(clause, wanted, 1)
        self._wished.update(lines)
        self._blocks[self._top : self._top] = lines
        return bool(lines)

    def _remove(self, wanted: frozenset[str]) -> bool:
        """Drop the sections, lines and sentences that speak of it; True when none does now."""
        for place, block in reversed(list(enumerate(self._blocks))):
            if block.startswith("## ") and wanted <= _every(block):
                self._drop_section(place)
        self._blocks = [
            block
            if block.startswith("#")
            else _rejoined(block, [p for p in _pieces(block) if not wanted <= _every(p)])
            for block in self._blocks
        ]
        self._tidy()
        return True

    def _add(self, clause: str, wanted: frozenset[str], count: int) -> bool:
        if count == 1 and any(wanted <= _told(p) for b in self._blocks for p in _pieces(b)):
            return True
        lines = self._quotations(clause, wanted, count)
        self._wished.update(lines)
        heads = [n for n, block in enumerate(self._blocks) if block.startswith("## ")]
        fitting = (n for n in heads if wanted & _told(self._blocks[n]))
        at = next(fitting, heads[0] if heads else len(self._blocks) - 1) + 1
        if at < len(self._blocks) and self._blocks[at].startswith("- "):
            self._blocks[at] = "\n".join([self._blocks[at], *(f"- {line}" for line in lines)])
        elif lines:
            self._blocks.insert(min(at + 1, len(self._blocks)), " ".join(lines))
        return bool(lines)

    def _state(self, clause: str) -> bool:
        """A note that tells something new is material, too."""
        text = flat(self.text())
        new = [figure for figure in FIGURE.findall(clause) if flat(figure) not in text]
        if new or DATE.search(clause):
            self._blocks.insert(self._top, f"“{clause}” [note]")
        return bool(new or DATE.search(clause))

    @property
    def _top(self) -> int:
        return 1 if self._blocks and self._blocks[0].startswith("# ") else 0

    # --- finding ---------------------------------------------------------------------

    def _line(self, wanted: frozenset[str]) -> tuple[int, str] | None:
        """The line that speaks most of it, the first of several, if it speaks of half of it."""
        found = [
            (len(wanted & _told(line)), min(len(words(line)), _WHOLE), -place, line)
            for place, block in enumerate(self._blocks)
            if not block.startswith(("#", "|"))
            for line in _pieces(block)
        ]
        best = max(found, default=(0, 0, 0, ""), key=lambda one: one[:3])
        return (-best[2], best[3]) if 2 * best[0] >= max(2, len(wanted)) else None

    def _quotations(self, clause: str, wanted: frozenset[str], count: int) -> list[str]:
        text = flat(self.text())
        stems_of, passages = self._source.material.stems, self._source.material.passages
        used = {n for n, passage in enumerate(passages) if flat(passage.text) in text}
        query = dict.fromkeys(wanted, 1.0)
        asked = kinds(clause)[:1]
        places = [
            *self._source.best(query, asked, _TRIED, used, strict=False),
            *self._source.best(query, ("figure",), _TRIED, used, strict=False),
        ]
        fit = [place for place in dict.fromkeys(places) if wanted & stems_of[place]]
        fit.sort(key=lambda place: -len(wanted & stems_of[place]))
        return [
            f"{passages[place].said} [{passages[place].source}]"
            for place in (fit if wanted else places)[:count]
        ]

    def _take(self, place: int, line: str) -> None:
        block = self._blocks[place]
        self._blocks[place] = _rejoined(block, [one for one in _pieces(block) if one != line])
        self._tidy()

    def _tidy(self) -> None:
        """No empty block, no heading that stands over nothing."""
        blocks = [block for block in self._blocks if block.strip()]
        followed = [*blocks[1:], "# "] if blocks else []
        self._blocks = [
            block
            for block, after in zip(blocks, followed, strict=True)
            if not (block.startswith("## ") and after.startswith("#"))
        ]

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


def _named(clause: str) -> frozenset[str]:
    """The stems of all that a clause names, small words too: `the could changes`."""
    kept = (word for word in words(clause) if word.casefold() not in WISHES | _ARTICLES)
    return frozenset(stem(word) for word in kept)


def _every(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


def _pieces(block: str) -> list[str]:
    """The lines of a list, table or letter; of a paragraph its quotations, or its sentences."""
    if "\n" in block or block.startswith(("- ", "|")):
        return block.split("\n")
    cited = re.split(r"(?<=\])\s+", block)
    return cited if len(cited) > 1 or block.endswith("]") else list(sentences(block))


def _rejoined(block: str, pieces: Sequence[str]) -> str:
    lines = "\n" in block or block.startswith(("- ", "|"))
    return ("\n" if lines else " ").join(pieces)
