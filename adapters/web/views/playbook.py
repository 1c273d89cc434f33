"""What the page of a playbook shows: all that its file says, for people. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TypedDict, assert_never

import yaml
from pydantic import JsonValue

from adapters.web.prose import harmless, prose
from adapters.web.render import name_of
from adapters.web.views.graph import Plan, plan
from adapters.web.views.hues import hues
from adapters.web.views.wording import first_line, span
from bot.cards.steps import plain
from bot.playbook.library import Library
from bot.playbook.model import (
    Act,
    Answer,
    ChannelContext,
    Choice,
    Choose,
    Deliver,
    Do,
    Files,
    Input,
    Judge,
    Many,
    Number,
    Playbook,
    Review,
    Specialist,
    Step,
    Work,
)
from bot.playbook.templates import text

_GIST = 160
_CODE = frozenset({"Only when", "Once for each of", "To choose from", "Gives"})
_TYPES = {
    "text": "text",
    "long": "long text",
    "date": "date",
    "yes_no": "yes or no",
    "person": "person",
    "files": "files",
}


class ShownInput(TypedDict):
    name: str
    type: str
    about: str
    required: bool
    default: str
    sample: str


class ShownStep(TypedDict):
    """A step; `told` is how it goes, `gist` the first line of what it says, and `texts` are pieces
    of the file under their names, each with whether it is written for Podium alone.
    """

    key: str
    name: str
    kind: str
    hue: int
    told: str
    gist: str
    texts: list[tuple[str, str, bool]]
    rubric: list[str]


class ShownSpecialist(TypedDict):
    """A specialist; `instructions` is HTML, all else is plain text."""

    name: str
    hue: int
    about: str
    facts: list[str]
    instructions: str


class ShownPlaybook(TypedDict):
    """A playbook whole; `source` is its file as it stands."""

    needs: list[str]
    inputs: list[ShownInput]
    reads: list[str]
    steps: list[ShownStep]
    delivery: list[str]
    specialists: list[ShownSpecialist]
    source: str


def whole(
    playbook: Playbook, library: Library, source: str, names: Mapping[str, str]
) -> ShownPlaybook:
    sample = library.samples.get(playbook.name)
    given: dict[str, JsonValue] = dict(sample.inputs) if sample else {}
    if sample:
        given |= {name: [path.name for path in paths] for name, paths in sample.files.items()}
    return ShownPlaybook(
        needs=[harmless(need) for need in playbook.needs],
        inputs=[_input(name, spec, given) for name, spec in playbook.inputs.items()],
        reads=[
            f"the latest {part.channel.messages} messages of the channel"
            if isinstance(part, ChannelContext)
            else harmless(part.file)
            for part in playbook.context
        ],
        steps=_steps(playbook, names),
        delivery=_delivery(playbook.deliver, names),
        specialists=[
            _specialist(library.specialists[name], hue)
            for name, hue in hues(playbook).items()
            if name in library.specialists
        ],
        source=harmless(source),
    )


# --- inputs --------------------------------------------------------------------------


def _input(name: str, spec: Input, given: Mapping[str, JsonValue]) -> ShownInput:
    return ShownInput(
        name=harmless(plain(name)),
        type=harmless(_type(spec)),
        about=harmless(spec.about),
        required=spec.required and spec.type != "yes_no" and not _default(spec),
        default=harmless(_default(spec)),
        sample=harmless(_said(given.get(name))),
    )


def _type(spec: Input) -> str:
    match spec:
        case Choice():
            return f"one of {', '.join(spec.options)}"
        case Many():
            return f"any of {', '.join(spec.options)}"
        case Number():
            least = "" if spec.min is None else f" from {text(spec.min)}"
            most = "" if spec.max is None else f" to {text(spec.max)}"
            return f"number{least}{most}"
        case _:
            return _TYPES[spec.type]


def _default(spec: Input) -> str:
    return (
        ""
        if isinstance(spec, Files)
        else _said([*spec.default] if isinstance(spec, Many) else spec.default)
    )


def _said(value: JsonValue) -> str:
    return ", ".join(map(text, value)) if isinstance(value, list) else text(value)


# --- steps ---------------------------------------------------------------------------


def _steps(playbook: Playbook, names: Mapping[str, str]) -> list[ShownStep]:
    found: Plan = plan(playbook, names)
    nodes = {node["key"]: node for node in found["nodes"]}
    return [
        ShownStep(
            key=name,
            name=nodes[name]["name"],
            kind=nodes[name]["kind"],
            hue=nodes[name]["hue"],
            told=nodes[name]["told"].partition(", ")[2],
            gist=harmless(_gist(step)),
            texts=[(label, harmless(said), label in _CODE) for label, said in _texts(step) if said],
            rubric=[harmless(line) for line in step.rubric] if isinstance(step, Judge) else [],
        )
        for name, step in playbook.steps.items()
    ]


def _gist(step: Step) -> str:
    match step:
        case Work():
            said = step.do
        case Choose() | Answer() | Do():
            said = step.ask
        case Act():
            said = step.say
        case Judge():
            said = "; ".join(step.rubric)
        case _:
            assert_never(step)
    return first_line(said, _GIST)


def _texts(step: Step) -> list[tuple[str, str]]:
    when = ("Only when", step.when or "")
    match step:
        case Work():
            shape = step.returns
            returns = (
                "" if shape is None else yaml.safe_dump(shape, sort_keys=False, allow_unicode=True)
            )
            return [
                when,
                ("Once for each of", step.each or ""),
                ("Does", step.do),
                ("Gives", returns),
            ]
        case Judge():
            return [when, ("Judges", ", ".join(map(plain, step.judge)))]
        case Choose():
            return [when, ("Asks", step.ask), ("To choose from", step.from_), _patience(step)]
        case Answer():
            answers = ", ".join((*step.options, *map(plain, step.inputs)))
            return [when, ("Asks", step.ask), ("For", answers), _patience(step)]
        case Do():
            return [when, ("Asks", step.ask), _patience(step)]
        case Act():
            return [when, ("Says", step.say)]
        case _:
            assert_never(step)


def _patience(step: Choose | Answer | Do | Review) -> tuple[str, str]:
    return "Waits", ", ".join(_waits(step.remind, step.expire))


def _waits(remind: timedelta | None, expire: timedelta | None) -> list[str]:
    reminds = [f"reminds every {span(remind.total_seconds())}"] if remind else []
    return [*reminds, *([f"gives up after {span(expire.total_seconds())}"] if expire else [])]


def _delivery(deliver: Deliver, names: Mapping[str, str]) -> list[str]:
    """How the run ends, in sentences."""
    review = deliver.review
    people = " or ".join(
        "whoever delegated it" if name == "requester" else name_of(name, names)
        for name in review.by
    )
    said = [f"What {plain(deliver.from_)} gives is the draft. It is judged by {people}."]
    if review.approvals > 1:
        said.append(f"{review.approvals} of them have to approve it.")
    if not review.own_work:
        said.append("Whoever delegated it may not approve it.")
    if waits := _waits(review.remind, review.expire):
        said.append(f"Podium {' and '.join(waits)}.")
    if deliver.then:
        places = ", ".join(harmless(post.post) for post in deliver.then)
        said.append(f"Once approved, it is posted to {places}.")
    return said


def _specialist(one: Specialist, hue: int) -> ShownSpecialist:
    tools = ", ".join(one.tools) if one.tools else "no tools"
    return ShownSpecialist(
        name=harmless(one.name),
        hue=hue,
        about=harmless(one.description),
        facts=[harmless(one.model), f"{one.effort} effort", harmless(tools)],
        instructions=prose(one.instructions),
    )
