"""A model request taken apart again: brief, documents, task, material from others, notes."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.ports import Request
from bot.run.events import Document

_INPUT = re.compile(r"(?s)^## ([^\n]+)\n<input>\n(.*?)\n?</input>", re.MULTILINE)
_DOCUMENT = re.compile(r'(?s)<document name="([^"]*)" source="([^"]*)">\n(.*?)\n?</document>')
_TODAY = re.compile(r"^Today is (?:\w+, )?(\d{4}-\d{2}-\d{2})", re.MULTILINE)
_TAG = re.compile(r"<(/?)(document|result|candidate|draft|item|input)\b([^>\n]*)>")
_PART = re.compile(r"^# (Your role: .*|Your task|Rubric|Revision|Shape)$", re.MULTILINE)
_NUMBERED = re.compile(r"^\d+\. ", re.MULTILINE)
_ITEM = re.compile(r"\n- ")
_VARIANT = re.compile(r"This is variant (\d+) of (\d+)[^\n]*")
_TOOLS = re.compile(r"^(Of the tools, only these|The tools are for other).*$", re.MULTILINE)
# How a page of style is told from what the task is about.
_STYLE = re.compile(r"style|tone.of.voice|guideline|glossary", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What all steps of a run see; `pages` tell how to write, not what about."""

    today: str
    inputs: Mapping[str, str]
    documents: tuple[Document, ...]
    pages: tuple[Document, ...]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What stands between tags in a step's own part; `label` is the line of the task before it."""

    tag: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Assignment:
    brief: Brief
    role: str
    task: str
    given: tuple[Given, ...] = ()
    rubric: tuple[str, ...] = ()
    variant: int = 1
    previous: str = ""
    notes: tuple[str, ...] = ()

    @property
    def candidates(self) -> tuple[str, ...]:
        return tuple(given.text for given in self.given if given.tag == "candidate")

    @property
    def material(self) -> tuple[Given, ...]:
        """What others of the team hand over for this task."""
        return tuple(given for given in self.given if given.tag in ("result", "input", "item"))


def read(request: Request) -> Assignment:
    """The request as the understudy works from it."""
    told, given = _told(request.instructions)
    parts = dict(_parts(told))
    variant = _VARIANT.search(told)
    number, of = (int(variant[1]), int(variant[2])) if variant else (1, 1)
    task = parts.get("Your task", told)
    return Assignment(
        brief=read_brief(request.brief),
        role=next((f"{name}\n{text}" for name, text in parts.items() if "role" in name), ""),
        task=_TOOLS.sub("", _VARIANT.sub("", task)).strip(),
        given=given,
        rubric=_numbered(parts.get("Rubric", "").partition("\n## Candidate")[0]),
        variant=number,
        previous=_own(next((part.text for part in given if part.tag == "draft"), ""), number, of),
        notes=_notes(parts.get("Revision", "")),
    )


@lru_cache(maxsize=8)
def read_brief(text: str) -> Brief:
    """The brief's parts; the same for all steps of a run, so it is read once."""
    documents = tuple(
        Document(name=name, source=source, text=body)
        for name, source, body in _DOCUMENT.findall(text)
    )
    today = _TODAY.search(text)
    inputs = dict(_INPUT.findall(_DOCUMENT.sub("", text)))
    if not documents and not inputs and text.strip():
        documents = (Document(name="brief", source="", text=text),)
    return Brief(
        today=today[1] if today else "",
        inputs=inputs,
        documents=tuple(d for d in documents if not _is_page(d)),
        pages=tuple(d for d in documents if _is_page(d)),
    )


def _is_page(document: Document) -> bool:
    return bool(_STYLE.search(document.name))


def _told(text: str) -> tuple[str, tuple[Given, ...]]:
    """What stands outside of tags, and what each outermost tag holds."""
    told: list[str] = []
    given: list[Given] = []
    inside: list[str] = []
    depth = at = 0
    outer = ""
    for tag in _TAG.finditer(text):
        (inside if depth else told).append(text[at : tag.start()])
        at = tag.end()
        closes = bool(tag[1])
        if not closes and not depth:
            outer = tag[2]
        depth = max(0, depth - 1) if closes else depth + 1
        if closes and not depth:
            given.append(Given(tag=outer, label=_label(told), text=_dedented(inside)))
            inside = []
    told.append(text[at:])
    return "".join(told), tuple(given)


def _label(told: list[str]) -> str:
    lines = "".join(told).rstrip().splitlines()
    return lines[-1].strip() if lines else ""


def _dedented(inside: list[str]) -> str:
    return textwrap.dedent("".join(inside).strip("\n"))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    heads = list(_PART.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        yield head[1], text[head.end() : end].strip()


def _own(previous: str, number: int, of: int) -> str:
    """Of several variants handed in before, the one of this number."""
    drafts = _ITEM.split("\n" + previous)[1:]
    if of == 1 or len(drafts) != of:
        return previous
    return textwrap.dedent(f"  {drafts[number - 1]}").strip("\n")


def _numbered(text: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in _NUMBERED.split(text)[1:])


def _notes(text: str) -> tuple[str, ...]:
    said = text.partition("the newest last:\n")[2].rpartition("\n\nHand in the whole result")[0]
    return _numbered(said)
