"""The App Home: what needs a person, their runs, their team's, and a button to delegate. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import assert_never

from adapters.slack import render
from adapters.slack.buttons import ASK, Json, actions, plain
from adapters.slack.prose import escaped
from adapters.slack.render import Reader
from adapters.slack.views import cut, said
from bot.cards import Card, Checklist, Entries, Entry, Prose, Spot, Stamp, Table, Times, Words
from bot.cards.long import harmless, pieces

# A heading or an item, and what marks the whole of it.
_LINE = re.compile(r"^[ \t]*(#{1,6} |)([-*] |)(~~|\*\*|\*|)(.*?)\3[ \t]*$", re.MULTILINE)
_BEGIN = (
    "Nothing waits for you, and you have delegated nothing yet. Press Delegate, pick a playbook "
    "and fill in a short form: a thread shows who is at work, and asks what only you can say. "
    "/playbooks tells what can be delegated."
)
_STYLES: Mapping[str, str] = {"": "", "~~": "~", "**": "*", "*": "_"}


def home(needs: Sequence[Card], own: Sequence[Entry], teams: Sequence[Entry], to: Reader) -> Json:
    """What needs a person, their runs, their team's, and a button to delegate."""
    button = {"type": "button", "action_id": f"{ASK}delegate", "value": "/delegate"}
    button |= {"text": plain("Delegate"), "style": "primary"}
    blocks: list[Json] = [{"type": "actions", "elements": [button]}]
    blocks += [_heading("Needs you")]
    for number, card in enumerate(needs):
        shown = _asplain(card, to)
        if len(blocks) + len(shown) > 70:
            blocks += said(to.told(f"And {len(needs) - number} more: /needs-me lists them."))
            break
        blocks += shown
    blocks += [] if needs else said(to.told("Nothing waits for you." if own else _BEGIN))
    for title, runs in (("Your runs", own), ("Your team’s runs", teams)):
        listed = [render.entry(run, to) for run in runs[:10]]
        blocks += [_heading(title), *(listed or said("None yet."))]
    return {"type": "home", "callback_id": "home", "blocks": blocks[:100]}


def _heading(title: str) -> Json:
    return {"type": "header", "text": plain(title)}


def _prose(text: str) -> list[Json]:
    """Somebody's Markdown, line by line: a view takes none."""
    shown = pieces(_LINE.sub(_styled, harmless(text)), 2_900)
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": piece, "verbatim": True}}
        for piece in shown
        if piece.strip()
    ]


def _styled(line: re.Match[str]) -> str:
    head, dash, mark, words = line.groups()
    style = _STYLES[mark] or ("*" if head else "")
    return (
        f"{'• ' if dash else ''}{style}{escaped(words.replace('**', ''))}{style}" if words else ""
    )


def _asplain(card: Card, to: Reader) -> list[Json]:
    """A card without what a view cannot hold."""
    blocks: list[Json] = [{"type": "divider"}, _heading(cut(to.told(card.title), 150))]
    for block in card.blocks:
        match block:
            case Words(text):
                blocks += said(to.told(text))[:2]
            case Prose(text, label):
                blocks += [*(said(to.told(label)) if label else []), *_prose(text)[:2]]
            case Stamp():
                stamped = {"type": "mrkdwn", "text": render.stamp(block, to)}
                blocks.append({"type": "context", "elements": [stamped]})
            case Table() | Checklist() | Entries() | Spot() | Times():
                pass
            case _:
                assert_never(block)
    return blocks + render.to_thread(card, to) + actions(card.buttons)
