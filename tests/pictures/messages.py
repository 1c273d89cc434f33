"""Messages of a Slack as HTML: every block that is there, in a plain look of our own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from markdown_it import MarkdownIt

from tests.servers.slack_world import Message, Workspace

Json = Mapping[str, Any]

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_EMOJI = {
    "white_check_mark": ("done", "✓"),
    "heavy_minus_sign": ("quiet", "–"),
    "raising_hand": ("asks", "!"),
    "white_circle": ("open", ""),
    "bust_in_silhouette": ("quiet", "☻"),
}
_ANGLED = re.compile(r"&lt;(?:@(\w+)|!date\^(\d+)\^[^|]*\|[^&]*|(https?:[^|&]+)\|([^&]*))&gt;")
_HUES = {"podium": "#3f4a68", "ana": "#b4552d"}
_STYLE = """
* { box-sizing: border-box }
body { margin: 0; background: #e9e7e2; color: #1d1c1d;
  font: 15px/1.47 "Inter", "DejaVu Sans", sans-serif }
main { width: 860px; margin: 28px auto; padding: 4px 0 18px; background: #fff;
  border-radius: 12px; box-shadow: 0 1px 3px #0002, 0 8px 28px #0001 }
header { padding: 14px 24px; margin-bottom: 8px; border-bottom: 1px solid #e4e2dd;
  font-weight: 700 }
header small, .replies, time, .context, .tag { color: #68666a; font-weight: 400;
  font-size: 13px }
header small { margin-left: 8px }
.replies { display: flex; gap: 12px; align-items: center; margin: 10px 24px 2px }
.replies::after { content: ""; flex: 1; border-top: 1px solid #e4e2dd }
article { display: grid; grid-template-columns: 36px 1fr; gap: 12px; padding: 9px 24px }
.face { width: 36px; height: 36px; border-radius: 8px; color: #fff; font-weight: 700;
  display: grid; place-items: center }
.tag { font-size: 10px; background: #eceae5; border-radius: 3px; padding: 1px 4px;
  margin: 0 2px 0 6px; text-transform: uppercase }
time { margin-left: 6px }
h3 { font-size: 18px; margin: 4px 0 }
h1, h2 { font-size: 17px; margin: 10px 0 4px }
p { margin: 0 0 8px }
.context { margin: 2px 0 6px }
.context p { margin: 0 }
table { border-collapse: collapse; font-size: 13.5px; margin: 6px 0 10px; width: 100% }
td { border: 1px solid #dcdad5; padding: 5px 9px; text-align: left; vertical-align: top }
td.short { white-space: nowrap }
tr:first-child td { font-weight: 700; background: #f8f7f4 }
.mention { color: #1264a3; background: #e8f1f8; border-radius: 3px; padding: 0 2px }
.e { display: inline-grid; place-items: center; width: 16px; height: 16px; color: #fff;
  border-radius: 50%; margin-right: 4px; vertical-align: -1px;
  font: 700 11px/1 "DejaVu Sans", sans-serif }
.done { background: #2b8a57 }
.asks { background: #c77d0a }
.quiet { background: #a9a7a3 }
.open { border: 2px solid #c4c2be }
.actions { display: flex; gap: 8px; margin: 8px 0 4px }
.actions span { border: 1px solid #c9c7c2; border-radius: 6px; padding: 5px 13px;
  font-weight: 700; font-size: 14px }
.actions .primary { background: #1f7a54; border-color: #1f7a54; color: #fff }
.actions .danger { color: #b3261e; border-color: #b3261e }
.files { display: flex; gap: 8px; margin-top: 6px }
.files span { border: 1px solid #dcdad5; border-radius: 8px; padding: 7px 12px;
  font-size: 13.5px }
"""


def drawn(team: Workspace, channel: str) -> str:
    """The channel's latest thread, with what stands before it there."""
    place = team.channel(channel)
    thread_ts = next(one.thread_ts for one in reversed(place.messages) if one.thread_ts)
    thread = place.thread(thread_ts)
    before = [one for one in place.messages if not one.thread_ts and one.ts < thread_ts]
    replies = f'<div class="replies">{len(thread) - 1} replies</div>'
    return (
        f"<!doctype html><style>{_STYLE}</style><main>"
        f"<header>Thread<small>#{place.name}</small></header>"
        + "".join(_message(one, team) for one in (*before, thread[0]))
        + replies
        + "".join(_message(one, team) for one in thread[1:])
        + "</main>"
    )


def _message(said: Message, team: Workspace) -> str:
    user = team.users[said.user]
    tag = '<span class="tag">app</span>' if user.is_bot else ""
    when = datetime.fromtimestamp(float(said.ts), UTC).strftime("%H:%M")
    text = (
        "".join(_blocks(said.blocks, team)) if said.blocks else f"<p>{_mrkdwn(said.text, team)}</p>"
    )
    names = "".join(f"<span>{escape(file.name)}</span>" for file in said.files)
    files = f'<div class="files">{names}</div>' if names else ""
    face = f'<div class="face" style="background:{_HUES[user.name]}">{user.real_name[0]}</div>'
    head = f"<b>{escape(user.real_name)}</b>{tag}<time>{when}</time>"
    return f"<article>{face}<div>{head}{text}{files}</div></article>"


def _blocks(blocks: Sequence[Json], team: Workspace) -> Iterator[str]:
    for block in blocks:
        match block["type"]:
            case "header":
                yield f"<h3>{escape(block['text']['text'])}</h3>"
            case "section":
                yield f"<p>{_text(block['text'], team)}</p>"
            case "markdown":
                yield _MARKDOWN.render(block["text"])
            case "context":
                held = "".join(f"<p>{_text(one, team)}</p>" for one in block["elements"])
                yield f'<div class="context">{held}</div>'
            case "table":
                rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in block["rows"])
                yield f"<table>{rows}</table>"
            case "actions":
                yield f'<div class="actions">{"".join(map(_button, block["elements"]))}</div>'
            case other:
                raise ValueError(f"the picture cannot draw a block of type {other}")


def _cell(cell: Json) -> str:
    words = cell["text"]
    return f'<td class="{"short" if len(words) < 12 else ""}">{escape(words)}</td>'


def _button(element: Json) -> str:
    if element["type"] == "overflow":
        return "<span>⋯</span>"
    return f'<span class="{element.get("style", "")}">{escape(element["text"]["text"])}</span>'


def _text(held: Json, team: Workspace) -> str:
    return _mrkdwn(held["text"], team) if held["type"] == "mrkdwn" else escape(held["text"])


def _mrkdwn(text: str, team: Workspace) -> str:
    def named(found: re.Match[str]) -> str:
        user, at, url, words = found.groups()
        if user:
            return f'<span class="mention">@{escape(team.users[user].name)}</span>'
        if at:
            return f"today {datetime.fromtimestamp(int(at), UTC):%H:%M}"
        return f'<a href="{url}">{words}</a>'

    shown = _ANGLED.sub(named, escape(text, quote=False))
    shown = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", shown)
    for name, (kind, sign) in _EMOJI.items():
        shown = shown.replace(f":{name}:", f'<i class="e {kind}">{sign}</i>')
    return shown.replace("\n", "<br>")
