"""Which colour stands for which specialist: the same in every view of a playbook. Pure."""

from collections.abc import Mapping

from bot.playbook.model import Judge, Playbook, Work

COLOURS = 8
"""`--who-1` and so on of the style sheet; more specialists than these share."""


def hues(playbook: Playbook) -> Mapping[str, int]:
    """For each specialist of the playbook, in the order of its steps, the number of a colour."""
    steps = playbook.steps.values()
    names = dict.fromkeys(step.by for step in steps if isinstance(step, Work | Judge))
    return {name: n % COLOURS + 1 for n, name in enumerate(names)}
