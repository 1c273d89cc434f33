"""What a run cost, by specialist and by step. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.web.views.hues import hues
from adapters.web.views.wording import who_of
from bot.cards.steps import plain
from bot.run.events import CallFailed, CallFinished, Recorded
from bot.run.state import Run


@dataclass(frozen=True, kw_only=True)
class Spent:
    """A sum; failed calls count too, since what they cost is paid."""

    name: str
    hue: int
    usd: float
    calls: int
    failed: int


@dataclass(frozen=True)
class Spending:
    total_usd: float
    by_specialist: tuple[Spent, ...]
    by_step: tuple[Spent, ...]


def spending(records: Sequence[Recorded], run: Run) -> Spending:
    """The sums of all calls that have ended, in the order of the playbook."""
    ended = [r.event for r in records if isinstance(r.event, CallFinished | CallFailed)]
    colours = hues(run.playbook)

    def sums(
        names: Sequence[str], of: Callable[[str], str], called: Callable[[str], str]
    ) -> tuple[Spent, ...]:
        listed: list[Spent] = []
        for name in names:
            own = [event for event in ended if of(event.task.step) == name]
            if own:
                hue = colours.get(who_of(run, own[0].task.step), 0)
                failed = sum(isinstance(event, CallFailed) for event in own)
                usd = sum(event.cost_usd for event in own)
                listed.append(
                    Spent(name=called(name), hue=hue, usd=usd, calls=len(own), failed=failed)
                )
        return tuple(listed)

    return Spending(
        total_usd=sum(event.cost_usd for event in ended),
        by_specialist=sums([*colours], lambda step: who_of(run, step), str),
        by_step=sums([*run.playbook.steps], str, plain),
    )
