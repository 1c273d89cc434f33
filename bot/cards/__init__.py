"""Cards and forms: what people see and fill in, on no platform in particular."""

from bot.cards.model import (
    Block,
    Button,
    Card,
    Checklist,
    Entries,
    Entry,
    Field,
    Form,
    Item,
    ItemState,
    Prose,
    Reply,
    Stamp,
    Table,
    Tone,
    Words,
)

__all__ = [
    "Block",
    "Button",
    "Card",
    "Checklist",
    "Entries",
    "Entry",
    "Field",
    "Form",
    "Item",
    "ItemState",
    "Prose",
    "Reply",
    "Stamp",
    "Table",
    "Tone",
    "Words",
]
