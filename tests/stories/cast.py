"""What the specialists of the stories answer, by words of what their step asks for."""

import asyncio
import json

from tests.servers.messages_api import Body, MessagesApi, Reply, plausible
from tests.servers.messages_cache import blocks_of

ANGLES = ("Lead with the price", "Lead with the speed", "Lead with the people")


def asked(body: Body) -> str:
    """The texts that the model was given by people and Podium."""
    blocks = (block for message in body["messages"] for block in blocks_of(message["content"]))
    return "\n".join(block.get("text", "") for block in blocks)


class Cast:
    """Gives each step the answer that a story wrote for it; the rest answers plausibly."""

    def __init__(self, api: MessagesApi) -> None:
        self.api = api
        # The same words are asked with in the same story on another platform.
        self._before = len(api.calls)
        self._lines: dict[str, list[Reply]] = {}
        api.handler = self._answer

    def says(self, words: str, *lines: Reply | str) -> None:
        """Answer so when a step asks with these words: in turn, then always as the last time."""
        self._lines[words] = [Reply(text=one) if isinstance(one, str) else one for one in lines]

    def holds(self, words: str, text: str = "Held, then said.") -> asyncio.Event:
        """Keep the answer back until the event is set."""
        event = asyncio.Event()
        self._lines[words] = [Reply(text=text, hold=event)]
        return event

    def calls(self, words: str) -> int:
        """How often the model was asked with these words."""
        return sum(words in asked(call.body) for call in self.api.calls[self._before :])

    def _answer(self, body: Body) -> Reply:
        said = asked(body)
        for words, lines in self._lines.items():
            if words in said:
                return lines.pop(0) if len(lines) > 1 else lines[0]
        if "Propose angles" in said:
            return Reply(text=angles())
        return plausible(body)


def angles(*more: str) -> str:
    return json.dumps({"angles": [*(more or ANGLES)]})
