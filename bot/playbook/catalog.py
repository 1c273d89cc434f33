"""What there is beside the playbooks folder that its files may name."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Names that exist; `reviewers` are the people and groups of the team file."""

    models: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    reviewers: frozenset[str] = frozenset()
