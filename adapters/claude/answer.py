"""A streamed answer as it comes: its blocks, its tokens so far, and how it ended."""

import json
from collections.abc import Mapping
from typing import cast

from anthropic.types import RawMessageStreamEvent
from pydantic import JsonValue

from adapters.claude.tokens import at_most
from bot.ports import ModelFailed
from bot.run.events import ModelTurn, ToolCall, Usage

Block = dict[str, JsonValue]

_TOO_LONG = (
    "The brief and the work so far are longer than the model can read at once. "
    "Shorten the documents, or split the step into smaller ones."
)


class Answer:
    """Takes the events of one call; `usage` is what it has used, as far as is known."""

    def __init__(self, *, keep_s: int, max_tokens: int) -> None:
        self._keep_s = keep_s
        self._max_tokens = max_tokens
        self._blocks: list[Block] = []
        self._inputs: dict[int, str] = {}
        self._streamed: list[str] = []
        self._totals: dict[str, int] = {}
        self._stop: str | None = None
        self._why = ""
        self.model = ""

    def take(self, event: RawMessageStreamEvent) -> str:
        """Adds an event; gives the text for people that it brought."""
        match event.type:
            case "message_start":
                self.model = event.message.model
                self._count(event.message.usage.to_dict())
            case "content_block_start":
                self._blocks.append(cast("Block", event.content_block.to_dict()))
            case "content_block_delta":
                return self._add(event.index, event.delta.to_dict())
            case "message_delta":
                self._stop = event.delta.stop_reason
                if event.delta.stop_details:
                    self._why = event.delta.stop_details.explanation or ""
                self._count(event.usage.to_dict())
            case _:
                pass
        return ""

    @property
    def usage(self) -> Usage:
        """What the provider showed; of an answer cut short, at least what it must have used."""
        written = self._totals.get("cache_creation_input_tokens", 0)
        hour = min(self._totals.get("hour", 0), written)
        output = self._totals.get("output_tokens", 0)
        if self._stop is None:
            output = max(output, min(at_most("".join(self._streamed)), self._max_tokens))
        return Usage(
            input=self._totals.get("input_tokens", 0),
            output=output,
            cache_read=self._totals.get("cache_read_input_tokens", 0),
            cache_write_5m=written - hour,
            cache_write_1h=hour,
        )

    def turn(self) -> ModelTurn:
        """The finished turn. Raises ModelFailed when the answer cannot be worked with."""
        match self._stop:
            case "end_turn" | "stop_sequence":
                self._leave_out("thinking", "redacted_thinking")
            case "max_tokens":
                self._leave_out("thinking", "redacted_thinking", "tool_use")
            case "tool_use" | "pause_turn":
                pass
            case "refusal":
                raise ModelFailed(_refusal(self._why), retry=False)
            case "model_context_window_exceeded":
                raise ModelFailed(_TOO_LONG, retry=False)
            case None:
                raise ModelFailed("The model's answer broke off before its end.", retry=True)
            case unknown:
                raise ModelFailed(
                    f'The model stopped for a reason that Podium does not know: "{unknown}".',
                    retry=False,
                )
        return self._turn(self._stop)

    def _turn(self, stop: str) -> ModelTurn:
        calls = tuple(
            self._call(index, block)
            for index, block in enumerate(self._blocks)
            if block["type"] == "tool_use"
        )
        text = "".join(str(block["text"]) for block in self._blocks if block["type"] == "text")
        content: list[JsonValue] = [block for block in self._blocks if not _is_blank(block)]
        # Half a character would be refused by whoever stores the turn; here it can be tried again.
        json.dumps(content, ensure_ascii=False).encode()
        return ModelTurn(text=text, calls=calls, stop=stop, content=content)

    def _add(self, index: int, delta: dict[str, object]) -> str:
        block = self._blocks[index]
        match delta:
            case {"type": "text_delta", "text": str(more)}:
                block["text"] = f"{block['text']}{more}"
                self._streamed.append(more)
                return more
            case {"type": "thinking_delta", "thinking": str(more)}:
                block["thinking"] = f"{block['thinking']}{more}"
                self._streamed.append(more)
            case {"type": "input_json_delta", "partial_json": str(more)}:
                self._inputs[index] = self._inputs.get(index, "") + more
                self._streamed.append(more)
            case {"type": "signature_delta", "signature": str(signature)}:
                block["signature"] = signature
            case _:
                pass
        return ""

    def _leave_out(self, *types: str) -> None:
        """Drops blocks at the end that the API does not take back: they led to nothing."""
        while self._blocks and self._blocks[-1]["type"] in types:
            self._blocks.pop()

    def _call(self, index: int, block: Block) -> ToolCall:
        try:
            arguments = json.loads(self._inputs.get(index) or "{}")
        except ValueError:
            arguments = None
        if not isinstance(arguments, dict):
            raise ModelFailed(
                f'The model called the tool "{block["name"]}" with arguments that are not JSON.',
                retry=True,
            )
        block["input"] = arguments
        return ToolCall(id=str(block["id"]), name=str(block["name"]), arguments=arguments)

    def _count(self, totals: Mapping[str, object]) -> None:
        """Takes over the totals so far; what an event leaves out stands."""
        seen = {name: count for name, count in totals.items() if isinstance(count, int)}
        parts = totals.get("cache_creation")
        if isinstance(parts, dict):
            seen["hour"] = parts.get("ephemeral_1h_input_tokens") or 0
        elif self._keep_s > 300:
            seen["hour"] = seen.get("cache_creation_input_tokens", 0)
        self._totals |= seen


def _is_blank(block: Block) -> bool:
    """A text block without text, which the API gives but does not take back."""
    return block["type"] == "text" and not str(block["text"]).strip()


def _refusal(why: str) -> str:
    return (
        f"The model declined this. {why}".rstrip() + " Say in other words what is needed and why, "
        "or give the step to a specialist with another model."
    )
