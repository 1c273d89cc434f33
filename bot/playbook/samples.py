"""Sample inputs, with which a playbook can be tried at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import JsonValue

from bot.playbook.files import Unreadable, inside
from bot.playbook.inputs import read_inputs
from bot.playbook.model import Files, Input
from bot.playbook.source import Page, mapping
from bot.playbook.wording import told

SAMPLES = "samples"

_ANY_DAY = date(2026, 11, 30)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Inputs as a person would give them, and the documents of those that take files."""

    inputs: Mapping[str, JsonValue]
    files: Mapping[str, tuple[Path, ...]]


def read_sample(page: Page, specs: Mapping[str, Input], folder: Path) -> Sample | None:
    """The sample of a playbook with these inputs; None when the findings have errors."""
    value = page.value
    if value is not None and not isinstance(value, dict):
        page.wrong(f"a mapping of inputs is expected, {told(value)} was found", ())
        return None
    given = mapping(value)
    _, errors = read_inputs(specs, given, today=_ANY_DAY, requester="web:here:someone")
    for name, error in errors.items():
        page.wrong(f"{name}: {error}" if name in specs else error, (name,), on_key=True)
    files = {
        name: _files(page, name, given.get(name), folder)
        for name, spec in specs.items()
        if isinstance(spec, Files)
    }
    if page.findings.has_errors:
        return None
    inputs = {name: raw for name, raw in given.items() if name not in files}
    return Sample(inputs=inputs, files=files)


def _files(page: Page, name: str, raw: JsonValue, folder: Path) -> tuple[Path, ...]:
    found: list[Path] = []
    for index, path in enumerate(raw if isinstance(raw, list) else [raw]):
        trail = (name, index)
        if not isinstance(path, str):
            if path is not None:
                page.wrong(f"the path of a file is expected, {told(path)} was found", trail)
            continue
        try:
            found.append(inside(folder / SAMPLES / path, folder))
        except Unreadable as error:
            page.wrong(f'the file "{path}" {error}', trail)
    return tuple(found)
