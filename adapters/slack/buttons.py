"""Buttons, and the menu of what is wanted less often. Pure."""

from collections.abc import Sequence
from typing import Any

from bot.cards import Button, Card
from bot.cards.long import harmless

Json = dict[str, Any]

PRESS = "press:"
ASK = "ask:"
"""An action begins with one of these: what the core is told, or a line that is typed."""

CONFIRMED = {
    "cancel": ("Cancel this run?", "What is at work stops now; the money spent is spent."),
    "end": ("End this run here?", "Nothing will be delivered."),
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": harmless(text), "emoji": False}


def actions(buttons: Sequence[Button], more: Json | None = None) -> list[Json]:
    """The rows of buttons, and the menu of what is wanted less often."""
    elements = [_button(button) for button in buttons] + ([more] if more else [])
    rows = (elements[at : at + 25] for at in range(0, len(elements), 25))
    return [{"type": "actions", "elements": row} for row in rows]


def _button(button: Button) -> Json:
    label = harmless(button.label).strip() or "…"
    shown: Json = {
        "type": "button",
        "action_id": f"{PRESS}{button.action}",
        "text": plain(label if len(label) <= 75 else f"{label[:74]}…"),
        "value": button.action,
    }
    if button.style != "plain":
        shown["style"] = button.style
    if asked := CONFIRMED.get(button.action.partition(":")[0]):
        title, text = asked
        shown["confirm"] = {
            "title": plain(title),
            "text": plain(text),
            "confirm": plain("Yes"),
            "deny": plain("No"),
        }
    return shown


def menu(card: Card, web: str) -> Json | None:
    """Open in Podium; on what is to be judged also the cost and the way out."""
    run = card.run
    if not run:
        return None
    options: list[Json] = []
    if web:
        options.append({"text": plain("Open in Podium"), "value": f"open:{run}"})
        options[0]["url"] = f"{web}/runs/{run}"
    if card.key != "root":
        options.append({"text": plain("What it cost"), "value": f"cost:{run}"})
        options.append({"text": plain("Cancel the run"), "value": f"stop:{run}"})
    if not options:
        return None
    return {"type": "overflow", "action_id": f"more:{run}", "options": options}
