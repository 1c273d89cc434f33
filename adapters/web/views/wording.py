"""How the views call things: parts of a run, lengths of time, counts and lists. Pure."""

from collections.abc import Sequence

from bot.cards.steps import plain
from bot.playbook.model import Judge, Work
from bot.run.events import Task
from bot.run.state import Run


def who_of(run: Run, step: str) -> str:
    """The specialist who does a step; empty where none does."""
    kind = run.step(step)
    return kind.by if isinstance(kind, Work | Judge) else ""


def part_label(run: Run, task: Task) -> str:
    """A task as people read it: its step, which part of it, and which attempt."""
    step = run.step(task.step)
    many = isinstance(step, Work) and (step.each is not None or step.variants > 1)
    label = plain(task.step) + (f" {task.part + 1}" if many else "")
    return f"{label}, attempt {task.attempt}" if task.attempt > 1 else label


def span(seconds: float) -> str:
    """A length of time in at most two units."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole // 60, "min", whole % 60, "s")
    if whole < 86_400:
        return _two(whole // 3600, "h", whole % 3600 // 60, "min")
    return _two(whole // 86_400, "d", whole % 86_400 // 3600, "h")


def _two(more: int, unit: str, less: int, small: str) -> str:
    return f"{more} {unit} {less} {small}" if less else f"{more} {unit}"


def counted(count: int, what: str) -> str:
    """So many of what is named in the singular."""
    return f"{f'{count:,}' if count else 'no'} {what}{'' if count == 1 else 's'}"


def listed(words: Sequence[str], join: str = "and") -> str:
    """The words as one text, the last of them joined by a word."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {join} {words[-1]}"


def first_line(text: str, most: int) -> str:
    """The first line that says something, of at most so many characters."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
