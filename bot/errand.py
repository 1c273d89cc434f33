"""One playbook run or rehearsed from the command line."""

import math
import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import JsonValue
from rich.console import Console

from bot.desk import Desk
from bot.intake import Incomplete, Intake
from bot.live import Live
from bot.playbook.model import Files, HumanStep, Playbook
from bot.playbook.templates import text
from bot.playbook.wording import hint
from bot.policy import called
from bot.rehearse import Rehearsed, RehearsedCall, RehearsedFault, RehearsedGate, rehearse
from bot.run.commands import Start
from bot.run.decide import Refused
from bot.run.events import Document
from bot.run.state import Run
from bot.settings import Settings
from bot.team import read_team
from bot.wiring import make_folder, model, now, open_database, open_house, pricer, shelf, tools

_RUN = re.compile(r"r[0-9a-f]{16}")


class BadErrand(Exception):
    """What was given on the command line cannot be used; the text says why."""


class CannotFinish(Exception):
    """A gate needs a person and nobody is there; the text says what to give."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a run."""

    run: str
    outcome: str
    reason: str
    draft: int
    value: JsonValue
    spent_usd: float
    models: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {**asdict(self), "models": list(self.models)}


async def errand(
    settings: Settings, name: str, given: Sequence[str], *, sample: bool, yes: bool, quiet: bool
) -> Report:
    """Run a playbook, or go on with a run by its id, to the end in the terminal.

    Terminal runs have a log of their own, which no serving process takes up. Raises BadErrand,
    CannotFinish, CannotStart, LogUnavailable.
    """
    from adapters.terminal import PLACE, CannotAsk, Sitting, TerminalChat, me

    console = Console(stderr=quiet)
    make_folder(settings.data)
    async with AsyncExitStack() as stack:
        kept = f"sqlite:///{(settings.data / 'terminal.db').absolute()}"
        database = await stack.enter_async_context(open_database(kept))
        live = Live()
        chats = {"terminal": TerminalChat(console)}
        player = await stack.enter_async_context(model(settings))
        house = await stack.enter_async_context(
            open_house(settings, log=database.log, chats=chats, live=live, player=player)
        )
        known = house.shelf.library.playbooks
        if _RUN.fullmatch(name) and name not in known:
            run_id, playbook = name, (await _load(house.desk, name)).playbook
            _, answers = _split(playbook, given)
            await house.desk.resume(run_id)
        else:
            playbook = _playbook(name, known)
            values, answers = _split(playbook, given)
            start = await _start(house.intake, playbook, values, sample, who=me(), place=PLACE)
            run_id = f"r{secrets.token_hex(8)}"
            await house.desk.handle(run_id, start, by=me())
        sitting = Sitting(
            desk=house.desk,
            live=live,
            console=console,
            given=answers,
            yes=yes,
            may_ask=sys.stdin.isatty(),
        )
        try:
            return _report(await sitting.follow(run_id))
        except CannotAsk as nobody:
            kept = f"What is done is kept: go on with podium run {run_id}"
            raise CannotFinish(f"{nobody} {kept}") from nobody


async def _load(desk: Desk, run_id: str) -> Run:
    try:
        return await desk.load(run_id)
    except Refused as refused:
        raise BadErrand(str(refused)) from refused


async def rehearsal(
    settings: Settings, name: str, given: Sequence[str], *, sample: bool, prompts: bool
) -> None:
    """Print what a run would do. Raises BadErrand."""
    from adapters.documents import read_document
    from adapters.terminal import PLACE, TerminalChat, me

    console = Console()
    books = shelf(settings)
    chats = {"terminal": TerminalChat(console)}
    intake = Intake(shelf=books, chats=chats, read_file=read_document)
    playbook = _playbook(name, books.library.playbooks)
    values, _ = _split(playbook, given)
    start = await _start(intake, playbook, values, sample, who=me(), place=PLACE)
    specs = {tool: found.spec for tool, found in tools().items()}
    acts = await rehearse(
        start, model=pricer(settings), tools=specs, team=read_team(settings.team), now=now()
    )
    for line in _told(acts, prompts=prompts):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _playbook(name: str, known: Mapping[str, Playbook]) -> Playbook:
    if name not in known:
        near = hint(name, known) or f"; there are {', '.join(known) or 'none'}: see podium check"
        raise BadErrand(f'there is no playbook "{name}"{near}')
    return known[name]


def _split(playbook: Playbook, given: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Inputs, and answers for the steps kept for people."""
    values: dict[str, str] = {}
    answers: dict[str, str] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            raise BadErrand(f'"{pair}" is not key=value')
        step = playbook.steps.get(key.partition(".")[0])
        (answers if isinstance(step, HumanStep) else values)[key] = value
    return values, answers


async def _start(
    intake: Intake, playbook: Playbook, given: dict[str, str], sample: bool, *, who: str, place: str
) -> Start:
    raw: dict[str, JsonValue] = {}
    files: dict[str, Sequence[Document]] = {}
    if sample:
        found = intake.shelf.library.samples.get(playbook.name)
        if found is None:
            raise BadErrand(f"{playbook.name} has no sample")
        raw, shipped = intake.sample(found, called(who))
        files |= shipped
    for name, value in given.items():
        if isinstance(playbook.inputs.get(name), Files):
            files[name] = [_document(intake, path.strip()) for path in value.split(",")]
        else:
            raw[name] = _text(value[1:]) if value.startswith("@") else value
    try:
        return await intake.start(playbook, raw, files, who=who, place=place, now=now())
    except Incomplete as incomplete:
        raise BadErrand(str(incomplete)) from incomplete


def _document(intake: Intake, path: str) -> Document:
    file = Path(path.removeprefix("@"))
    try:
        return intake.read_file(file.name, file.read_bytes(), "a file given on the command line")
    except (OSError, ValueError) as error:
        raise BadErrand(f"{file}: {_why(error)}") from error


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise BadErrand(f"{path}: {_why(error)}") from error


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _report(run: Run) -> Report:
    draft = run.drafts[-1] if run.drafts else None
    return Report(
        run=run.id,
        outcome=run.outcome or "",
        reason=run.reason,
        draft=draft.number if draft else 0,
        value=draft.value if draft else None,
        spent_usd=run.spent_usd,
        models=tuple(sorted(run.models)),
    )


# --- a rehearsal in words ---------------------------------------------------------


def _told(acts: Sequence[Rehearsed], *, prompts: bool) -> list[str]:
    lines: list[str] = []
    calls = [act for act in acts if isinstance(act, RehearsedCall)]
    if prompts and calls:
        first = calls[0].request
        lines += ["== the same for all steps ==", first.system, first.brief, ""]
    for n, act in enumerate(acts, 1):
        lines.append(f"{n:>2}. {_line(act)}")
        if prompts and isinstance(act, RehearsedCall):
            lines += ["", _indented(act.request.instructions), ""]
    low, high = sum(call.usd_low for call in calls), sum(call.usd_high for call in calls)
    tokens = sum(call.tokens for call in calls)
    lines.append(f"{len(calls)} model calls, about {tokens:,} tokens in, {_usd(low, high)}.")
    return lines


def _line(act: Rehearsed) -> str:
    match act:
        case RehearsedCall(task=task, request=request):
            part = f" ({task.part + 1})" if task.part else ""
            cost = _usd(act.usd_low, act.usd_high)
            model = f"{act.specialist} on {request.model}, effort {request.effort}"
            return f"{task.step}{part}: {model}; {act.tokens:,} tokens in, {cost}"
        case RehearsedGate(step=step, kind=kind, ask=ask, who=who):
            return f"{step}: waits for {', '.join(who) or 'nobody Podium knows'} ({kind}): {ask}"
        case RehearsedFault(step=step, why=why):
            return f"{step}: cannot go on with placeholders: {why}"
        case _:
            return f"posts to {act.to}: {text(act.text)[:200]}"


def _usd(low: float, high: float) -> str:
    if math.isnan(high):
        return "cost unknown"
    return f"${low:.4f} to at most ${high:.4f}" if high else "no cost"


def _indented(said: str) -> str:
    return "\n".join(f"    {line}" for line in said.splitlines())
