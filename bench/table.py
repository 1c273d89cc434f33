"""Which benches there are. To add one, write its module and give it one line here.

A module has `async def run(quick: bool) -> list[Figure]` and runs in a process of its own.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bench:
    """Where a bench lives, and how often it runs; the median of the rounds is reported."""

    module: str
    rounds: int = 3


BENCHES: dict[str, Bench] = {
    "langgraph": Bench("bench.peers.langgraph_graph"),
    "langgraph-default": Bench("bench.peers.langgraph_default"),
    "dbos": Bench("bench.peers.dbos_graph"),
    "graph": Bench("bench.podium_graph"),
    "sequence": Bench("bench.podium_sequence"),
    "log": Bench("bench.log"),
    "waiting": Bench("bench.podium_waiting"),
    "serve": Bench("bench.served"),
    "start": Bench("bench.first_progress"),
    "click": Bench("bench.decision_shown"),
    "another": Bench("bench.seen_by_another"),
    "page": Bench("bench.page_opened"),
    "pages": Bench("bench.pages_open"),
    "acks": Bench("bench.acks"),
    "soak-slack": Bench("bench.soak_slack", rounds=1),
    "soak-discord": Bench("bench.soak_discord", rounds=1),
    "schedules": Bench("bench.schedules"),
    "money": Bench("bench.money", rounds=1),
    "killed": Bench("bench.killed", rounds=1),
}
