"""The JSON Schema of playbook files, by which editors complete and check."""

from pydantic import JsonValue

from bot.playbook.fields import INPUTS
from bot.playbook.model import Playbook
from bot.playbook.returns import WORDS, JsonSchema
from bot.playbook.source import mapping

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHAPE: JsonSchema = {
    "description": "the shape of a result: a word, a | b | c, [a shape] or {key: a shape}",
    "anyOf": [
        {"enum": list(WORDS)},
        {"type": "string", "pattern": r"\|"},
        {"type": "array", "items": {"$ref": "#/$defs/Shape"}, "minItems": 1, "maxItems": 1},
        {
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/Shape"},
            "propertyNames": {"pattern": r"^[A-Za-z][A-Za-z0-9_]*\??$"},
            "minProperties": 1,
        },
    ],
}
_TEXT = (
    "{{ name }} stands for an input or a step's result, {{ today }} and {{ requester }} for the "
    "run's, and in a scheduled run {{ last.result }}, {{ last.approved_at }} and {{ since }} for "
    "the last approved result and the last start"
)
_SAID = {
    "Playbook.about": "what comes out of it, in a line",
    "Playbook.inputs": "what is filled in when it is delegated",
    "Playbook.context": "what every specialist is given to read",
    "Playbook.budget": "what a run may take",
    "Playbook.steps": "who does what; a step waits for the steps that its texts name",
    "Playbook.deliver": "what becomes of the result",
    "Messages.messages": "how many at most; left out, the latest 200, or 500 with since",
    "Messages.since": "last: those since the last start of the same schedule",
    "FileContext.file": "a text file, its path from the playbooks folder",
    "ChannelContext.channel": "messages of the place where the run starts",
    "Budget.usd": "the most that a run may cost, in dollars",
    "Budget.minutes": "how long a run may work at a stretch without a person",
    "Deliver.review": "who judges the draft, and how",
    "Deliver.then": "what is done with the draft once it is approved",
    "Review.by": "who judges the draft: requester, people or groups",
    "Review.approvals": "how many must approve",
    "Work.by": "the specialist who does it",
    "Judge.by": "the specialist who judges",
    "Answer.options": "ready answers; their own words are welcome too",
    "Answer.inputs": "a small form to answer with",
    "about": "what is to be filled in; shown beside the field",
    "required": "whether it has to be filled in",
    "default": "what is taken when it is left out",
    "options": "what can be chosen",
    "min": "the least it may be",
    "max": "the most it may be",
    "type": "the kind of input",
    "after": "steps to wait for that no text names",
    "variants": "how many results are made of it, to choose from",
    "do": f"what is to be done; {_TEXT}",
    "say": f"what is said; {_TEXT}",
    "ask": f"what is asked; {_TEXT}",
    "by": "who is asked: requester, people or groups",
    "rubric": "what a good result is, line by line",
    "human": "what a person does: choose from a list, answer, or do something outside",
    "act": "what is done in the world",
    "remind": "when to remind those who are asked, such as 4h",
    "expire": "when to stop waiting, such as 3d",
}
_SILENT = ("title", "discriminator")


def playbook_schema() -> JsonSchema:
    """JSON Schema 2020-12 of a playbook file; what it cannot say is told by the check."""
    whole: JsonSchema = Playbook.model_json_schema(by_alias=True)
    parts = mapping(whole.pop("$defs"))
    definitions: JsonSchema = {"Shape": _SHAPE}
    for name, part in sorted(parts.items()):
        if name != "JsonValue":
            definitions[name] = _definition(name, mapping(part))
    playbook = _definition("Playbook", whole)
    del mapping(playbook["properties"])["name"]
    head: JsonSchema = {"$schema": _DIALECT, "title": "A Podium playbook"}
    tail: JsonSchema = {"description": "A workflow for specialists and people."}
    tail["$defs"] = definitions
    return head | playbook | tail


def _definition(name: str, part: JsonSchema) -> JsonSchema:
    tidy = mapping(_tidy(part))
    properties = mapping(tidy["properties"])
    for key, said in properties.items():
        text = mapping(said).get("description") or _SAID.get(f"{name}.{key}") or _SAID.get(key, "")
        properties[key] = mapping(said) | {"description": text}
    if name == "Work":
        properties["returns"] = {"$ref": "#/$defs/Shape", "description": _SHAPE["description"]}
    if name in {model.__name__ for model in INPUTS.values()}:
        required = tidy.get("required")
        tidy["required"] = ["type", *(required if isinstance(required, list) else [])]
        properties["type"] = {
            k: v for k, v in mapping(properties["type"]).items() if k != "default"
        }
    return tidy


def _tidy(value: JsonValue) -> JsonValue:
    """A schema without what only machines wanted: titles, nulls for keys that are left out."""
    match value:
        case list():
            return [_tidy(item) for item in value]
        case {"anyOf": [dict(only), {"type": "null"}], **rest}:
            return _tidy(rest | only)
        case {"patternProperties": dict(patterns), "propertyNames": dict(names), **rest}:
            ((pattern, item),) = patterns.items()
            keys: JsonSchema = {"propertyNames": names | {"pattern": pattern}}
            return mapping(_tidy(rest)) | keys | {"additionalProperties": _tidy(item)}
        case dict():
            return {key: _tidy_part(key, part) for key, part in value.items() if _speaks(key, part)}
        case _:
            return value


def _tidy_part(key: str, part: JsonValue) -> JsonValue:
    if key == "properties":
        return {name: _tidy(schema) for name, schema in mapping(part).items()}
    return part if key == "default" else _tidy(part)


def _speaks(key: str, part: JsonValue) -> bool:
    is_plain = isinstance(part, str | int | float) and part != ""
    return key not in _SILENT and (key != "default" or is_plain)
