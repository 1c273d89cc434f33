"""Playbooks of every shape, for tests that hold whatever the playbook is."""

from collections.abc import Mapping
from typing import cast

from hypothesis import strategies as st
from pydantic import JsonValue

from bot.playbook.model import Playbook, Specialist

SHAPE: Mapping[str, JsonValue] = {"parts": ["text"]}
ROLES = {
    "plain": Specialist(name="plain"),
    "handy": Specialist(name="handy", tools=("look",)),
}
FIRST = ("work", "shaped", "variants", "variants", "do")
LATER = (*FIRST, "judge", "judge", "answer", "act")
OF_A_LIST = ("each", "each", "choose", "choose")


class _Play:
    """One playbook in the making; `lists` are expressions that give a list."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.steps: dict[str, dict[str, JsonValue]] = {}
        self.lists: list[str] = []

    def add(self) -> None:
        name, draw = f"s{len(self.steps)}", self.draw
        step = self._step(name)
        if self.steps and draw(st.integers(0, 3)) == 0:
            step["after"] = [self._earlier()]
        if self.steps and draw(st.integers(0, 4)) == 0:
            step["when"] = draw(st.sampled_from(["", "not "])) + self._earlier()
        self.steps[name] = step

    def _step(self, name: str) -> dict[str, JsonValue]:
        draw = self.draw
        kinds = LATER if self.steps else FIRST
        wrong = self.steps and draw(st.integers(0, 29)) == 0
        kind = draw(st.sampled_from(kinds + OF_A_LIST if self.lists or wrong else kinds))
        by = draw(st.sampled_from(list(ROLES)))
        match kind:
            case "work" | "variants" | "shaped":
                step: dict[str, JsonValue] = {"by": by, "do": self._text()}
                if kind == "variants":
                    step["variants"] = draw(st.integers(2, 3))
                    self.lists.append(name)
                if kind == "shaped":
                    step["returns"] = cast("JsonValue", SHAPE)
                    self.lists.append(f"{name}.parts")
                return step
            case "each":
                source = self._list()
                self.lists.append(name)
                return {"by": by, "each": source, "do": f"{{{{ item }}}} {self._text()}"}
            case "judge":
                judged = draw(st.lists(st.sampled_from(list(self.steps)), min_size=1, max_size=2))
                return {"by": by, "judge": list(dict.fromkeys(judged)), "rubric": ["good"]}
            case "choose":
                return {"human": "choose", "from": self._list(), **self._asked()}
            case "act":
                return {"act": {"post": "#side"}, "say": self._text()}
            case _:
                return {"human": kind, **self._asked()}

    def _asked(self) -> dict[str, JsonValue]:
        asked: dict[str, JsonValue] = {"ask": self._text()}
        if self.draw(st.integers(0, 2)) == 0:
            asked |= {"by": ["leads"], "remind": "30m", "expire": "2d"}
        return asked

    def _list(self) -> str:
        # Where there is no list, something else is taken for one.
        return self.draw(st.sampled_from(self.lists)) if self.lists else self._earlier()

    def _earlier(self) -> str:
        return self.draw(st.sampled_from(list(self.steps)))

    def _text(self) -> str:
        if not self.steps:
            return "Make it."
        named = self.draw(st.lists(st.sampled_from(list(self.steps)), max_size=2, unique=True))
        return "Use " + " and ".join(f"{{{{ {name} }}}}" for name in named)


@st.composite
def plays(draw: st.DrawFn) -> Playbook:
    """A valid playbook of up to six steps, with every kind of step, review and budget."""
    play = _Play(draw)
    for _ in range(draw(st.integers(1, 6))):
        play.add()
    last = list(play.steps)[-1]
    source = last if draw(st.booleans()) else draw(st.sampled_from(list(play.steps)))
    review: dict[str, JsonValue] = {
        "by": ["requester", "leads"],
        "approvals": draw(st.sampled_from([1, 1, 2])),
        "own_work": draw(st.sampled_from([True, True, False])),
    }
    if draw(st.booleans()):
        review |= {"remind": "1h", "expire": "3d"}
    budget: dict[str, JsonValue] = {}
    if draw(st.booleans()):
        budget["usd"] = draw(st.sampled_from([0.1, 0.25, 0.35, 0.6, 5]))
    if draw(st.integers(0, 3)) == 0:
        budget["minutes"] = 10
    posts: list[JsonValue] = [{"post": f"#{n}"} for n in range(draw(st.integers(0, 2)))]
    return Playbook.model_validate(
        {
            "name": "play",
            "about": "Whatever the test thinks of.",
            "budget": budget,
            "steps": play.steps,
            "deliver": {"from": source, "review": review, "then": posts},
        }
    )
