"""A playbook as a graph in layers, left to right: who does what after what. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from itertools import combinations, pairwise
from typing import Literal, TypedDict, assert_never

from adapters.web.prose import harmless
from adapters.web.render import name_of
from adapters.web.views.hues import hues
from adapters.web.views.wording import listed
from bot.cards import ItemState
from bot.cards.steps import items, plain
from bot.playbook.graph import dependencies
from bot.playbook.model import Act, Answer, Choose, Do, HumanStep, Judge, Playbook, Step, Work
from bot.run.state import AFTERWARDS, Run

REVIEW = "deliver.review"
"""The key of the node where people judge the delivery; the others have their steps' names."""

Kind = Literal["work", "judge", "human", "review", "act"]
Point = tuple[float, float]


class Node(TypedDict):
    """A step. `x` is its layer, `y` its row there; `told` says all of it in words.

    `who` and `does` are read one after the other; where there is little room, only `who`.
    """

    key: str
    x: float
    y: float
    kind: Kind
    name: str
    who: str
    does: str
    hue: int
    count: str
    maybe: bool
    told: str


class Edge(TypedDict):
    """A line from one step to one that waits for it, through these points of the grid."""

    source: str
    target: str
    points: list[Point]
    maybe: bool


class Plan(TypedDict):
    """A graph on a grid of `layers` by `rows`."""

    nodes: list[Node]
    edges: list[Edge]
    layers: int
    rows: int


def states(run: Run) -> dict[str, ItemState]:
    """How far each node of the run's graph is."""
    keys = (*run.playbook.steps, REVIEW, *run.afterwards)
    return {key: item.state for key, item in zip(keys, items(run), strict=True)}


# --- where everything stands ------------------------------------------------------

_Links = Mapping[str, frozenset[str]]
_SWEEPS = 4


def plan(playbook: Playbook, names: Mapping[str, str]) -> Plan:
    """The graph with its nodes in the order of the checklist."""
    waits_for = _waits_for(playbook)
    direct = _direct(waits_for)
    layers = _layers(direct)
    grid = _Grid()
    for name in waits_for:
        grid.add(name, layers[name])
    for target in waits_for:
        for source in sorted(direct[target]):
            grid.link(source, target)
    grid.order()
    colours = hues(playbook)
    nodes = [
        _node(playbook, name, grid.place(name), colours, sorted(waits_for[name]), names)
        for name in waits_for
    ]
    maybe = {node["key"] for node in nodes if node["maybe"]}
    edges = [
        Edge(
            source=way[0],
            target=way[-1],
            points=[grid.place(point) for point in way],
            maybe=way[-1] in maybe,
        )
        for way in grid.ways
    ]
    return Plan(nodes=nodes, edges=edges, layers=len(grid.rows), rows=grid.height)


def _waits_for(playbook: Playbook) -> _Links:
    """For each node those it waits for."""
    afterwards = {
        f"{AFTERWARDS}{n + 1}": frozenset({REVIEW}) for n in range(len(playbook.deliver.then))
    }
    review = frozenset({playbook.deliver.from_})
    return {**dependencies(playbook), REVIEW: review, **afterwards}


def _direct(waits_for: _Links) -> _Links:
    """The links without those that follow from others: what waits for B, which waits for A,
    waits for A as well.
    """
    before: dict[str, frozenset[str]] = {}
    direct: dict[str, frozenset[str]] = {}
    for name in _in_turn(waits_for):
        sources = waits_for[name]
        further = frozenset[str]().union(*(before[source] for source in sources))
        before[name], direct[name] = sources | further, sources - further
    return direct


def _layers(waits_for: _Links) -> dict[str, int]:
    """Each node as far left as what it waits for allows."""
    layers: dict[str, int] = {}
    for name in _in_turn(waits_for):
        layers[name] = 1 + max((layers[source] for source in waits_for[name]), default=-1)
    return layers


def _in_turn(waits_for: _Links) -> Iterable[str]:
    return TopologicalSorter({name: sorted(waits_for[name]) for name in waits_for}).static_order()


@dataclass
class _Grid:
    """Nodes in layers. A link over several layers has a point in each, so that it finds its way
    between the nodes.
    """

    rows: list[list[str]] = field(default_factory=list[list[str]])
    ways: list[list[str]] = field(default_factory=list[list[str]])
    _layer: dict[str, int] = field(default_factory=dict[str, int])
    _height: dict[str, float] = field(default_factory=dict[str, float])

    def add(self, name: str, layer: int) -> None:
        while len(self.rows) <= layer:
            self.rows.append([])
        self.rows[layer].append(name)
        self._layer[name] = layer

    def link(self, source: str, target: str) -> None:
        way = [source]
        for layer in range(self._layer[source] + 1, self._layer[target]):
            way.append(f"{source} {target} {layer}")
            self.add(way[-1], layer)
        self.ways.append([*way, target])

    @property
    def height(self) -> int:
        return max(map(len, self.rows))

    def place(self, name: str) -> Point:
        """Where it stands, once the grid is in order."""
        return self._layer[name], self._height[name]

    def order(self) -> None:
        """Put each node near the middle of those it is linked with; keep what crosses least."""
        links = [pair for way in self.ways for pair in pairwise(way)]
        before: dict[str, list[str]] = {name: [] for name in self._layer}
        behind: dict[str, list[str]] = {name: [] for name in self._layer}
        for source, target in links:
            before[target].append(source)
            behind[source].append(target)
        self._stand(self.rows)
        best, fewest = [[*row] for row in self.rows], self._crossings(links)
        for sweep in range(_SWEEPS):
            forth = sweep % 2 == 0
            for row in self.rows if forth else reversed(self.rows):
                row.sort(key=self._middle(before if forth else behind))
                self._stand([row])
            if (crossings := self._crossings(links)) < fewest:
                best, fewest = [[*row] for row in self.rows], crossings
        self.rows = best
        self._stand(best)

    def _stand(self, rows: Sequence[Sequence[str]]) -> None:
        """The nodes of each layer stand below each other, around the middle."""
        for row in rows:
            top = (self.height - len(row)) / 2
            self._height |= {name: top + n for n, name in enumerate(row)}

    def _middle(self, near: Mapping[str, Sequence[str]]) -> Callable[[str], float]:
        def middle(name: str) -> float:
            heights = [self._height[other] for other in near[name]]
            return sum(heights) / len(heights) if heights else self._height[name]

        return middle

    def _crossings(self, links: Sequence[tuple[str, str]]) -> int:
        ends: dict[int, list[Point]] = {}
        for a, b in links:
            ends.setdefault(self._layer[a], []).append((self._height[a], self._height[b]))
        return sum(
            (one[0] - other[0]) * (one[1] - other[1]) < 0
            for between in ends.values()
            for one, other in combinations(between, 2)
        )


def asked(playbook: Playbook) -> list[str]:
    """Whom the playbook keeps something for, as it calls them."""
    kept = (step for step in playbook.steps.values() if isinstance(step, HumanStep))
    return [name for gate in (*kept, playbook.deliver.review) for name in gate.by]


# --- what is said of each -----------------------------------------------------------


def _node(
    playbook: Playbook,
    key: str,
    at: Point,
    colours: Mapping[str, int],
    after: Sequence[str],
    names: Mapping[str, str],
) -> Node:
    step = playbook.steps.get(key)
    kind, name, who, does = _described(playbook, key, step, names)
    counted = _count(step)
    maybe = step is not None and step.when is not None
    said = [
        name,
        f"by {who}" if kind == "work" else f"{who} {does}".strip(),
        _COUNTED.get(counted, f"{counted[1:]} variants") if counted else "",
    ]
    said += [f"after {listed([_name(one) for one in after])}" if after else ""]
    said += ["may be skipped" if maybe else ""]
    return Node(
        key=key,
        x=at[0],
        y=at[1],
        kind=kind,
        name=harmless(name),
        who=harmless(who),
        does=does,
        hue=colours[step.by] if isinstance(step, Work | Judge) else 0,
        count=counted,
        maybe=maybe,
        told=harmless(", ".join(part for part in said if part)),
    )


_COUNTED = {"each": "once for each of a list"}


def _described(
    playbook: Playbook, key: str, step: Step | None, names: Mapping[str, str]
) -> tuple[Kind, str, str, str]:
    """What kind of node it is, its name, and who does what in it."""
    match step:
        case Work():
            return "work", plain(key), step.by, ""
        case Judge():
            return "judge", plain(key), step.by, "judges"
        case Choose():
            return "human", plain(key), _people(step.by, names), "chooses"
        case Answer():
            return "human", plain(key), _people(step.by, names), "answers"
        case Do():
            return "human", plain(key), _people(step.by, names), "does it"
        case Act():
            return "act", plain(key), f"to {step.act.post}", ""
        case None if key == REVIEW:
            review = playbook.deliver.review
            most = f"{review.approvals} of " if review.approvals > 1 else ""
            return "review", "Review", f"{most}{_people(review.by, names)}", ""
        case None:
            post = playbook.deliver.then[int(key.removeprefix(AFTERWARDS)) - 1]
            return "act", "Post", f"to {post.post}", ""
        case _:
            assert_never(step)


def _count(step: Step | None) -> str:
    if not isinstance(step, Work):
        return ""
    if step.each is not None:
        return "each"
    return f"×{step.variants}" if step.variants > 1 else ""


def _people(asked: Sequence[str], names: Mapping[str, str]) -> str:
    return listed([name_of(one, names) for one in asked], "or")


def _name(key: str) -> str:
    return "Review" if key == REVIEW else plain(key)
