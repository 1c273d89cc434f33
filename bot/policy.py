"""Who may decide: the people a gate names, checked when the decision is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playbook.inputs import is_identity

PODIUM = "podium"
"""Who does what nobody asked for just then."""


@dataclass(frozen=True)
class Team:
    """The team file: a person's identities on every platform, and groups of people."""

    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def identities(self, name: str) -> frozenset[str]:
        """Everyone a name stands for; nobody when it is unknown, so that nobody may decide."""
        people = self.groups.get(name, (name,))
        return frozenset(identity for person in people for identity in self._person(person))

    def _person(self, name: str) -> frozenset[str]:
        return self.same(name) if is_identity(name) else frozenset(self.people.get(name, ()))

    def same(self, identity: str) -> frozenset[str]:
        """All identities of the person who has this one."""
        linked = (ids for ids in self.people.values() if identity in ids)
        return frozenset({identity}).union(*linked)


def deciders(names: tuple[str, ...], requester: str, team: Team, own_work: bool) -> frozenset[str]:
    """The identities that may decide at a gate which names `names`."""
    listed = (team.identities(requester if name == "requester" else name) for name in names)
    allowed = frozenset[str]().union(*listed)
    return allowed if own_work else allowed - team.same(requester)


def called(identity: str) -> str:
    """The short name of an identity: `ana` for `web:podium:ana`."""
    return identity.rsplit(":", 1)[-1]
