"""Every call of a model: a line for each, and its prompt built again from the log. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypedDict, assert_never

from adapters.web.prose import harmless
from adapters.web.views.hues import hues
from adapters.web.views.wording import part_label, span, who_of
from bot.cards.run import UNDERSTUDY, money
from bot.playbook.templates import text as readable
from bot.prompts import request
from bot.run.events import (
    CallFailed,
    CallFinished,
    CallStarted,
    ModelTurn,
    PersonTurn,
    Recorded,
    Task,
    ToolTurn,
    Turn,
    Usage,
)
from bot.run.evolve import fold
from bot.run.state import Run
from bot.specialist import Ask, next_move


class CallLine(TypedDict):
    """A call; `seq` is its start's place in the log, and all else is words."""

    seq: int
    label: str
    call: int
    who: str
    hue: int
    model: str
    tokens: str
    cost: str
    took: str
    state: str
    at: str


class Passage(TypedDict):
    """A part of what was sent or answered, to the letter."""

    label: str
    text: str


_Ended = CallFinished | CallFailed


def call_lines(records: Sequence[Recorded], run: Run) -> list[CallLine]:
    """A line for each call in the order in which they began."""
    ends = _ends(records)
    colours = hues(run.playbook)
    lines: list[CallLine] = []
    for record in records:
        if isinstance(begun := record.event, CallStarted):
            line = _begun(record, begun, run)
            line["hue"] = colours.get(who_of(run, begun.task.step), 0)
            if ended := ends.get(_key(begun.task, begun.call)):
                _end(line, record, *ended)
            lines.append(line)
    return lines


def passages(records: Sequence[Recorded], seq: int) -> list[Passage] | None:
    """The prompt as it was sent and what came back; None when no call began there."""
    at = next((n for n, record in enumerate(records) if record.seq == seq), len(records))
    begun = records[at].event if at < len(records) else None
    then = fold(records[:at])
    if not isinstance(begun, CallStarted) or then is None:
        return None
    sent = request(then, begun.task, {})
    move = next_move(then, begun.task, then.turns.get(begun.task.key, ()))
    turns = move.turns if isinstance(move, Ask) else ()
    said = [
        ("System", sent.system),
        ("Brief", sent.brief),
        ("Instructions", sent.instructions),
        *(passage for turn in turns for passage in _turn(turn)),
        *_came(_ends(records).get(_key(begun.task, begun.call))),
    ]
    return [Passage(label=label, text=harmless(text)) for label, text in said]


def tokens(usage: Usage) -> str:
    """What went in, what of that was in the cache, and what came out."""
    cached = usage.cache_read
    into = usage.input + cached + usage.cache_write_5m + usage.cache_write_1h
    known = f" ({cached:,} cached)" if cached else ""
    return f"{into:,} in{known}, {usage.output:,} out" if into or usage.output else ""


def _key(task: Task, call: int) -> tuple[str, int]:
    return (task.key, call)


def _ends(records: Sequence[Recorded]) -> dict[tuple[str, int], tuple[Recorded, _Ended]]:
    return {
        _key(record.event.task, record.event.call): (record, record.event)
        for record in records
        if isinstance(record.event, CallFinished | CallFailed)
    }


def _begun(record: Recorded, begun: CallStarted, run: Run) -> CallLine:
    return CallLine(
        seq=record.seq,
        label=harmless(part_label(run, begun.task)),
        call=begun.call,
        who=harmless(who_of(run, begun.task.step)),
        hue=0,
        model=harmless(begun.model),
        tokens="",
        cost="",
        took="",
        state="under way",
        at=record.at.isoformat(),
    )


def _end(line: CallLine, begun: Recorded, last: Recorded, event: _Ended) -> None:
    line["took"] = span((last.at - begun.at).total_seconds())
    line["cost"] = money(event.cost_usd)
    line["tokens"] = tokens(event.usage)
    if isinstance(event, CallFailed):
        line["state"] = "failed"
    else:
        line["state"] = "used tools" if event.turn.calls else "answered"
        line["model"] = _answered_by(event.model) or line["model"]


def _answered_by(model: str) -> str:
    return "understudy, no model" if model == UNDERSTUDY else harmless(model)


def _came(ended: tuple[Recorded, _Ended] | None) -> Iterator[tuple[str, str]]:
    match ended:
        case None:
            yield "Answer", "It has not come yet."
        case (_, CallFailed(why=why)):
            yield "It failed", why
        case (_, CallFinished(turn=turn)):
            yield from _model_turn(turn, "Answer")


def _turn(turn: Turn) -> Iterator[tuple[str, str]]:
    match turn:
        case ModelTurn():
            yield from _model_turn(turn, "Answered before")
        case ToolTurn(results=results):
            for result in results:
                yield "A tool failed" if result.is_error else "A tool’s result", result.text
        case PersonTurn(text=text):
            yield "Podium said", text
        case _:
            assert_never(turn)


def _model_turn(turn: ModelTurn, label: str) -> Iterator[tuple[str, str]]:
    if turn.text or not turn.calls:
        yield label, turn.text
    for call in turn.calls:
        yield f"It used {call.name}", readable(call.arguments)
