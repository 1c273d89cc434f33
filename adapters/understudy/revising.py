"""A draft sent back: what a note asks for is done as far as putting in order and quoting can."""

import json
import re
from collections.abc import Callable, Sequence

from pydantic import JsonValue

from adapters.understudy import frames
from adapters.understudy.assignment import Assignment
from adapters.understudy.material import Source
from adapters.understudy.passages import sentences
from adapters.understudy.signs import COMMON, CRAFT, DATE, FIGURE, WISHES, flat, stem, words

_SHORTER = re.compile(r"\b(?:short(?:er|en)|too long|half|briefer|condense|fewer|trim)\b", re.I)
_LONGER = re.compile(r"\b(?:longer|more detail|more facts|fuller|expand|more of)\b", re.I)
_LEAD = re.compile(
    r"\b(?:lead|start|begin|open)(?:ing)? with|\b(?:first|(?:at|to) the top|up front)\b", re.I
)
_REMOVE = re.compile(
    r"\b(?:remove|drop|delete|leave out|take out|cut(?: out)?|without|no more|omit|strike)\b", re.I
)
_ADD = re.compile(r"\b(?:add|mention|include|name|say|give|put in|insert|quote|also)\b", re.I)
_CLAUSE = re.compile(
    r"\s*(?:[;.]\s+|,\s+(?:and |then |but )?|\band (?=\w+(?: |,|$))|\n+)\s*|[;.]\s*$"
)
_GOES_ON = re.compile(r"(?:the|a|an|who|what|how|when|why|where|all|any)\b", re.IGNORECASE)
_POLITE = frozenset({"please", "thanks", "thank", "you", "hi", "hello", "and", "ok"})
_ARTICLES = frozenset({"the", "a", "an", "of", "in", "and", "out", "all", "any", "on", "about"})


def revise(assignment: Assignment, source: Source) -> str:
    """The previous draft with the newest note carried out, and a line on what could not be."""
    draft = Draft(re.sub(rf"\n\n{frames.NOT_DONE}: [^\n]*$", "", assignment.previous), source)
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
            return sorted(value, key=lambda entry: -len(wanted & _every(_shown(entry))))
        case list() if _REMOVE.search(clause) and (named := _named(clause)):
            return [entry for entry in value if not named <= _every(_shown(entry))]
        case _:
            return value


def _shown(entry: JsonValue) -> str:
    return json.dumps(entry, ensure_ascii=False)


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
            before = self.text()
            self._blocks = [self._halved(block) for block in self._blocks]
            return self.text() != before
        if _LEAD.search(clause) and wanted:
            return self._lead(wanted)
        if _REMOVE.search(clause) and (named := _named(clause)):
            return self._remove(named)
        if _LONGER.search(clause):
            return self._add(wanted, 3)
        if _ADD.search(clause) and wanted:
            there = any(wanted <= _every(p) for block in self._blocks for p in _pieces(block))
            return there or self._add(wanted, 1)
        return self._state(clause)

    # --- what can be done ------------------------------------------------------------

    def _halved(self, block: str) -> str:
        # Half of a table of figures would pass for the whole of it.
        if block.startswith(("#", ">", "|")):
            return block
        if "\n" in block and not block.startswith("- "):
            # A letter's paragraph: each of its lines keeps the first half of what it says.
            return "\n".join(map(self._halved, block.split("\n")))
        pieces = _pieces(block)
        most = -(-len(pieces) // 2)
        kept = [p for n, p in enumerate(pieces) if n < most or p.removeprefix("- ") in self._wished]
        return _rejoined(block, kept)

    def _lead(self, wanted: frozenset[str]) -> bool:
        """Put what matches best first: a line of the draft, else of the material."""
        lines = [
            line
            for block in self._blocks
            if not block.startswith(("#", "|", ">"))
            for line in _pieces(block)
        ]
        best = max(lines, key=lambda line: len(wanted & _every(line)), default="")
        if 2 * len(wanted & _every(best)) >= max(2, len(wanted)):
            self._keep(lambda piece: piece != best)
            found = [best.removeprefix("- ")]
        else:
            found = self._quotations(wanted, 1)
        self._wished.update(found)
        self._blocks[self._top : self._top] = found
        return bool(found)

    def _remove(self, wanted: frozenset[str]) -> bool:
        """Drop the sections, lines and sentences that speak of it; True as none does now."""
        kept: list[str] = []
        dropped = False
        for block in self._blocks:
            if block.startswith("#"):
                dropped = block.startswith("## ") and wanted <= _every(block)
            if not dropped:
                kept.append(block)
        self._blocks = kept
        self._keep(lambda piece: not wanted <= _every(piece))
        return True

    def _add(self, wanted: frozenset[str], count: int) -> bool:
        lines = self._quotations(wanted, count)
        self._wished.update(lines)
        heads = [n for n, block in enumerate(self._blocks) if block.startswith("## ")]
        fitting = (n for n in heads if wanted & _every(self._blocks[n]))
        at = next(fitting, heads[0] if heads else len(self._blocks) - 1) + 1
        if at < len(self._blocks) and self._blocks[at].startswith("- "):
            self._blocks[at] = "\n".join([self._blocks[at], *(f"- {line}" for line in lines)])
        elif lines:
            self._blocks.insert(min(at + 1, len(self._blocks)), " ".join(lines))
        return bool(lines)

    def _state(self, clause: str) -> bool:
        """A note that tells something new is material, too."""
        text = flat(self.text())
        new = any(flat(figure) not in text for figure in FIGURE.findall(clause))
        if is_told := new or bool(DATE.search(clause)):
            self._blocks.insert(self._top, f"“{clause}” [note]")
        return is_told

    @property
    def _top(self) -> int:
        return 1 if self._blocks and self._blocks[0].startswith("# ") else 0

    def _quotations(self, wanted: frozenset[str], count: int) -> list[str]:
        """What the material says of it and the draft does not say yet."""
        text, material = flat(self.text()), self._source.material
        asked = material.relevance(dict.fromkeys(wanted, 1.0)) or dict(enumerate(material.central))
        speaks = {n: len(wanted & material.stems[n]) for n in asked}
        order = sorted(asked, key=lambda n: (-speaks[n], -asked[n], n))
        fit = (material.passages[n] for n in order if speaks[n] or not wanted)
        new = [passage for passage in fit if flat(passage.text) not in text]
        return [f"{passage.said} [{passage.source}]" for passage in new[:count]]

    def _keep(self, is_kept: Callable[[str], bool]) -> None:
        """The pieces that are to be kept, without headings that then stand over nothing."""
        blocks = [
            block
            if block.startswith(("#", ">"))
            else _rejoined(block, [piece for piece in _pieces(block) if is_kept(piece)])
            for block in self._blocks
        ]
        blocks = [block for block in blocks if block.strip()]
        self._blocks = [
            block
            for block, after in zip(blocks, [*blocks[1:], "# "], strict=False)
            if not (block.startswith("## ") and after.startswith("#"))
        ]


def _subject(clause: str) -> frozenset[str]:
    """The stems of what a clause is about, without the words that say what to do with it."""
    told = (word for word in words(clause) if word.casefold() not in COMMON | CRAFT | WISHES)
    return frozenset(stem(word) for word in told)


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
