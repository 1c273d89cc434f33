"""What a playbook file says that cannot be meant.

It looks at the file rather than at the model, so that one mistake hides no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from bot.playbook.defaults import check_input
from bot.playbook.fields import read_fields
from bot.playbook.files import Unreadable, read_text
from bot.playbook.inputs import is_identity
from bot.playbook.model import Playbook
from bot.playbook.references import (
    Steps,
    check_names,
    check_returns,
    check_rings,
    check_texts,
    check_told,
    check_unused,
)
from bot.playbook.source import Page, Trail, mapping

REQUESTER = "requester"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a playbook may name outside its file; `specialists` says which are sound."""

    folder: Path
    specialists: Mapping[str, bool]
    reviewers: frozenset[str]


def read_playbook(page: Page, around: Surroundings) -> Playbook | None:
    """The playbook of a file, with everything wrong with it among the page's findings."""
    playbook = read_fields(page)
    steps = Steps(page)
    check_names(steps)
    for name in steps.inputs:
        check_input(page, ("inputs", name))
    for name in steps.steps:
        _check_step(steps, name, around)
    check_rings(steps)
    _check_context(page, around.folder)
    _check_deliver(steps, around)
    _check_words(page)
    check_unused(steps)
    return None if page.findings.has_errors else playbook


def _check_step(steps: Steps, name: str, around: Surroundings) -> None:
    step, trail = steps.steps[name], ("steps", name)
    check_texts(steps, name)
    check_told(steps, name)
    check_returns(steps, name)
    if "each" in step and "variants" in step:
        what = '"each" and "variants" cannot stand together'
        steps.page.wrong(what, (*trail, "variants"), on_key=True)
    if steps.kind(name) in {"work", "judge"}:
        _check_specialist(steps.page, (*trail, "by"), around.specialists)
    elif "human" in step:
        _check_people(steps.page, (*trail, "by"), around.reviewers)
    if steps.kind(name) == "answer":
        _check_answer(steps.page, trail, step)


def _check_specialist(page: Page, trail: Trail, specialists: Mapping[str, bool]) -> None:
    by = page.get(trail)
    if not isinstance(by, str) or specialists.get(by):
        return
    if by in specialists:
        page.wrong(f'the file of the specialist "{by}" has errors', trail)
    elif by.strip():
        sound = sorted(name for name, is_sound in specialists.items() if is_sound)
        what = f'there is no specialist "{by}"'
        page.wrong(what, trail, allowed=sound, word=by)


def _check_people(page: Page, trail: Trail, reviewers: frozenset[str]) -> None:
    allowed = (REQUESTER, *sorted(reviewers), "platform:workspace:user")
    for place, word in page.named(trail):
        if word not in allowed[:-1] and not is_identity(word):
            page.wrong(f'nobody is called "{word}"', place, allowed=allowed, word=word)


def _check_answer(page: Page, trail: Trail, step: Mapping[str, JsonValue]) -> None:
    if step.get("options") and step.get("inputs"):
        what = 'an answer has "options" or "inputs", not both'
        page.wrong(what, (*trail, "inputs"), on_key=True)
    for name in mapping(step.get("inputs")):
        check_input(page, (*trail, "inputs", name))


def _check_context(page: Page, folder: Path) -> None:
    context = page.get(("context",))
    for index, item in enumerate(context if isinstance(context, list) else []):
        file = mapping(item).get("file")
        if isinstance(file, str):
            try:
                read_text(folder / file, folder)
            except Unreadable as error:
                page.wrong(f'the context file "{file}" {error}', ("context", index, "file"))


def _check_deliver(steps: Steps, around: Surroundings) -> None:
    page = steps.page
    for trail, word in page.named(("deliver", "from")):
        if word not in steps.steps:
            what = f'there is no step "{word}"'
            page.wrong(what, trail, allowed=steps.steps, word=word)
        elif steps.kind(word) in {"do", "act"}:
            page.wrong(f'the step "{word}" makes nothing that could be delivered', trail)
    _check_people(page, ("deliver", "review", "by"), around.reviewers)
    _check_reach(page)


def _check_reach(page: Page) -> None:
    """Find a review that those it names can never finish; how many a group has is not known."""
    trail = ("deliver", "review")
    review = mapping(page.get(trail))
    people = {word for _, word in page.named((*trail, "by"))} or {REQUESTER}
    if not all(word == REQUESTER or is_identity(word) for word in people):
        return
    if review.get("own_work") is False and people == {REQUESTER}:
        what = "only the requester reviews, and may not approve their own work"
        page.wrong(what, (*trail, "own_work"))
    approvals = review.get("approvals", 1)
    if isinstance(approvals, int) and approvals > len(people):
        what = f"{approvals} approvals are asked for, and only {len(people)} can be given"
        page.wrong(what, (*trail, "approvals"))


def _check_words(page: Page) -> None:
    """Find texts that are there but say nothing."""
    for trail in page.values:
        said = page.get(trail)
        if isinstance(said, str) and not said.strip() and _must_speak(trail):
            page.wrong("text is expected, but it is empty", trail)


def _must_speak(trail: Trail) -> bool:
    match trail:
        case ("about",) | ("steps", _, "by" | "do" | "ask" | "say") | ("steps", _, "rubric", _):
            return True
        case ("steps", _, "act", "post") | ("deliver", "then", _, "post"):
            return True
        case _:
            return False
