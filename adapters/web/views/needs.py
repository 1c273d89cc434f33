"""What Home shows: gates that wait for a person, runs at work, playbooks to delegate. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypedDict, assert_never

from adapters.web import render
from adapters.web.address import playbook_path, run_path
from adapters.web.places import thread_at
from adapters.web.prose import harmless
from adapters.web.views.wording import first_line, listed
from bot.cards import Block, Button, Card, Prose, Table
from bot.cards.run import footer, gate_card, money
from bot.cards.steps import items, plain
from bot.forms import WITH_FORM
from bot.playbook.graph import downstream
from bot.playbook.library import Library
from bot.playbook.model import Act
from bot.policy import Team
from bot.run.plan import plan
from bot.run.state import Gate, Run

GLANCE = 700
"""Characters of a text that are shown of it at first."""

OPTION_GLANCE = 300
"""Characters that are shown at first of each option to choose from."""

_LAST_HEADING = re.compile(r"\n+#{1,6} [^\n]*$")
_BLOCKS = 5
_NAMED = 4
_LINE = 160
_DRAFT = "Show the whole draft"
_ALL = "Show all of it"


class ShownOption(TypedDict):
    """One of what can be chosen, as HTML, and the button that chooses it."""

    html: str
    button: render.ShownButton


class ShownNeed(TypedDict):
    """An open gate; `blocks` are HTML, all else is plain text.

    `news` says that the first block is what changed since the draft before; `whole` offers to show
    what `blocks` and `options` leave out, and is empty when that is nothing; `yes` and `more` are
    the actions of the buttons that the keys for them press.
    """

    id: str
    title: str
    path: str
    thread: str
    kind: str
    tone: str
    since: str
    requester: str
    held: str
    cost: str
    news: bool
    blocks: list[str]
    options: list[ShownOption]
    whole: str
    buttons: list[render.ShownButton]
    yes: str
    more: str


class ShownWork(TypedDict):
    """A run at work, and the steps it is at."""

    id: str
    title: str
    path: str
    requester: str
    step: str
    since: str
    cost: str


class ShownOffer(TypedDict):
    """A playbook to delegate; `sample` says whether it can be tried with one."""

    name: str
    title: str
    about: str
    path: str
    sample: bool


# --- what waits -----------------------------------------------------------------


def need(run: Run, gate: Gate, team: Team, names: Mapping[str, str], viewer: str) -> ShownNeed:
    """The gate at a glance."""
    card = gate_card(run, gate, team)
    options = _options(gate, card)
    who, thread = run.started.requester, thread_at(run.started.place, run.id)
    news = _is_news(gate, card)
    said = card.blocks[: len(card.blocks) - len(options)]
    blocks = _glance(said[1:] if news else said)
    shown = render.card(replace(card, blocks=blocks), names)
    cut = blocks != said or any(len(one.text) > OPTION_GLANCE for one, _ in options)
    return ShownNeed(
        id=f"{run.id}/{gate.id}",
        title=harmless(run.started.title),
        path=run_path(run.id),
        thread=thread.path if thread else "",
        kind=shown["title"],
        tone=shown["tone"],
        since=gate.opened_at.isoformat(),
        requester="you" if who == viewer else render.name_of(who, names),
        held=_short([harmless(name) for name in held(run, gate)]),
        cost=harmless(footer(run)),
        news=news,
        blocks=shown["blocks"],
        options=[_option(n, text, button) for n, (text, button) in enumerate(options, 1)],
        whole="" if not cut else _DRAFT if gate.kind == "review" else _ALL,
        buttons=[] if options else shown["buttons"],
        yes=next((one.action for one in card.buttons if one.style == "primary"), ""),
        more=next((one.action for one in card.buttons if _asks_more(one)), ""),
    )


def whole(run: Run, gate: Gate, team: Team, names: Mapping[str, str]) -> list[str]:
    """All that the gate says as HTML: its options where it has some, else its blocks."""
    card = gate_card(run, gate, team)
    options = _options(gate, card)
    blocks = tuple(replace(text, label="") for text, _ in options) or card.blocks
    if _is_news(gate, card):
        draft, changed, *others = blocks
        named = replace(draft, label=card.title) if isinstance(draft, Prose) else draft
        blocks = (changed, named, *others)
    return render.card(replace(card, blocks=blocks), names)["blocks"]


def _is_news(gate: Gate, card: Card) -> bool:
    """Whether the draft was seen before, so that what changed in it is what its reader needs."""
    texts = [block for block in card.blocks[:2] if isinstance(block, Prose)]
    return gate.kind == "review" and len(texts) > 1


def _options(gate: Gate, card: Card) -> list[tuple[Prose, Button]]:
    """What each button of a choice chooses; nothing where one button leads to all of them."""
    texts = [block for block in card.blocks if isinstance(block, Prose)]
    if gate.kind != "choose" or len(texts) != len(card.buttons):
        return []
    return list(zip(texts, card.buttons, strict=True))


def _option(number: int, text: Prose, button: Button) -> ShownOption:
    label = f"Choose {number}"
    shown = render.card(
        Card(
            key="",
            title="",
            blocks=(Prose(excerpt(text.text, OPTION_GLANCE)),),
            buttons=(replace(button, label=label),),
        )
    )
    return ShownOption(html=shown["blocks"][0], button=shown["buttons"][0])


def held(run: Run, gate: Gate) -> tuple[str, ...]:
    """What cannot go on before the gate is decided, as people read it."""
    playbook = run.playbook
    match gate.kind:
        case "review":
            return ("the result", *(_step(run, name) for name in run.afterwards))
        case "choose" | "answer" | "do":
            waiting = downstream(playbook, [gate.step]) - {gate.step}
        case "retry":
            failed = [name for name, state in run.steps.items() if state.failures]
            waiting = downstream(playbook, failed)
        case "usd" | "minutes":
            waiting = frozenset(playbook.steps)
        case _:
            assert_never(gate.kind)
    left = [name for name in playbook.steps if name in waiting and _unfinished(run, name)]
    result = ("the result",) if {gate.step, *left} & {playbook.deliver.from_} else ()
    return (*(_step(run, name) for name in left), *result)


def _unfinished(run: Run, name: str) -> bool:
    return name not in run.steps or run.steps[name].status == "open"


def _step(run: Run, name: str) -> str:
    step = run.step(name)
    return f"Post to {step.act.post}" if isinstance(step, Act) else plain(name)


def _short(names: list[str]) -> str:
    """The names as one text: the first of them when they are many."""
    if len(names) > _NAMED:
        names = [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more"]
    return listed(names)


def _asks_more(button: Button) -> bool:
    """Whether the button opens a form that goes on with the work: it says no to nothing."""
    verb = button.action.partition(":")[0]
    return verb in WITH_FORM and button.style == "plain"


def _glance(said: Sequence[Block]) -> tuple[Block, ...]:
    """The first blocks, without their length."""
    blocks = [block for block in said if not isinstance(block, Table)][:_BLOCKS]
    return tuple(
        replace(block, text=excerpt(block.text, GLANCE)) if isinstance(block, Prose) else block
        for block in blocks
    )


def excerpt(text: str, most: int) -> str:
    """The beginning of a text, to the end of a paragraph where there is one."""
    if len(text) <= most:
        return text
    start = text[:most]
    # A list ends with one of its lines, so that no mark of a change is left open.
    end = "\n" if text.startswith("- ") else "\n\n"
    paragraph = start.rfind(end)
    cut = start[:paragraph] if paragraph > most // 2 else f"{start.rsplit(' ', 1)[0]} …"
    return _LAST_HEADING.sub("", cut)


# --- what is at work --------------------------------------------------------------


@dataclass(frozen=True)
class _Version:
    """A run at one moment of its life: as a key, since a run itself is too large for one."""

    id: str
    version: int
    run: Run = field(compare=False)


def at_work(run: Run) -> bool:
    """Whether somebody works on it now: no person waits for all that is open."""
    return run.outcome is None and bool(run.calls or plan(run))


def work(run: Run, names: Mapping[str, str]) -> ShownWork:
    """The run as the list of what is at work has it; shared, so never changed."""
    requester = render.name_of(run.started.requester, names)
    return _work(_Version(run.id, run.version, run), requester)


@lru_cache(maxsize=64)
def _work(at: _Version, requester: str) -> ShownWork:
    run = at.run
    steps = [item for item in items(run) if item.state == "working"]
    first = next(iter(steps), None)
    said: Iterator[str] = iter(())
    if first:
        more = f"{len(steps) - 1} more" if steps[1:] else ""
        said = filter(None, (first.label, first.who, first.detail, more))
    return ShownWork(
        id=run.id,
        title=harmless(run.started.title),
        path=run_path(run.id),
        requester=requester,
        step=harmless(" · ".join(said)),
        since=first.since.isoformat() if first and first.since else "",
        cost=money(run.spent_usd),
    )


# --- what can be delegated ----------------------------------------------------------


def offers(library: Library) -> list[ShownOffer]:
    """The playbooks, by name."""
    return [
        ShownOffer(
            name=name,
            title=plain(name.replace("-", "_")),
            about=first_line(harmless(playbook.about), _LINE),
            path=playbook_path(name),
            sample=name in library.samples,
        )
        for name, playbook in sorted(library.playbooks.items())
    ]


def newest(runs: Iterable[Run], most: int) -> list[Run]:
    """The runs that began last. Not those that changed last: lines would change places always."""
    return sorted(runs, key=lambda run: (run.started_at, run.id), reverse=True)[:most]
