"""What Slack publishes of itself, from the files of specifications beside the project, if there."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator

FOLDER = Path(__file__).parents[3] / "shared" / "specs" / "slack"

_COMMON_ERRORS_WORDS = """
access_denied account_inactive accesslimited fatal_error internal_error invalid_arguments
invalid_array_arg invalid_auth invalid_form_data missing_argument missing_args missing_scope
no_permission not_allowed_token_type not_authed ratelimited request_timeout
service_unavailable token_expired token_revoked unknown_method
"""
COMMON_ERRORS = frozenset(_COMMON_ERRORS_WORDS.split())
"""Errors that every method may answer with."""

_PER_MINUTE = {"Tier1": 1, "Tier2": 20, "Tier3": 50, "Tier4": 100}


def folder() -> Path | None:
    """Where the specifications lie: beside the repository, where they lie at all."""
    return FOLDER if FOLDER.is_dir() else None


def missing() -> str:
    """Why nothing is checked against the specifications, or "" where everything is."""
    return "" if folder() else f"There are no specifications of Slack at {FOLDER}: not checked."


class Method:
    """What the specification of one method says; of an unknown one nothing, so all is allowed."""

    def __init__(self, name: str, spec: Mapping[str, Any] | None) -> None:
        self.name = name
        self.known = spec is not None
        spec = spec or {}
        self.arguments = frozenset(spec.get("args", {}))
        self.required = tuple(
            argument for argument, told in spec.get("args", {}).items() if told.get("required")
        )
        self.errors = frozenset(spec.get("errors", {})) | COMMON_ERRORS
        scopes = (spec.get("scopes") or {}).get("bot", [])
        self.scopes = frozenset(scope["name"] for scope in scopes)

    def allows(self, error: str) -> bool:
        return not self.known or error in self.errors


@functools.cache
def method(name: str) -> Method:
    place = folder()
    found = place / "methods" / f"{name}.json" if place else None
    spec = json.loads(found.read_text("utf-8")) if found and found.is_file() else None
    return Method(name, spec)


@functools.cache
def _tiers() -> Mapping[str, str]:
    place = folder()
    return json.loads((place / "rate_limit_tiers.json").read_text("utf-8")) if place else {}


def per_minute(name: str) -> int:
    """How many calls of a method Slack takes in a minute."""
    return _PER_MINUTE.get(_tiers().get(name, ""), 600)


@functools.cache
def _schema() -> Mapping[str, Any] | None:
    place = folder()
    path = place / "blocks-and-views.schema.json" if place else None
    return json.loads(path.read_text("utf-8")) if path else None


@functools.cache
def _types() -> Mapping[str, str]:
    """The schema's definition of each type of block, view or chunk."""
    held = (_schema() or {}).get("definitions", {})
    return {
        told["properties"]["type"]["const"]: name
        for name, told in held.items()
        if "const" in told.get("properties", {}).get("type", {})
    }


@functools.cache
def _validator(definition: str) -> Validator:
    schema = _schema() or {}
    return Draft7Validator(
        {"$ref": f"#/definitions/{definition}", "definitions": schema["definitions"]}
    )


def manifest_problems(manifest: Any) -> list[tuple[str, str]]:
    """What Slack's schema has against an app's manifest: where, and what."""
    if (place := folder()) is None:
        return []
    schema = json.loads((place / "manifest.schema.1.json").read_text("utf-8"))
    errors = Draft7Validator(schema).iter_errors(manifest)
    return [(error.json_path, error.message[:300]) for error in errors]


def problem(part: Mapping[str, Any]) -> str:
    """What the schema has against a block, view or chunk; "" for nothing."""
    if _schema() is None:
        return ""
    definition = _types().get(str(part.get("type")))
    if definition is None:
        return f"there is no type {part.get('type')!r}"
    error = best_match(_validator(definition).iter_errors(part))
    return f"{error.json_path}: {error.message}"[:500] if error else ""
