"""Messages of a Discord as HTML: every component that is there, in a plain dark look of our own."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from markdown_it import MarkdownIt

from tests.servers import discord_layout as layout
from tests.servers.discord_things import Channel, Json
from tests.servers.discord_world import World

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")
_OWN = re.compile(r"&lt;(?:@(\d+)|t:(\d+):\w)&gt;")
_STYLES = {1: "primary", 2: "plain", 4: "danger", 5: "link"}
_HUES = {"Podium": "#5b6ee1", "Ana": "#c9693d", "Ben": "#3d9a76"}
_STYLE = """
* { box-sizing: border-box }
body { margin: 0; background: #17181c; color: #dbdee1;
  font: 15px/1.45 "Inter", "DejaVu Sans", sans-serif }
main { width: 860px; margin: 28px auto; padding: 0 0 16px; background: #2b2d33;
  border-radius: 12px; box-shadow: 0 8px 32px #0006; overflow: hidden }
header { padding: 14px 24px; margin-bottom: 6px; background: #26282d; font-weight: 700;
  border-bottom: 1px solid #1c1d21 }
header small, time, .small { color: #a4a8b0; font-weight: 400; font-size: 13px }
header small { margin-right: 8px }
article { display: grid; grid-template-columns: 40px 1fr; gap: 14px; padding: 9px 24px }
.face { width: 40px; height: 40px; border-radius: 50%; color: #fff; font-weight: 700;
  display: grid; place-items: center; font-size: 17px }
article b.who { color: #f2f3f5 }
.tag { font-size: 10px; background: #5b6ee1; color: #fff; border-radius: 4px; padding: 1px 5px;
  margin-left: 6px; vertical-align: 1px }
time { margin-left: 8px }
.box { background: #393b42; border-left: 4px solid #4b4e57; border-radius: 8px; margin-top: 4px;
  padding: 12px 16px }
.box > :first-child, .box > div:first-child > :first-child { margin-top: 0 }
h2 { font-size: 19px; margin: 0 0 5px; color: #f2f3f5 }
h3 { font-size: 16px; margin: 4px 0 5px; color: #f2f3f5 }
p { margin: 0 0 8px }
.small p { margin: 0 0 3px }
ul { margin: 0 0 8px; padding-left: 20px }
li { margin: 3px 0 }
hr { border: 0; border-top: 1px solid #4b4e57; margin: 10px 0 }
pre { background: #26282d; border: 1px solid #1c1d21; border-radius: 6px; padding: 9px 12px;
  margin: 4px 0 10px; font: 13px/1.4 "DejaVu Sans Mono", monospace }
a { color: #6bb1ff; text-decoration: none }
.mention { color: #c9cdfb; background: #424a78; border-radius: 4px; padding: 0 3px }
.row { display: flex; gap: 8px; margin-top: 8px }
.row span { border-radius: 7px; padding: 6px 15px; font-weight: 600; font-size: 14px;
  background: #4d5058; color: #fff }
.row .primary { background: #5b6ee1 }
.row .danger { background: #c8423b }
.row .link::after { content: " ↗" }
.row .menu { flex: 1; max-width: 380px; background: #26282d; color: #a4a8b0; font-weight: 400 }
.row .menu::after { content: "⌄"; float: right }
.e { display: inline-grid; place-items: center; width: 17px; height: 17px; color: #fff;
  border-radius: 50%; margin-right: 5px; vertical-align: text-bottom;
  font: 700 11px/1 "DejaVu Sans" }
"""
_EMOJI = {
    "✅": ("#2f9e63", "✓"),
    "⏭️": ("#72767f", "–"),
    "🙋": ("#c77d0a", "!"),
    "🔵": ("#3f7fe0", "…"),
    "⚪": ("#565a63", ""),
    "👤": ("#72767f", "☻"),
}


def drawn(world: World, thread: Channel) -> str:
    """The thread as its people see it."""
    parent = world.channels[thread.json["parent_id"]]
    shown = [parent.messages[thread.id], *thread.messages.values()]
    name = f"<small># {escape(parent.json['name'])} /</small>{escape(thread.json['name'])}"
    return (
        f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><main><header>{name}</header>"
        + "".join(_message(one, world) for one in shown)
        + "</main>"
    )


def _message(message: Json, world: World) -> str:
    who = message["author"]
    name = escape(who["global_name"])
    tag = '<span class="tag">APP</span>' if who.get("bot") else ""
    at = datetime.fromisoformat(message["timestamp"]).astimezone(UTC).strftime("%H:%M")
    face = f'<div class="face" style="background:{_HUES[name]}">{name[0]}</div>'
    said = _said(message["content"], world) if message["content"] else ""
    said += "".join(_component(one, world) for one in message["components"])
    head = f'<b class="who">{name}</b>{tag}<time>{at}</time>'
    return f"<article>{face}<div>{head}{said}</div></article>"


def _component(one: Json, world: World) -> str:
    match one["type"]:
        case layout.CONTAINER:
            colour = one.get("accent_color")
            bar = f' style="border-color:#{colour:06x}"' if colour is not None else ""
            return f'<div class="box"{bar}>{_all(one["components"], world)}</div>'
        case layout.TEXT:
            return f"<div>{_said(one['content'], world)}</div>"
        case layout.SEPARATOR:
            return "<hr>"
        case layout.ROW:
            return f'<div class="row">{_all(one["components"], world)}</div>'
        case layout.BUTTON:
            return f'<span class="{_STYLES[one["style"]]}">{escape(one["label"])}</span>'
        case layout.SELECT:
            return f'<span class="menu">{escape(one["placeholder"])}</span>'
        case other:
            raise ValueError(f"the picture cannot draw a component of type {other}")


def _all(components: Iterable[Json], world: World) -> str:
    return "".join(_component(one, world) for one in components)


def _said(text: str, world: World) -> str:
    """Discord's Markdown; its small print is no part of the common one."""
    out, plain = "", list[str]()
    for line in [*text.split("\n"), None]:
        if line is not None and not line.startswith("-# "):
            plain.append(line)
            continue
        out += _MARKDOWN.render("\n".join(plain))
        plain = []
        if line is not None:
            out += f'<div class="small">{_MARKDOWN.render(line[3:])}</div>'
    for sign, (colour, shown) in _EMOJI.items():
        out = out.replace(sign, f'<i class="e" style="background:{colour}">{shown}</i>')

    def own(found: re.Match[str]) -> str:
        if found[1]:
            return f'<span class="mention">@{escape(world.users[found[1]]["global_name"])}</span>'
        return f"today at {datetime.fromtimestamp(int(found[2]), UTC):%H:%M}"

    return _OWN.sub(own, out)
