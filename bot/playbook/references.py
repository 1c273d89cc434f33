"""What the steps of a file name, and what of it is not there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue

from bot.playbook.fields import STEPS, keys_of
from bot.playbook.graph import ALWAYS, ITEM, LAST, RESERVED, ring
from bot.playbook.model import step_kind
from bot.playbook.returns import ShorthandError, flaws
from bot.playbook.source import Page, Trail, mapping
from bot.playbook.templates import Reads, TemplateError, reads_in, reads_in_expression
from bot.playbook.wording import nearest

_EXPRESSIONS = ("when", "each", "from")
_TEMPLATES = ("do", "ask", "say")
_MATERIAL = ("long", "files")
_OF_LAST: JsonValue = {"result": "text", "approved_at": "text"}


@dataclass(frozen=True)
class _Text:
    """A text of a step; with `error` what is wrong with it, and then it reads nothing."""

    trail: Trail
    reads: Reads
    error: str = ""


def _read_text(trail: Trail, text: str) -> _Text:
    read = reads_in_expression if trail[-1] in _EXPRESSIONS else reads_in
    try:
        return _Text(trail, read(text))
    except TemplateError as error:
        line = f" (line {error.line} of the text)" if "\n" in text.strip() else ""
        return _Text(trail, Reads(), f"{error}{line}")


@dataclass(frozen=True)
class Steps:
    """The inputs and steps of a file, as far as they can be read."""

    page: Page

    @cached_property
    def inputs(self) -> dict[str, JsonValue]:
        return mapping(self.page.get(("inputs",)))

    @cached_property
    def steps(self) -> dict[str, dict[str, JsonValue]]:
        return {name: mapping(step) for name, step in mapping(self.page.get(("steps",))).items()}

    @cached_property
    def texts(self) -> dict[str, tuple[_Text, ...]]:
        return {name: tuple(self._texts_of(name)) for name in self.steps}

    def kind(self, name: str) -> str:
        return step_kind(self.steps[name])

    def _texts_of(self, name: str) -> Iterator[_Text]:
        keys = keys_of(STEPS[self.kind(name)])
        for key in (*_EXPRESSIONS, *_TEMPLATES):
            text = self.steps[name].get(key)
            if key in keys and isinstance(text, str):
                yield _read_text(("steps", name, key), text)

    def told(self, name: str, key: str) -> list[tuple[Trail, str]]:
        """What a step names outside its texts, under a key such as `after`."""
        in_kind = key in keys_of(STEPS[self.kind(name)])
        return self.page.named(("steps", name, key)) if in_kind else []

    def uses(self, name: str) -> frozenset[str]:
        """Every name that a step uses."""
        told = {word for key in ("after", "judge") for _, word in self.told(name, key)}
        return frozenset(told).union(*(text.reads.names for text in self.texts[name]))


def check_names(steps: Steps) -> None:
    """Find names that mean something else already."""
    for part, names in (("inputs", steps.inputs), ("steps", steps.steps)):
        for name in names:
            if name in RESERVED:
                what = f'"{name}" is a reserved word; choose another name'
                steps.page.wrong(what, (part, name), on_key=True)
    for name in steps.inputs.keys() & steps.steps.keys():
        what = f'"{name}" is an input already; choose another name for the step'
        steps.page.wrong(what, ("steps", name), on_key=True)


def check_texts(steps: Steps, name: str) -> None:
    """Find what is wrong with the texts of a step, and names in them that are not there."""
    known = (*steps.inputs, *steps.steps, *ALWAYS)
    has_items = "each" in steps.steps[name]
    for text in steps.texts[name]:
        here = (*known, ITEM) if has_items and text.trail[-1] == "do" else known
        if text.error:
            steps.page.wrong(text.error, text.trail)
        for word in sorted(text.reads.names.difference(here)):
            if word == ITEM:
                what = '"item" is known only in the "do" of a step with "each"'
                steps.page.wrong(what, text.trail)
            else:
                what = f'there is no input or step "{word}"'
                steps.page.wrong(what, text.trail, allowed=here, word=word)
        for trail in sorted(text.reads.parts):
            _check_part(steps, text, trail)


def _check_part(steps: Steps, text: _Text, part: tuple[str, ...]) -> None:
    """Find a part of a result that its `returns` does not give, or that `last` does not have."""
    name, *keys = part
    if name == LAST:
        _check_keys(steps.page, text.trail, name, keys[:1], _OF_LAST)
    if name not in steps.steps or name in steps.inputs:
        return
    step = steps.steps[name]
    if steps.kind(name) != "work" or step.get("each") or step.get("variants", 1) != 1:
        return
    shape = step.get("returns")
    if shape is None:
        what = f'"{name}" gives text, so it has no "{keys[0]}"; say its shape with "returns"'
        steps.page.wrong(what, text.trail)
    elif not flaws(shape):
        _check_keys(steps.page, text.trail, name, keys, shape)


def _check_keys(page: Page, trail: Trail, path: str, keys: list[str], shape: JsonValue) -> None:
    for key in keys:
        parts = {word.removesuffix("?"): part for word, part in mapping(shape).items()}
        if key not in parts:
            page.wrong(f'"{path}" gives no "{key}"', trail, allowed=parts, word=key)
            return
        path, shape = f"{path}.{key}", parts[key]


def check_told(steps: Steps, name: str) -> None:
    """Find steps named by `after` and `judge` that are not there or cannot be judged."""
    for trail, word in (*steps.told(name, "after"), *steps.told(name, "judge")):
        if word not in steps.steps:
            what = f'there is no step "{word}"'
            steps.page.wrong(what, trail, allowed=steps.steps, word=word)
        elif trail[2] == "judge" and steps.kind(word) != "work":
            works = [step for step in steps.steps if steps.kind(step) == "work"]
            what = f'"{word}" is no work that can be judged'
            steps.page.wrong(what, trail, allowed=works)


def check_returns(steps: Steps, name: str) -> None:
    """Find what is wrong with the shape of a step's result."""
    trail = ("steps", name, "returns")
    shape = steps.steps[name].get("returns")
    if steps.kind(name) == "work" and shape is not None:
        for flaw in flaws(shape):
            _tell_flaw(steps.page, trail, flaw)


def _tell_flaw(page: Page, trail: Trail, flaw: ShorthandError) -> None:
    place = page.at((*trail, *flaw.path))
    page.findings.add(flaw.what, place, allowed=(flaw.allowed,), near=flaw.near)


def check_rings(steps: Steps) -> None:
    """Find every ring of steps that wait for each other."""
    waits_for: Mapping[str, frozenset[str]] = {
        name: steps.uses(name).intersection(steps.steps) for name in steps.steps
    }
    while found := ring(waits_for):
        what = f"steps wait for each other in a ring: {' -> '.join(found)}"
        steps.page.wrong(what, ("steps", found[0]), on_key=True)
        waits_for = {
            name: others.difference(found)
            for name, others in waits_for.items()
            if name not in found
        }


def check_unused(steps: Steps) -> None:
    """Warn of inputs and results that nothing uses; material speaks for itself in the brief."""
    if any(text.error for texts in steps.texts.values() for text in texts):
        return
    delivered = frozenset(word for _, word in steps.page.named(("deliver", "from")))
    used = delivered.union(*(steps.uses(name) for name in steps.steps))
    meant = {nearest(word, steps.inputs) for word in used.difference(steps.inputs, steps.steps)}
    for name, spec in steps.inputs.items():
        if name not in used | meant and mapping(spec).get("type") not in _MATERIAL:
            what = f'no step uses the input "{name}"'
            steps.page.wrong(what, ("inputs", name), on_key=True, level="warning")
    if steps.page.findings.has_errors:
        return
    for name in steps.steps:
        if name not in used and steps.kind(name) in {"work", "judge", "choose", "answer"}:
            what = f'nothing uses the result of "{name}"'
            steps.page.wrong(what, ("steps", name), on_key=True, level="warning")
