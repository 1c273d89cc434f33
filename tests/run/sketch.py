"""Cards and forms drawn as a few lines of text, for snapshots that read well."""

from typing import assert_never

from bot.cards import (
    Block,
    Card,
    Checklist,
    Entries,
    Form,
    Item,
    Prose,
    Spot,
    Stamp,
    Table,
    Times,
    Where,
    Words,
)

_MARKS = {
    "waiting": " ",
    "working": ">",
    "asking": "?",
    "done": "x",
    "failed": "!",
    "skipped": "-",
}


def sketch(*cards: Card) -> str:
    """The cards, one below the other."""
    return "\n\n".join("\n".join(_card(card)) for card in cards)


def _card(card: Card) -> list[str]:
    lines = [f"== {card.title} ({card.key}, {card.tone})"]
    lines += [line for block in card.blocks for line in _block(block)]
    if card.buttons:
        lines.append(" ".join(f"[{button.label}]" for button in card.buttons))
    if card.footer:
        lines.append(f"-- {card.footer}")
    if card.mentions:
        lines.append(f"@@ {', '.join(card.mentions)}")
    return lines


def _block(block: Block) -> list[str]:
    match block:
        case Words(text=text, tone=tone):
            return [text if tone == "plain" else f"{text} ({tone})"]
        case Stamp(text=text, by=by, at=at):
            return [f"{text}{f' by {by}' if by else ''} at {at:%H:%M}"]
        case Times():
            return block.told.split("\n")
        case Spot():
            return [f"{block.text} {block.place}"]
        case Prose(text=text, label=label):
            return [*([f"{label}:"] if label else []), *(f"| {line}" for line in text.split("\n"))]
        case Checklist(items=items):
            return [_item(item) for item in items]
        case Table(header=header, rows=rows, label=label):
            return [label, *(" | ".join(row) for row in (header, *rows))]
        case Entries(runs=runs):
            told = ((r.title, r.state, r.by, r.spent, r.thread) for r in runs)
            return [" | ".join(filter(None, one)) for one in told]
        case _:
            assert_never(block)


def _item(item: Item) -> str:
    said = " · ".join(part for part in (item.label, item.who, item.detail) if part)
    since = f" (since {item.since:%H:%M})" if item.since else ""
    return f"[{_MARKS[item.state]}] {said}{since}"


def form_sketch(form: Form) -> str:
    """A form as people see it."""
    lines = [f"== {form.title} ({form.action})", *([form.about] if form.about else [])]
    for field in form.fields:
        value = "" if field.value is None else f" = {field.value}"
        kind = "where" if isinstance(field.input, Where) else field.input.type
        error = f"  !! {field.error}" if field.error else ""
        lines.append(f"{field.label} ({kind}){value}{error}")
    return "\n".join([*lines, f"[{form.submit}]"])
