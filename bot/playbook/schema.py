"""The JSON Schema of playbook files, by which editors complete and check."""

from pydantic import JsonValue

from bot.playbook.model import Playbook


def playbook_schema() -> dict[str, JsonValue]:
    return Playbook.model_json_schema(by_alias=True)
