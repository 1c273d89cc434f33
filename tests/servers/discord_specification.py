"""Holds calls, answers and events to Discord's own specification, where that is at hand."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from tests.servers.discord_call import Answer, Call
from tests.servers.discord_things import Json

# It lies beside the repository, not in it: it is large, and not ours.
FOLDER = Path(__file__).parents[3] / "shared" / "specs" / "discord"
UNKNOWN = "is not known here"
# Fields that Discord takes and the specification does not know.
_TAKEN = {"attachments", "flags", "nsfw", "tts", "type"}


class Specification:
    """The REST specification and the schemas of the gateway's events."""

    def __init__(self, folder: Path) -> None:
        self._rest: Json = json.loads((folder / "openapi.json").read_text("utf-8"))
        self._events: Json = json.loads((folder / "gateway.schema.json").read_text("utf-8"))
        for name in self._events["definitions"]:
            if name.endswith("Flags"):
                # It lists single bits, but any of them may be set together.
                self._events["definitions"][name] = {"type": "integer"}
        self._validators: dict[str, Validator | None] = {}

    @staticmethod
    @cache
    def find() -> "Specification | None":
        """The specification; None where it is not beside the repository."""
        return Specification(FOLDER) if FOLDER.is_dir() else None

    def of_request(self, call: Call) -> list[str]:
        """Where the body of a call is not as it must be."""
        operation = self._operation(call)
        if operation is None:
            return [f"{call.about}: the specification has no such call"]
        schema = _json(operation.get("requestBody", {}))
        if schema is None or call.body is None:
            return []
        validator = self._rest_validator(f"request of {call.about}", schema, _Asked)
        return _told(f"request of {call.about}", validator, _normal(call.body))

    def of_answer(self, call: Call, answer: Answer) -> list[str]:
        """Where an answer of the local server is not as Discord's would be."""
        operation = self._operation(call)
        if operation is None or answer.body is None:
            return []
        response = operation["responses"].get(str(answer.status), {})
        schema = _json(response)
        if schema is None:
            return [f"answer to {call.about}: {answer.status} is not specified"]
        name = f"answer to {call.about}, {answer.status}"
        return _told(name, self._rest_validator(name, schema, _Given), _deferred(answer.body))

    def of_event(self, event: str, data: Json) -> list[str]:
        """Where an event of the gateway is not as Discord's would be, if its schema is known."""
        schema = self._events["definitions"]["All"]["properties"].get(event)
        if schema is None:
            return []
        whole = {"definitions": self._events["definitions"], **schema}
        if event not in self._validators:
            self._validators[event] = _Told(whole)
        return _told(event, self._validators[event], data)

    def _operation(self, call: Call) -> Json | None:
        return self._rest["paths"].get(call.template, {}).get(call.method.lower())

    def _rest_validator(self, name: str, schema: Json, kind: type[Validator]) -> Validator:
        if name not in self._validators:
            whole = {"components": self._rest["components"], "allOf": [schema]}
            self._validators[name] = kind(whole)
        found = self._validators[name]
        assert found
        return found


def _json(content: Json) -> Json | None:
    return content.get("content", {}).get("application/json", {}).get("schema")


def _told(name: str, validator: Validator | None, body: Any) -> list[str]:
    if validator is None:
        return []
    found = best_match(validator.iter_errors(body))
    if found is None:
        return []
    return [f"{name}: {found.json_path}: {found.message[:300]}"]


def _normal(body: Any) -> Any:
    """discord.py sends some ids as numbers, which Discord takes."""
    match body:
        case {"recipient_id": int(own)}:
            return {**body, "recipient_id": str(own)}
        case {"attachments": [*attachments], **rest}:
            numbered = [{**one, "id": str(one["id"])} for one in attachments]
            return {**{name: _normal(one) for name, one in rest.items()}, "attachments": numbered}
        case dict():
            return {name: _normal(one) for name, one in body.items()}
        case _:
            return body


def _deferred(body: Any) -> Any:
    """A deferral's answer is Discord's own 5, where the specification writes 4 alone."""
    match body:
        case {"interaction": _, "resource": {"type": 5, **rest}}:
            return {**body, "resource": {**rest, "type": 4}}
        case _:
            return body


# --- unions: the branch is picked by `type`, or every error would be "not any of these" ----------


def _by_type(validator: Any, branches: list[Json], instance: Any, schema: Json) -> Iterator[Any]:
    if not isinstance(instance, Mapping) or "type" not in instance:
        yield from _plain(validator, branches, instance, schema)
        return
    fitting = [one for one in branches if _fits(validator, one, instance["type"])]
    if len(fitting) == len(branches) > 1 or not fitting:
        yield from _plain(validator, branches, instance, schema)
    elif len(fitting) == 1:
        yield from validator.descend(instance, fitting[0])
    else:
        yield from _plain(validator, fitting, instance, schema)


def _plain(validator: Any, branches: list[Json], instance: Any, _: Json) -> Iterator[Any]:
    errors: list[ValidationError] = []
    for number, branch in enumerate(branches):
        found = list(validator.descend(instance, branch, schema_path=number))
        if not found:
            return
        errors += found
    yield ValidationError("it fits none of what is allowed", context=errors)


def _fits(validator: Any, branch: Json, kind: Any) -> bool:
    if "$ref" in branch:
        branch = validator._resolver.lookup(branch["$ref"]).contents
    if "anyOf" in branch:
        return any(_fits(validator, one, kind) for one in branch["anyOf"])
    known = branch.get("properties", {}).get("type", {})
    if branch.get("type") == "null":
        return False
    return kind in known["enum"] if "enum" in known else kind == known.get("const", kind)


def _known_only(validator: Any, properties: Json, instance: Any, schema: Json) -> Iterator[Any]:
    """`properties`, and nothing beside them: Discord ignores it, and somebody meant something."""
    yield from Draft202012Validator.VALIDATORS["properties"](
        validator, properties, instance, schema
    )
    if isinstance(instance, Mapping) and "additionalProperties" not in schema:
        for name in instance:
            if name not in properties and name not in _TAKEN:
                yield ValidationError(f"{name!r} {UNKNOWN}")


_Given = extend(Draft202012Validator, {"oneOf": _by_type, "anyOf": _by_type})
_Asked = extend(_Given, {"properties": _known_only})
_Told = extend(Draft7Validator, {"oneOf": _by_type, "anyOf": _by_type})
