"""Inputs of a file that no one could fill in as they stand: options, bounds and defaults."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date

from pydantic import TypeAdapter, ValidationError

from bot.playbook.inputs import read_input
from bot.playbook.model import Choice, Files, Input, Many, Number
from bot.playbook.source import Page, Trail

_INPUT: TypeAdapter[Input] = TypeAdapter(Input)
_ANY_DAY = date(2026, 11, 30)


def check_input(page: Page, trail: Trail) -> None:
    """Find what is wrong with the input that stands at a trail, as far as it can be read."""
    spec = _spec(page, trail)
    match spec:
        case None | Files():
            return
        case Choice():
            _twice(page, (*trail, "options"), spec.options)
            if spec.default is not None:
                _among(page, (*trail, "default"), spec.default, spec.options)
        case Many():
            _twice(page, (*trail, "options"), spec.options)
            for index, option in enumerate(spec.default):
                _among(page, (*trail, "default", index), option, spec.options)
        case Number(min=float(least), max=float(most)) if least > most:
            page.wrong(f'"min", {least:g}, is above "max", {most:g}', (*trail, "min"))
        case _ if spec.default is not None:
            _readable(page, (*trail, "default"), spec)
        case _:
            return


def _spec(page: Page, trail: Trail) -> Input | None:
    try:
        return _INPUT.validate_json(json.dumps(page.get(trail)), strict=True)
    except ValidationError:
        return None


def _twice(page: Page, trail: Trail, options: Sequence[str]) -> None:
    for option, times in Counter(options).items():
        if times > 1:
            last = len(options) - 1 - options[::-1].index(option)
            page.wrong(f'the option "{option}" stands twice', (*trail, last))


def _among(page: Page, trail: Trail, option: str, options: Sequence[str]) -> None:
    if option not in options:
        page.wrong(f'"{option}" is not among the options', trail, allowed=options, word=option)


def _readable(page: Page, trail: Trail, spec: Input) -> None:
    try:
        read_input(spec, None, today=_ANY_DAY, requester="web:here:someone")
    except ValueError as error:
        page.wrong(f"the default does not fit: {error}", trail)
