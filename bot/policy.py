"""Who may decide: the people a gate names, checked when the decision is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.calendar import Calendar
from bot.playbook.inputs import is_identity

PODIUM = "podium"
"""Who does what nobody asked for just then."""


@dataclass(frozen=True)
class Team:
    """The team file: people's identities on every platform, groups, and the days they work.

    `managers` are names of those who may change everybody's schedules.
    """

    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    calendar: Calendar = field(default_factory=Calendar)
    managers: tuple[str, ...] = ()

    def identities(self, name: str) -> frozenset[str]:
        """Everyone a name stands for; nobody when it is unknown, so that nobody may decide."""
        people = self.groups.get(name, (name,))
        return frozenset(identity for person in people for identity in self._person(person))

    def _person(self, name: str) -> frozenset[str]:
        return self.same(name) if is_identity(name) else frozenset(self.people.get(name, ()))

    def name(self, identity: str) -> str:
        """What the team file calls whoever has this identity; else the identity as it is."""
        return next((name for name, ids in self.people.items() if identity in ids), identity)

    def same(self, identity: str) -> frozenset[str]:
        """All identities of the person who has this one."""
        linked = (ids for ids in self.people.values() if identity in ids)
        return frozenset({identity}).union(*linked)


def deciders(names: tuple[str, ...], requester: str, team: Team, own_work: bool) -> frozenset[str]:
    """The identities that may decide at a gate which names `names`."""
    listed = (team.identities(requester if name == "requester" else name) for name in names)
    allowed = frozenset[str]().union(*listed)
    return allowed if own_work else allowed - team.same(requester)


class Decidable(Protocol):
    """What of a gate says for whom it waits; `approved_by` have said yes to it already."""

    @property
    def by(self) -> tuple[str, ...]: ...
    @property
    def own_work(self) -> bool: ...
    @property
    def approved_by(self) -> tuple[str, ...]: ...


def waits_for(who: str, gate: Decidable, requester: str, team: Team) -> bool:
    """Whether the gate waits for this person: they may decide, and have not said yes already."""
    said_yes = any(who in team.same(person) for person in gate.approved_by)
    return not said_yes and who in deciders(gate.by, requester, team, gate.own_work)


def called(identity: str) -> str:
    """The short name of an identity: `ana` for `web:podium:ana`."""
    return identity.rsplit(":", 1)[-1]
