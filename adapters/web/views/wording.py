"""How the views of a run call its parts, and how long things took. Pure."""

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
