"""What a person reads in messages and views: the words of blocks, their buttons and mentions."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.servers.slack_world import Json, Message, Workspace

_ANGLED = re.compile(r"<([@#!]?)(date\^[^<>|]+|[^<>|\s]+)(?:\|([^<>]*))?>")
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_BROADCASTS = ("channel", "here", "everyone")
_MARKS = {"pending": "○", "in_progress": "◔", "complete": "●", "error": "✕"}


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something to press: a button, or one option of an overflow menu or a select."""

    label: str
    action_id: str
    block_id: str
    element: Json
    option: Json | None = None

    @property
    def value(self) -> str:
        return (self.option or self.element).get("value", "")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A message as it was seen at one moment."""

    message: Message
    by: str
    text: str
    controls: tuple[Control, ...]

    @property
    def ts(self) -> str:
        return self.message.ts

    @property
    def private(self) -> bool:
        return bool(self.message.only_for)

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(control.label for control in self.controls)


def seen(said: Message, team: Workspace) -> Shown:
    text = read(said.blocks, team) if said.blocks else mrkdwn(said.text, team)
    names = "".join(f"\n{file.title or file.name}" for file in said.files)
    return Shown(
        message=said,
        by=team.users[said.user].real_name,
        text=(text + names).strip(),
        controls=tuple(controls(said.blocks)),
    )


def read(blocks: Sequence[Json], team: Workspace) -> str:
    """Everything the blocks say, line by line."""
    return "\n".join(line for block in blocks for line in _lines(block, team) if line)


def _lines(block: Json, team: Workspace) -> Iterator[str]:
    match block.get("type"):
        case "markdown":
            yield markdown(block["text"], team)
        case "section" | "header" | "context":
            held = [block.get("text"), *(block.get("fields") or []), *(block.get("elements") or [])]
            yield from (_text(one, team) for one in held if one)
        case "input":
            yield _text(block["label"], team)
            yield _text(block.get("hint"), team)
        case "image":
            yield _text(block.get("title"), team) or block.get("alt_text", "")
        case "rich_text":
            yield _rich(block, team)
        case _:
            yield from _laid_out(block, team)


def _laid_out(block: Json, team: Workspace) -> Iterator[str]:
    """Of tables, plans and tasks."""
    match block.get("type"):
        case "table":
            for row in block["rows"]:
                yield " | ".join(_cell(cell, team) for cell in row)
        case "plan":
            yield block["title"]
            for task in block["tasks"]:
                yield from _lines(task, team)
        case "task_card":
            yield f"{_MARKS[block['status']]} {block['title']}"
            yield from (_rich(block[key], team) for key in ("details", "output") if key in block)
        case _:
            pass


def _text(held: Any, team: Workspace) -> str:
    match held:
        case {"type": "mrkdwn", "text": text}:
            return mrkdwn(text, team)
        case {"type": "plain_text" | "raw_text", "text": text}:
            return text
        case {"type": "image", "alt_text": text}:
            return text
        case _:
            return ""


def _cell(cell: Json, team: Workspace) -> str:
    return _rich(cell, team) if cell["type"] == "rich_text" else str(cell.get("text", ""))


def _rich(part: Mapping[str, Any], team: Workspace) -> str:
    match part.get("type"):
        case "text" | "link":
            return part.get("text") or part.get("url", "")
        case "user":
            return f"@{_name(part['user_id'], team)}"
        case "channel":
            return f"#{_place(part['channel_id'], team)}"
        case "emoji":
            return f":{part['name']}:"
        case "broadcast":
            return f"@{part['range']}"
        case "rich_text" | "rich_text_list":
            return "\n".join(_rich(one, team) for one in part["elements"])
        case _:
            return "".join(_rich(one, team) for one in part.get("elements") or [])


def mrkdwn(text: str, team: Workspace) -> str:
    """What a person reads in mrkdwn: mentions by name, links by their words."""
    said = html.unescape(_ANGLED.sub(lambda found: _angled(found, team), text))
    return _BOLD.sub(r"\1", said)


def markdown(text: str, team: Workspace) -> str:
    """What a person reads in a markdown block, which knows Slack's mentions too."""
    mentions = re.compile(r"<[@#!][^<>\s]+>")
    said = mentions.sub(lambda found: mrkdwn(found[0], team), text)
    return "\n".join(line for line in _markdown_lines(_MARKDOWN.parse(said)) if line)


def _markdown_lines(tokens: Sequence[Token]) -> Iterator[str]:
    row: list[str] | None = None
    for token in tokens:
        match token.type:
            case "tr_open":
                row = []
            case "tr_close":
                yield " | ".join(row or [])
                row = None
            case "inline" if row is not None:
                row.append(_inline(token))
            case "inline":
                yield _inline(token)
            case "fence" | "code_block":
                yield token.content.rstrip("\n")
            case "hr":
                yield "—"
            case _:
                pass


def _inline(token: Token) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(breaks.get(one.type, one.content) for one in token.children or [])


def _angled(found: re.Match[str], team: Workspace) -> str:
    kind, held, words = found.groups()
    match kind:
        case "@":
            return f"@{_name(held, team)}"
        case "#":
            return f"#{_place(held, team)}"
        case "!" if held.startswith("date^"):
            return words or ""
        case "!":
            return f"@{words or held.partition('^')[2] or held}"
        case _:
            return words or held if ":" in held else found[0]


def _name(user: str, team: Workspace) -> str:
    return team.users[user].name if user in team.users else user


def _place(channel: str, team: Workspace) -> str:
    return team.channels[channel].name if channel in team.channels else channel


def pings(said: Message) -> set[str]:
    """Whom a message rings for when it is posted: users by id, groups, "channel", "here"."""
    found: set[str] = set()
    for text in [said.text, *_parsed(said.blocks)]:
        for match in _ANGLED.finditer(text):
            kind, held = match[1], match[2]
            if kind == "@" or (kind == "!" and held.startswith(("subteam^", *_BROADCASTS))):
                found.add(held)
    return found


def _parsed(held: Any) -> Iterator[str]:
    """The texts in blocks in which Slack looks for mentions."""
    match held:
        case {"type": "mrkdwn" | "markdown", "text": str(text)}:
            yield text
        case {"type": "user", "user_id": user}:
            yield f"<@{user}>"
        case {"type": "broadcast", "range": to}:
            yield f"<!{to}>"
        case dict():
            for one in held.values():
                yield from _parsed(one)
        case list():
            for one in held:
                yield from _parsed(one)
        case _:
            pass


def controls(held: Any, block_id: str = "") -> Iterator[Control]:
    """Everything to press in blocks, in order."""
    match held:
        case {"type": "button", "text": {"text": label}, "action_id": action}:
            yield Control(label=label, action_id=action, block_id=block_id, element=held)
        case {"type": "overflow" | "static_select" | "radio_buttons", "action_id": action}:
            for option in held.get("options") or []:
                label = option["text"]["text"]
                yield Control(
                    label=label, action_id=action, block_id=block_id, element=held, option=option
                )
        case {"type": "input"}:
            pass
        case dict():
            for one in held.values():
                yield from controls(one, held.get("block_id", block_id))
        case list():
            for one in held:
                yield from controls(one, block_id)
        case _:
            pass
