"""What Slack's schema cannot say of blocks and views: lengths, counts, and rules across blocks."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.servers import slack_specs

Json = Mapping[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
TOO_LONG, NEARLY_TOO_LONG = 13_200, 11_300
MARKDOWN = 12_000
TEXT = 40_000

_LENGTHS: Mapping[tuple[str, str], int] = {
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("button", "accessibility_label"): 75,
    ("header", "text"): 150,
    ("section", "text"): 3000,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("image", "alt_text"): 2000,
    ("image", "image_url"): 3000,
    ("image", "title"): 2000,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("modal", "private_metadata"): 3000,
    ("modal", "callback_id"): 255,
    ("modal", "external_id"): 255,
    ("home", "private_metadata"): 3000,
    ("home", "callback_id"): 255,
    ("home", "external_id"): 255,
    ("plain_text_input", "initial_value"): 3000,
    ("markdown", "text"): MARKDOWN,
}
_COUNTS: Mapping[tuple[str, str], int] = {
    ("actions", "elements"): 25,
    ("context", "elements"): 10,
    ("context_actions", "elements"): 5,
    ("section", "fields"): 10,
    ("static_select", "options"): 100,
    ("static_select", "option_groups"): 100,
    ("multi_static_select", "options"): 100,
    ("multi_static_select", "option_groups"): 100,
    ("radio_buttons", "options"): 10,
    ("checkboxes", "options"): 10,
    ("overflow", "options"): 5,
    ("table", "rows"): 100,
    ("table", "column_settings"): 20,
    ("plan", "tasks"): 50,
}
_NEVER_BLANK = {"plain_text", "mrkdwn", "raw_text", "markdown"}
_ANYWHERE = {"action_id": 255, "block_id": 255, "placeholder": 150}
_OPTION = {"text": 75, "value": 150, "description": 75}
_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
_ONLY_IN_MESSAGES = {"context_actions", "file", "markdown", "plan", "table", "task_card"}
_NEVER_EMPTY = {"elements", "options", "fields", "rows", "option_groups"}


def of_message(blocks: Sequence[Json]) -> list[str]:
    """All that is wrong with a message's blocks."""
    wrong = [] if len(blocks) <= MESSAGE_BLOCKS else [f"{len(blocks)} blocks, 50 are the most"]
    wrong += _each(blocks)
    written = sum(len(one["text"]) for one in blocks if one.get("type") == "markdown")
    if written > MARKDOWN:
        wrong.append(f"{written} characters of markdown in a message, {MARKDOWN} are the most")
    if (length := characters(blocks)) > NEARLY_TOO_LONG:
        wrong.append(f"{length} characters in all blocks, Slack may refuse {NEARLY_TOO_LONG}")
    if any(part.get("type") == "file_input" for part in parts(blocks)):
        wrong.append("a file_input can only be in a modal")
    return wrong


def of_view(view: Json) -> list[str]:
    """All that is wrong with a modal or an App Home."""
    blocks = view.get("blocks") or []
    wrong = [] if len(blocks) <= VIEW_BLOCKS else [f"{len(blocks)} blocks, 100 are the most"]
    if problem := slack_specs.problem(view):
        wrong.append(problem)
    wrong += _each(blocks)
    wrong += _limits({key: held for key, held in view.items() if key != "blocks"})
    kinds = {one.get("type") for one in blocks}
    if "input" in kinds and view.get("type") == "modal" and not view.get("submit"):
        wrong.append("a modal with an input needs submit")
    if strange := sorted(map(str, kinds & _ONLY_IN_MESSAGES)):
        wrong.append(f"{', '.join(strange)} can only be in a message")
    if view.get("type") == "modal" and not str(view["title"].get("text", "")).strip():
        wrong.append("a modal needs a title")
    focused = sum(bool(part.get("focus_on_load")) for part in parts(blocks))
    if focused > 1:
        wrong.append(f"{focused} elements want the focus")
    return wrong


def of_chunks(chunks: Sequence[Json]) -> list[str]:
    """All that is wrong with what is appended to a stream."""
    wrong = [problem for chunk in chunks if (problem := slack_specs.problem(chunk))]
    return wrong + [problem for chunk in chunks for problem in of_message(chunk.get("blocks", []))]


def characters(blocks: Sequence[Json]) -> int:
    """How long the texts of all blocks are together."""
    return sum(len(one) for part in parts(blocks) for one in _texts(part))


def parts(held: Any) -> Iterator[Json]:
    """Every object in blocks, however deep."""
    match held:
        case Mapping():
            yield held
            for one in held.values():
                yield from parts(one)
        case list() | tuple():
            for one in held:
                yield from parts(one)
        case _:
            pass


def _texts(part: Json) -> Iterator[str]:
    for key in ("text", "title", "value"):
        if isinstance(part.get(key), str):
            yield part[key]


def _each(blocks: Sequence[Json]) -> list[str]:
    wrong: list[str] = []
    for number, block in enumerate(blocks):
        found = [problem] if (problem := slack_specs.problem(block)) else []
        found += [problem for part in parts(block) for problem in _limits(part)]
        found += _block(block)
        wrong += [f"block {number} ({block.get('type')}): {problem}" for problem in found]
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    wrong += [f"block_id {one!r} is there {count} times" for one, count in ids.items() if count > 1]
    return wrong


def _block(block: Json) -> Iterator[str]:
    actions = Counter(
        part["action_id"] for part in parts(block) if isinstance(part.get("action_id"), str)
    )
    for action, count in actions.items():
        if count > 1:
            yield f"action_id {action!r} is there {count} times"
    match block.get("type"):
        case "section" if not block.get("text") and not block.get("fields"):
            yield "a section needs text or fields"
        case "section":
            for field in block.get("fields") or []:
                if len(field.get("text", "")) > 2000:
                    yield "a field of a section has more than 2000 characters"
        case "table":
            widest = max((len(row) for row in block.get("rows") or []), default=0)
            if widest > 20:
                yield f"a table of {widest} columns, 20 are the most"
        case "header" if (block.get("text") or {}).get("type") == "mrkdwn":
            yield "a header is plain_text"
        case _:
            pass


def _limits(part: Json) -> Iterator[str]:
    kind = str(part.get("type"))
    for key, held in part.items():
        length = _length(held)
        most = _ANYWHERE.get(key) or _LENGTHS.get((kind, key))
        if most and length > most:
            yield f"{key} of {kind} has {length} characters, {most} are the most"
        if isinstance(held, list):
            yield from _counts(kind, key, held)
        if key in ("options", "initial_options", "initial_option"):
            for option in held if isinstance(held, list) else [held]:
                yield from _short(option, _OPTION, "an option")
        if key == "confirm":
            yield from _short(held, _CONFIRM, "a confirm dialog")
    if kind in _NEVER_BLANK and not str(part.get("text", "")).strip():
        yield f"an empty {kind}"
    yield from _chosen(part)


def _counts(kind: str, key: str, held: Sequence[object]) -> Iterator[str]:
    if len(held) > _COUNTS.get((kind, key), len(held)):
        yield f"{len(held)} {key} in {kind}, {_COUNTS[kind, key]} are the most"
    if not held and key in _NEVER_EMPTY:
        yield f"{key} of {kind} is empty"


def _chosen(part: Json) -> Iterator[str]:
    """What is chosen at first has to be among the options."""
    options = [*(part.get("options") or [])]
    for group in part.get("option_groups") or []:
        options += group.get("options") or []
    chosen = [*(part.get("initial_options") or [])]
    chosen += [part["initial_option"]] if part.get("initial_option") else []
    if part.get("type", "").endswith("external_select"):
        return
    for one in chosen:
        if one not in options:
            yield f"initial option {one.get('value')!r} is not among the options"


def _short(held: Any, most: Mapping[str, int], name: str) -> Iterator[str]:
    for key, limit in most.items():
        if isinstance(held, Mapping) and (length := _length(held.get(key))) > limit:
            yield f"{key} of {name} has {length} characters, {limit} are the most"


def _length(held: Any) -> int:
    """How long a text is, plain or in a text object."""
    if isinstance(held, Mapping):
        held = held.get("text")
    return len(held) if isinstance(held, str) else 0
