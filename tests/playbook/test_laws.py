"""Laws of loading: what is well made loads, and nothing whatever makes it fall over."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.playbook import graph
from bot.playbook.model import Playbook
from bot.playbook.schema import playbook_schema
from tests.playbook.folder import BRIEF, Folder
from tests.playbook.json_schema import fits

SCHEMA = playbook_schema()
WORKERS = st.sampled_from(["strategist", "researcher", "writer", "critic"])
PEOPLE = st.sampled_from(["requester", "ana", "leads", "slack:T1:U2"])
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in graph.RESERVED
)
PROSE = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="{}#%"), min_size=1, max_size=20
)
TIMES = st.integers(1, 500).flatmap(lambda n: st.sampled_from([f"{n}{unit}" for unit in "mhdw"]))


def some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=optional)


@st.composite
def inputs(draw: st.DrawFn) -> dict[str, Any]:
    options = draw(st.lists(PROSE, min_size=1, max_size=4, unique=True))
    spec, defaults = draw(
        st.sampled_from(
            [
                ({"type": "text"}, PROSE),
                ({"type": "long"}, PROSE),
                ({"type": "choice", "options": options}, st.sampled_from(options)),
                ({"type": "many", "options": options}, st.lists(st.sampled_from(options))),
                ({"type": "number", "min": 1, "max": 9.5}, st.floats(1, 9.5)),
                ({"type": "date"}, st.dates().map(str) | st.just("today")),
                ({"type": "yes_no"}, st.booleans()),
                ({"type": "person"}, st.just("requester")),
                ({"type": "files"}, None),
            ]
        )
    )
    more = draw(some(about=PROSE, required=st.booleans()))
    if defaults is not None and draw(st.booleans()):
        more["default"] = draw(defaults)
    return spec | more


SHAPE = st.recursive(
    st.sampled_from(["text", "number", "integer", "yes_no", "date", "low | high"]),
    lambda inner: (
        inner.map(lambda shape: [shape])
        | st.dictionaries(NAMES.map(lambda name: f"{name}?"), inner, min_size=1, max_size=2)
    ),
    max_leaves=4,
)


@st.composite
def steps(draw: st.DrawFn, known: list[str], works: list[str]) -> dict[str, Any]:
    """A step that names only what is there before it; `works` can be judged."""
    name = st.sampled_from(known) if known else st.just("today")
    told = draw(st.lists(name, max_size=3))
    said = draw(PROSE) + "".join(f" {{{{ {word} }}}}" for word in told)
    more = draw(some(when=name.map(lambda word: f"not {word}")))
    human = {"ask": said} | draw(
        some(by=PEOPLE | st.lists(PEOPLE, min_size=1), remind=TIMES, expire=TIMES)
    )
    kinds: list[dict[str, Any]] = [
        {"by": draw(WORKERS), "do": said} | draw(some(variants=st.integers(1, 10), returns=SHAPE)),
        {"by": draw(WORKERS), "do": f"{said} {{{{ item }}}}", "each": draw(name)},
        {"human": "choose", "from": draw(name)} | human,
        {"human": "answer"} | human | draw(some(options=st.lists(PROSE))),
        {"human": "answer"} | human | draw(some(inputs=st.dictionaries(NAMES, inputs()))),
        {"human": "do"} | human,
        {"act": {"post": draw(PROSE)}, "say": said},
    ]
    if works:
        judged = draw(st.lists(st.sampled_from(works), min_size=1, max_size=2))
        rubric = draw(st.lists(PROSE, min_size=1, max_size=3))
        kinds.append({"judge": judged, "by": draw(WORKERS), "rubric": rubric})
    return draw(st.sampled_from(kinds)) | more


@st.composite
def playbooks(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    border = draw(st.integers(0, len(names) - 1))
    found: dict[str, Any] = {}
    works: list[str] = []
    for place, name in enumerate(names[border:], border):
        found[name] = draw(steps(known=names[:place], works=works))
        if "do" in found[name] and "human" not in found[name]:
            works.append(name)
    if not works:
        found[names[border]] = {"by": draw(WORKERS), "do": draw(PROSE)}
        works.append(names[border])
    review = draw(some(by=PEOPLE.map(lambda who: [who, "leads"]), own_work=st.booleans()))
    deliver = {"from": draw(st.sampled_from(works))} | draw(
        some(review=st.just(review | {"by": "leads"}), then=st.lists(some_post()))
    )
    return {
        "about": draw(PROSE),
        "inputs": {name: draw(inputs()) for name in names[:border]},
        "steps": dict(draw(st.permutations(list(found.items())))),
        "deliver": deliver,
    } | draw(
        some(
            needs=st.lists(PROSE),
            context=st.lists(
                some(messages=st.integers(1, 500), since=st.just("last")).map(
                    lambda wanted: {"channel": wanted}
                )
            ),
            budget=some(usd=st.floats(0.01, 100), minutes=st.integers(1, 100)),
        )
    )


def some_post() -> st.SearchStrategy[dict[str, str]]:
    return PROSE.map(lambda place: {"post": place})


def written(playbook: dict[str, Any], style: str) -> str:
    if style == "json":
        return json.dumps(playbook, ensure_ascii=False)
    return yaml.safe_dump(playbook, allow_unicode=True, sort_keys=False)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(playbooks(), st.sampled_from(["yaml", "json"]))
def test_what_is_well_made_loads(playbook: dict[str, Any], style: str):
    with TemporaryDirectory() as name:
        folder = Folder(Path(name))
        folder.write("made.yaml", written(playbook, style))
        library = folder.load()
    assert [str(p) for p in library.problems if p.level == "error"] == []
    loaded = library.playbooks["made"]
    assert list(loaded.steps) == list(playbook["steps"])
    assert Playbook.model_validate_json(loaded.model_dump_json(by_alias=True)) == loaded
    assert Playbook.model_validate(dict(loaded)) == loaded
    assert graph.ring(graph.dependencies(loaded)) is None
    assert fits(playbook, SCHEMA)


PIECES = st.sampled_from(
    [*BRIEF.replace("\n", "\n ").split(" "), "{", "[", "- ", "&a", "*a", "!x", "|", "\t", "'", '"']
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    | st.lists(PIECES, max_size=60).map(lambda pieces: " ".join(pieces).encode())
)
@example(b"---\n---\n")
@example(b"%")
@example("\u2028a: b: c".encode())
def test_no_file_makes_loading_fall_over(content: bytes):
    with TemporaryDirectory() as name:
        folder = Folder(Path(name))
        folder.write("any.yaml", content)
        folder.write("brief.yaml", BRIEF)
        folder.write("specialists/any.md", content)
        folder.write("specialists/fenced.md", b"---\n" + content + b"\n---\nx")
        folder.write("samples/brief.yaml", content)
        library = folder.load()
    assert "brief" in library.playbooks
    for problem in library.problems:
        assert str(problem).startswith(f"{problem.file}:{problem.line}:{problem.column}: ")
        assert problem.line >= 1
        assert problem.column >= 1


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_playbook_with_anything_anywhere_is_told_or_loads(data: st.DataObject):
    """One value of a sound playbook is replaced, or one key renamed, by anything at all."""
    playbook = data.draw(playbooks())
    parts: list[Any] = [playbook]
    for part in parts:
        inner = part.values() if isinstance(part, dict) else part
        parts += [found for found in inner if isinstance(found, dict | list) and found]
    part = data.draw(st.sampled_from(parts))
    key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
    if isinstance(part, dict) and data.draw(st.booleans()):
        part[data.draw(st.text(max_size=6))] = part.pop(key)
    else:
        part[key] = data.draw(ANY)
    with TemporaryDirectory() as name:
        folder = Folder(Path(name))
        folder.write("made.yaml", json.dumps(playbook))
        library = folder.load()
    errors = [problem for problem in library.problems if problem.level == "error"]
    assert ("made" in library.playbooks) is not bool(errors)
