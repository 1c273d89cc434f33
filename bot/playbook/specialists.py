"""Specialist files: Markdown with front matter, in the form that coding agents use."""

import json
import re
from dataclasses import replace
from typing import get_args

from pydantic import JsonValue

from bot.playbook.catalog import Catalog
from bot.playbook.model import Effort, Specialist
from bot.playbook.problem import Findings, Place
from bot.playbook.source import Page, Trail, mapping, parse
from bot.playbook.wording import told

KEYS = ("name", "description", "model", "tools", "effort")
MAX_NAME = 80

_EFFORTS: tuple[Effort, ...] = get_args(Effort)
_FENCE = "---"
_LINE = re.compile(r"([A-Za-z_-]+):[ \t]+([^\s\"'\[{|>#&*!].*)")
_NO_FENCE = "front matter is expected: a line ---, then name and description, then a line ---"


def read_specialist(
    text: str, stem: str, catalog: Catalog, findings: Findings
) -> Specialist | None:
    """The specialist of a file named `stem`; None when the findings have errors."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if lines[0].rstrip() != _FENCE or end is None:
        findings.add(_NO_FENCE, Place())
        return None
    page = _front(lines[1:end], findings)
    if page is None:
        return None
    instructions = "\n".join(lines[end + 1 :]).strip()
    if not instructions:
        findings.add("there are no instructions below the front matter", Place(end + 1))
    return _specialist(page, stem, catalog, instructions)


def _front(lines: list[str], findings: Findings) -> Page | None:
    strict = Findings(findings.file)
    page = parse("\n".join(lines), strict, first_line=2)
    loose = _loose(lines, findings.file) if page is None else None
    for problem in strict.sorted():
        what = f"{problem.what} (it was read line by line)" if loose else problem.what
        level = "warning" if loose else "error"
        findings.add(what, Place(problem.line, problem.column), level=level)
    found = page or loose
    return found and replace(found, findings=findings)


def _loose(lines: list[str], file: str) -> Page | None:
    """Front matter as coding agents read it: what follows a key is text, colons or not."""
    quoted = [
        f"{found[1]}: {json.dumps(found[2], ensure_ascii=False)}"
        if (found := _LINE.fullmatch(line.rstrip()))
        else line
        for line in lines
    ]
    return parse("\n".join(quoted), Findings(file), first_line=2)


def _specialist(page: Page, stem: str, catalog: Catalog, instructions: str) -> Specialist | None:
    if page.value is not None and not isinstance(page.value, dict):
        page.wrong(f"a mapping is expected, {told(page.value)} was found", ())
        return None
    front = mapping(page.value)
    for key in front:
        if key not in KEYS:
            what = f'the key "{key}" has no effect here'
            page.wrong(what, (key,), on_key=True, allowed=KEYS, word=key, level="warning")
    name = _text(page, "name") or stem
    if len(name) > MAX_NAME or "\n" in name:
        page.wrong(f"a name is one line of at most {MAX_NAME} characters", ("name",))
    specialist = Specialist(
        name=name,
        description=_text(page, "description"),
        model=_model(page, catalog.models),
        tools=_tools(page, catalog.tools),
        effort=_effort(page),
        instructions=instructions,
    )
    return None if page.findings.has_errors else specialist


def _text(page: Page, key: str) -> str:
    value = page.get((key,))
    if value is None or isinstance(value, str):
        return (value or "").strip()
    page.wrong(f"text is expected, {told(value)} was found", (key,))
    return ""


def _model(page: Page, models: frozenset[str]) -> str:
    default = Specialist.model_fields["model"].default
    model = _text(page, "model")
    if model in {"", "inherit"}:
        return str(default)
    _known(page, ("model",), model, models)
    return model


def _effort(page: Page) -> Effort:
    said = _text(page, "effort") or "medium"
    if said in _EFFORTS:
        return said
    what = f'"effort" cannot be "{said}"'
    page.wrong(what, ("effort",), allowed=_EFFORTS, word=said)
    return "medium"


def _tools(page: Page, tools: frozenset[str]) -> tuple[str, ...]:
    value = page.get(("tools",))
    words = value if isinstance(value, list) else list[JsonValue](_text(page, "tools").split(","))
    named: dict[str, None] = {}
    for index, word in enumerate(words):
        trail: Trail = ("tools", index)
        if not isinstance(word, str):
            page.wrong(f"text is expected, {told(word)} was found", trail)
        elif tool := word.strip():
            _known(page, trail, tool, tools)
            named[tool] = None
    return tuple(named)


def _known(page: Page, trail: Trail, word: str, known: frozenset[str]) -> None:
    if word not in known:
        what = f'there is no {str(trail[0]).removesuffix("s")} "{word}"'
        page.wrong(what, trail, allowed=sorted(known), word=word)
