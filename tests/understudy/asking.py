"""Requests as the core lays them out, and the answers to them."""

import json
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from adapters.understudy.model import answer
from bot.playbook.returns import to_schema
from bot.ports import Request
from bot.prompts import SYSTEM, brief_text, data
from bot.run.events import Brief, Document, Verdict


def brief(inputs: Mapping[str, JsonValue] | None = None, /, **texts: str) -> str:
    """A brief with a document for each text; `spec_md` is called spec.md."""
    documents = tuple(
        Document(name=name.replace("_", "."), source="a file from ana", text=text)
        for name, text in texts.items()
    )
    return brief_text(Brief(inputs=dict(inputs or {}), documents=documents, today="2026-11-22"))


def ask(
    task: str,
    given: str = "",
    *,
    role: str = "writer",
    returns: JsonValue = None,
    variant: tuple[int, int] = (1, 1),
    previous: str = "",
    note: str = "",
) -> Request:
    """The request for a work step."""
    parts = [f"# Your role: {role}", "# Your task", task]
    if variant != (1, 1):
        parts.append(f"This is variant {variant[0]} of {variant[1]}: take an angle of your own.")
    if note:
        parts += [
            "# Revision\nYou handed this in before:\n" + data("draft", previous),
            f"The people who judge it sent it back with these notes, the newest last:\n1. {note}",
            "Hand in the whole result again with the newest note carried out.",
        ]
    shape = None if returns is None else to_schema(returns)
    if shape:
        parts.append(
            f"# Shape\nIt must follow this schema:\n```json schema\n{json.dumps(shape)}\n```"
        )
    return Request(
        model="sonnet", system=SYSTEM, brief=given, instructions="\n\n".join(parts), shape=shape
    )


def told(task: str, given: str, **more: object) -> str:
    """The answer to a task for a text."""
    return answer(ask(task, given, **more))  # pyright: ignore[reportArgumentType]


def filled(returns: JsonValue, task: str, given: str, role: str = "analyst") -> JsonValue:
    """The answer to a task that asks for a shape."""
    return json.loads(answer(ask(task, given, role=role, returns=returns)))


def judged(candidates: Sequence[str], rubric: Sequence[str], given: str) -> Verdict:
    """The answer to a request of a judge step."""
    lines = "\n".join(f"{number}. {line}" for number, line in enumerate(rubric))
    shown = "\n\n".join(
        f"## Candidate {number}\n{data('candidate', text)}"
        for number, text in enumerate(candidates)
    )
    request = ask(f"Judge each candidate.\n\n# Rubric\n{lines}\n\n{shown}", given)
    shape = Verdict.model_json_schema()
    return Verdict.model_validate_json(answer(request.model_copy(update={"shape": shape})))
