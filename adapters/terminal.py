"""The terminal as a place to run one playbook: progress while it works, questions at gates."""

import getpass
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import JsonValue
from rich.console import Console, Group, RenderableType
from rich.live import Live as Screen
from rich.markdown import Markdown
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.prompt import FloatPrompt, Prompt
from rich.table import Table as Grid
from rich.text import Text

from bot.cards import Card, Checklist, Entries, Item, Prose, Spot, Stamp, Table, Times, Words
from bot.cards.run import cards, footer, gate_text
from bot.cards.steps import items
from bot.desk import Desk
from bot.live import Changed, Live, News
from bot.playbook.model import Answer as AnswerStep
from bot.playbook.templates import text
from bot.policy import called
from bot.ports import Said
from bot.run import commands as c
from bot.run.decide import Refused
from bot.run.state import Gate, Run

PLACE = "terminal:local:here"
_STATES = {
    "waiting": ("dim", "·"),
    "working": ("cyan", "▸"),
    "asking": ("yellow", "?"),
    "done": ("green", "✓"),
    "failed": ("red", "✗"),
    "skipped": ("dim", "–"),
}


def me() -> str:
    """The identity of whoever sits at the terminal."""
    return f"terminal:local:{getpass.getuser()}"


class CannotAsk(Exception):
    """A gate needs a person, and there is nobody to ask; the text says what to give instead."""


class TerminalChat:
    """Chat of bot.ports: what a playbook posts is printed, once for each key."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._posted: set[str] = set()

    async def post(self, place: str, card: Card, key: str) -> str:
        if key not in self._posted:
            self._posted.add(key)
            self._console.print(f"[bold]Posted to {place.removeprefix('terminal:local:')}[/bold]")
            self._console.print(_card(card))
        return key

    async def edit(self, message: str, card: Card) -> None:
        self._console.print(_card(card))

    async def room(self, message: str) -> None:
        """There always is."""

    async def history(
        self, place: str, limit: int, since: datetime | None = None
    ) -> tuple[Said, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """One person following one run. `given` answers gates by step; `yes` takes the plain way."""

    desk: Desk
    live: Live
    console: Console
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    yes: bool = False
    may_ask: bool = True

    async def follow(self, run_id: str) -> Run:
        """Show the work and ask at gates until the run has ended. Raises CannotAsk."""
        shown: dict[str, Card] = {}
        while True:
            run = await self._watch(run_id)
            self._show(run, shown)
            if run.outcome:
                return run
            gate = next(iter(run.gates.values()))
            try:
                await self.desk.handle(run_id, self._decision(run, gate), by=run.started.requester)
            except Refused as refused:
                self.console.print(f"[red]{refused}[/red]")
                if self.yes or not self.may_ask:
                    raise CannotAsk(str(refused)) from refused

    async def _watch(self, run_id: str) -> Run:
        """Progress until a person is needed or the run has ended."""
        progress = _Progress(self.console)
        stop = self.live.listen(progress.heard(run_id))
        try:
            with progress.screen:
                while True:
                    run = await self.desk.load(run_id)
                    progress.show(run)
                    if run.outcome or run.gates:
                        return run
                    await self.desk.moved(run_id, run.version)
        finally:
            stop()

    def _show(self, run: Run, shown: dict[str, Card]) -> None:
        """Print new cards whole, and of changed ones what was not printed before."""
        for card in cards(run, self.desk.team)[1:]:
            before = shown.get(card.key)
            shown[card.key] = card
            known = before.blocks if before else ()
            fresh = tuple(block for block in card.blocks if block not in known)
            if before is None:
                self.console.print(_card(card))
            elif fresh:
                self.console.print(_card(replace(card, blocks=fresh, footer="")))

    # --- gates -----------------------------------------------------------------------

    def _decision(self, run: Run, gate: Gate) -> c.Decision:
        given = self.given.get(gate.step, "")
        match gate.kind:
            case "review":
                return self._review(gate)
            case "choose":
                return c.Choose(gate.id, self._option(gate, given))
            case "answer":
                return c.Answer(gate.id, self._answer(run, gate, given))
            case "do":
                note = given or ("" if self.yes else self._ask("Press enter when it is done", ""))
                return c.Done(gate.id, note)
            case _ if self.yes or not self.may_ask:
                raise CannotAsk(gate_text(run, gate))
            case "retry":
                return self._retry(gate)
            case _:
                return self._more(gate)

    def _review(self, gate: Gate) -> c.Decision:
        if self.yes:
            return c.Approve(gate.id)
        said = self._ask("Approve (a), revise (r) or reject (x)?", "a", choices=["a", "r", "x"])
        if said == "r":
            return c.Revise(gate.id, self._ask("What should change?"))
        return c.Reject(gate.id, self._ask("Why?", "")) if said == "x" else c.Approve(gate.id)

    def _option(self, gate: Gate, given: str) -> int:
        known = [str(n) for n in range(1, len(gate.items) + 1)]
        said = given or ("1" if self.yes else self._ask("Which one?", "1", choices=known))
        if said in known:
            return int(said) - 1
        lines = [text(item) for item in gate.items]
        if said not in lines:
            raise CannotAsk(f"{gate.step}: give a number from 1 to {len(gate.items)}.")
        return lines.index(said)

    def _answer(self, run: Run, gate: Gate, given: str) -> JsonValue:
        step = run.step(gate.step)
        if isinstance(step, AnswerStep) and step.inputs:
            return {
                name: self.given.get(f"{gate.step}.{name}") or self._ask(spec.about or name)
                for name, spec in step.inputs.items()
            }
        ready = step.options if isinstance(step, AnswerStep) else ()
        if given:
            return given
        if self.yes and ready:
            return ready[0]
        hint = f" ({', '.join(ready)}, or your own words)" if ready else ""
        return self._ask(f"Your answer{hint}")

    def _retry(self, gate: Gate) -> c.Decision:
        said = self._ask("Try again (t) or end here (e)?", "t", choices=["t", "e"])
        return c.Retry(gate.id) if said == "t" else c.End(gate.id)

    def _more(self, gate: Gate) -> c.Decision:
        unit = "dollars" if gate.kind == "usd" else "minutes"
        more = FloatPrompt.ask(f"How many {unit} more (0 ends the run)", console=self.console)
        return c.Extend(gate.id, usd=more, minutes=more) if more > 0 else c.End(gate.id)

    def _ask(self, what: str, default: str | None = None, choices: list[str] | None = None) -> str:
        if not self.may_ask:
            raise CannotAsk(
                f"A person is needed ({what}), and this is no terminal. Use --yes to approve, and "
                "-i step=answer for choices and questions."
            )
        ask: Callable[..., str] = Prompt.ask
        if default is None:
            return ask(what, console=self.console, choices=choices)
        return ask(what, console=self.console, choices=choices, default=default)


class _Progress:
    """The checklist, with a bar for steps of several parts and the words of the newest task."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._whole = self._bar.add_task("steps", total=1)
        self._words = ""
        self._run: Run | None = None
        self.screen = Screen(
            get_renderable=self._look, console=console, transient=True, refresh_per_second=8
        )

    def heard(self, run_id: str) -> Callable[[News], None]:
        def hear(news: News) -> None:
            if isinstance(news, Changed):
                if news.run.id == run_id:
                    self.show(news.run)
            elif news.task.run == run_id:
                self._words = news.text[-160:]

        return hear

    def show(self, run: Run) -> None:
        self._run = run
        lines = items(run)
        done = sum(line.state in ("done", "skipped") for line in lines)
        self._bar.update(self._whole, total=len(lines), completed=done)

    def _look(self) -> RenderableType:
        if self._run is None:
            return Text("")
        words = Text(" ".join(self._words.split()), style="dim", overflow="ellipsis", no_wrap=True)
        return Group(_checklist(items(self._run)), self._bar, words, Text(footer(self._run)))


def _checklist(lines: tuple[Item, ...]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    for line in lines:
        colour, sign = _STATES[line.state]
        grid.add_row(
            Text(sign, colour), line.label, Text(line.who, "dim"), Text(line.detail, "dim")
        )
    return grid


def _card(card: Card) -> Group:
    parts: list[RenderableType] = [Text(f"\n{card.title}", "bold")]
    for block in card.blocks:
        match block:
            case Words(text=said):
                parts.append(Text(said))
            case Stamp():
                local = block.at.astimezone()
                parts.append(Text(f"{block.text} by {called(block.by)}, {local:%H:%M}", "dim"))
            case Prose():
                if block.label:
                    parts.append(Text(block.label, "dim"))
                parts.append(Markdown(block.text, hyperlinks=False))
            case Table():
                parts.append(_table(block))
            case Checklist():
                parts.append(_checklist(block.items))
            case Entries() | Spot() | Times():  # they are for chat
                pass
    if card.footer:
        parts.append(Text(card.footer, "dim"))
    return Group(*parts)


def _table(block: Table) -> Grid:
    table = Grid(title=Text(block.label), title_justify="left")
    for cell in block.header:
        table.add_column(Text(cell))
    for row in block.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
