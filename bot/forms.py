"""Forms: a playbook's brief, and what people say at gates; and the decisions that they give."""

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from bot.cards import Field, Form
from bot.cards.run import gate_text
from bot.cards.steps import plain
from bot.playbook.graph import dependencies
from bot.playbook.inputs import default
from bot.playbook.model import Answer, Choice, Input, Inputs, Long, Many, Number, Playbook, Text
from bot.playbook.templates import text
from bot.run import commands as c
from bot.run.decide import authors
from bot.run.state import Gate, Run

AT_ONCE = frozenset({"approve", "choose", "say", "done", "retry", "end", "more"})
"""The verbs of buttons that decide by themselves."""

WITH_FORM = frozenset({"revise", "reject", "pick", "answer", "note", "extend"})
"""The verbs of buttons that ask for more in a form first."""

NO_ERRORS: Mapping[str, str] = {}
_LINE = 75  # characters of an option; no platform takes more everywhere
_LONG_NUMBER = 10  # digits; Python refuses to read thousands


def pick_form(
    playbooks: Mapping[str, Playbook], error: str = "", *, schedule: bool = False
) -> Form:
    """Which playbook? To be delegated now, or by a schedule."""
    lines = tuple(_line(f"{name}: {playbook.about}") for name, playbook in playbooks.items())
    spec = Choice(options=lines or ("none",))
    return Form(
        action="schedule:pick" if schedule else "pick",
        title="Schedule" if schedule else "Delegate",
        about="What should the team do again and again?"
        if schedule
        else "What should the team do?",
        fields=(Field(name="playbook", label="Playbook", input=spec, error=error),),
        submit="Next",
    )


def _line(text: str) -> str:
    return text if len(text) <= _LINE else f"{text[: _LINE - 1].rstrip()}…"


def picked(line: str) -> str:
    """The name of the playbook that a line of that form stands for."""
    return line.partition(":")[0]


def start_form(
    playbook: Playbook,
    values: Mapping[str, JsonValue],
    errors: Mapping[str, str] = NO_ERRORS,
) -> Form:
    """A playbook's brief, with what was typed so far and what is wrong with it."""
    needs = f" A good brief says: {'; '.join(playbook.needs)}." if playbook.needs else ""
    unknown = [error for name, error in errors.items() if name not in playbook.inputs]
    return Form(
        action=f"start:{playbook.name}",
        title=plain(playbook.name.replace("-", "_")),
        about=" ".join([playbook.about + needs, *unknown]),
        fields=fields(playbook.inputs, values, errors),
        submit="Delegate",
    )


def about_message(form: Form, text: str) -> Form:
    """The form with its first required text that nothing filled being that of a message."""
    empty = (
        one.name
        for one in form.fields
        if isinstance(one.input, Text | Long)
        and one.input.required
        and not (one.value or one.error)
    )
    name = next(empty, "") if text.strip() else ""
    filled = (replace(one, value=text) if one.name == name else one for one in form.fields)
    return replace(form, fields=tuple(filled))


def gate_form(
    run: Run,
    gate: Gate,
    verb: str,
    values: Mapping[str, JsonValue],
    errors: Mapping[str, str] = NO_ERRORS,
) -> Form:
    """What a button of a gate still has to ask."""
    title, specs, submit = _asked(run, gate, verb)
    return Form(
        action=f"{verb}:{run.id}:{gate.id}",
        title=title,
        about=gate_text(run, gate),
        fields=fields(specs, values, errors),
        submit=submit,
    )


def gate_inputs(run: Run, gate: Gate, verb: str) -> Inputs:
    """The fields of that form."""
    return _asked(run, gate, verb)[1]


def pressed(run: Run, gate: str, verb: str, option: str) -> c.Decision:
    """A button's decision; on a gate that is gone, any decision tells who took it."""
    match verb:
        case "choose":
            return c.Choose(gate, _number(option))
        case "say":
            return c.Answer(gate, _ready(run, gate, option))
        case "done":
            return c.Done(gate)
        case "retry":
            return c.Retry(gate)
        case "end":
            return c.End(gate)
        case "more":
            budget = run.playbook.budget
            return c.Extend(gate, usd=budget.usd or 0, minutes=budget.minutes or 0)
        case _:
            return c.Approve(gate)


def _ready(run: Run, gate: str, option: str) -> str:
    step = run.step(run.gates[gate].step) if gate in run.gates else None
    ready = step.options if isinstance(step, Answer) else ()
    n = _number(option)
    return ready[n] if 0 <= n < len(ready) else ""


def _number(option: str) -> int:
    """Which option a button stands for; -1 for what no button of ours says."""
    return int(option) if option.isdecimal() and len(option) < _LONG_NUMBER else -1


def trial(run: Run, gate: Gate, verb: str) -> c.Decision:
    """A decision of the form's kind, to see whether this person may take it at all."""
    values: dict[str, JsonValue] = {"note": "?", "answer": "?", "more": 1}
    return filled(run, gate, verb, values | {"choice": next(iter(_lines(gate)), "")})


def filled(run: Run, gate: Gate, verb: str, values: Mapping[str, JsonValue]) -> c.Decision:
    """The decision that a gate's filled form gives."""
    match verb:
        case "revise":
            steps = values.get("steps")
            chosen = steps if isinstance(steps, list) else []
            names = tuple(name for name in run.playbook.steps if plain(name) in chosen)
            return c.Revise(gate.id, str(values["note"]), names)
        case "reject":
            return c.Reject(gate.id, str(values.get("reason") or ""))
        case "pick":
            return c.Choose(gate.id, _option_of(gate, str(values["choice"])))
        case "answer":
            step = run.step(gate.step)
            form = isinstance(step, Answer) and bool(step.inputs)
            return c.Answer(gate.id, dict(values) if form else values["answer"])
        case "note":
            return c.Done(gate.id, str(values["note"]))
        case _:
            more = values["more"]
            amount = float(more) if isinstance(more, int | float) else 0.0
            return c.Extend(gate.id, usd=amount, minutes=amount)


def _option_of(gate: Gate, picked: str) -> int:
    """Which of the items a picked line of the form is."""
    lines = _lines(gate)
    return lines.index(picked) if picked in lines else -1


def _asked(run: Run, gate: Gate, verb: str) -> tuple[str, Inputs, str]:
    match verb:
        case "revise":
            return "Revise", _revise(run), "Send back"
        case "reject":
            return "Reject", {"reason": Long(about="Why", required=False)}, "Reject"
        case "pick":
            return "Choose", {"choice": Choice(options=_lines(gate))}, "Choose"
        case "answer":
            step = run.step(gate.step)
            own = step.inputs if isinstance(step, Answer) else {}
            return "Answer", dict(own) or {"answer": Long(about="Your answer")}, "Answer"
        case "note":
            return "Done", {"note": Long(about="What the team should know")}, "Done"
        case _:
            unit = "US dollars" if gate.kind == "usd" else "minutes"
            return "Allow more", {"more": Number(about=f"{unit} more", min=0)}, "Allow"


def _revise(run: Run) -> dict[str, Input]:
    deliver = run.playbook.deliver.from_
    behind = _behind(run.playbook, deliver)
    steps = (name for name in run.playbook.steps if name in behind and name in run.steps)
    usual = tuple(map(plain, authors(run.playbook)))
    about = "What to do again; everything that follows from it is done again too"
    return {
        "note": Long(about="What should change"),
        "steps": Many(options=tuple(map(plain, steps)), default=usual, about=about, required=False),
    }


def _behind(playbook: Playbook, step: str) -> frozenset[str]:
    graph, found, look = dependencies(playbook), {step}, [step]
    while look:
        new = graph[look.pop()] - found
        found |= new
        look += new
    return frozenset(found)


def _lines(gate: Gate) -> tuple[str, ...]:
    return tuple(f"{n}. {' '.join(text(i).split())[:70]}" for n, i in enumerate(gate.items, 1))


def fields(
    specs: Inputs, values: Mapping[str, JsonValue], errors: Mapping[str, str]
) -> tuple[Field, ...]:
    """A form's fields for inputs, with what they hold and what is wrong with it."""
    return tuple(
        Field(
            name=name,
            label=plain(name),
            input=spec,
            value=values.get(name, default(spec)),
            error=errors.get(name, ""),
        )
        for name, spec in specs.items()
    )
