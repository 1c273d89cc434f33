"""Answers: what a model's last turn gives for a step, or what is wrong with it."""

import json
import re
from collections.abc import Callable

from pydantic import JsonValue, ValidationError

from bot.playbook.model import Judge, Work
from bot.playbook.returns import validate
from bot.run.commands import Finish
from bot.run.events import ModelTurn, Task, Verdict
from bot.run.state import Run

Problems = tuple[str, ...]
Fit = tuple[Finish | None, Problems]
_FENCED = re.compile(r"\s*```\w*\n(.*)\n```\s*", re.DOTALL)
_OPENS = re.compile(r"[\[{]")
_MOST_TRIED = 50


def read_answer(run: Run, task: Task, turn: ModelTurn) -> Fit:
    """The result that an answer holds, or what is wrong with it."""
    step = run.step(task.step)
    if turn.stop == "max_tokens":
        return None, ("it was cut off at the length limit; hand in a shorter one",)
    if isinstance(step, Work) and step.returns is None:
        text = turn.text.strip()
        return (Finish(task=task, value=text), ()) if text else (None, ("it is empty",))
    if isinstance(step, Judge):
        return _fitting(turn.text, lambda found: _judged(run, task, step, found))
    returns = step.returns if isinstance(step, Work) else None
    return _fitting(turn.text, lambda found: _shaped(task, returns, found))


def _fitting(text: str, fit: Callable[[JsonValue], Fit]) -> Fit:
    """What fits: the whole answer as JSON, its bare words, or the first JSON inside its prose."""
    bare = fenced[1] if (fenced := _FENCED.fullmatch(text)) else text.strip()
    whole, broken = _json(lambda: json.loads(bare))
    if not broken:
        result, problems = fit(whole)
        if result or isinstance(whole, dict | list):
            return result, problems
    result, problems = fit(bare)
    if result:
        return result, ()
    openings = [found.start() for found in _OPENS.finditer(bare)][:_MOST_TRIED]
    tries = [_json(lambda at=at: json.JSONDecoder().raw_decode(bare, at)[0]) for at in openings]
    inside = [found for found, wrong in tries if not wrong]
    return fit(inside[0]) if inside else (None, tries[0][1] if tries else problems)


def _json(read: Callable[[], JsonValue]) -> tuple[JsonValue, Problems]:
    try:
        value = read()
        # What the log could not hold: half a character, or a number beyond all bounds.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        return None, (f"it is not valid JSON: {error}",)
    return value, ()


def _shaped(task: Task, returns: JsonValue, found: JsonValue) -> Fit:
    value, problems = validate(found, returns)
    return (None, problems) if problems else (Finish(task=task, value=value), ())


def _judged(run: Run, task: Task, step: Judge, found: JsonValue) -> Fit:
    if not isinstance(found, dict):
        return None, ("it holds no JSON object",)
    verdict, problems = _verdict(found, len(run.candidates(step)), len(step.rubric))
    return (Finish(task=task, verdict=verdict), ()) if verdict else (None, problems)


def _verdict(
    found: JsonValue, candidates: int, lines: int
) -> tuple[Verdict | None, tuple[str, ...]]:
    try:
        verdict = Verdict.model_validate(found)
    except ValidationError as error:
        listed = error.errors(include_url=False, include_input=False)
        return None, tuple(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in listed[:10])
    wanted = {(n, line) for n in range(candidates) for line in range(lines)}
    given = {(score.candidate, score.line) for score in verdict.scores}
    problems = [f"candidate {n} has no score for line {line}" for n, line in wanted - given]
    problems += [f"there is no candidate {n} with a line {line}" for n, line in given - wanted]
    if not 0 <= verdict.best < candidates:
        problems.append(f"best is {verdict.best}, and the candidates are 0 to {candidates - 1}")
    return (None, tuple(sorted(problems)[:10])) if problems else (verdict, ())
