"""A pane of the page: the messages of one place, kept as they are, and the composer below."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.web import render
from adapters.web.chat import Edited, Posted, WebChat
from adapters.web.elements.messages import Composer, Feed, Message, Streams
from adapters.web.elements.part import Pressable
from adapters.web.places import Place, place_of
from bot.cards import Card
from bot.ports import Line

_FIRST = 60
_EARLIER = 200
_TO_THREAD = "Write to the people in this thread"
_TO_CHANNEL = "Write here, or / for commands"

Sent = Callable[["Pane", object], Awaitable[None]]
Pressed = Callable[["Pane", Pressable, object], Awaitable[None]]


class Pane:
    """Built once; `show` turns it to a place, and what happens there is told to it."""

    def __init__(
        self,
        chat: WebChat,
        names: Mapping[str, str],
        who: str,
        *,
        now: Callable[[], datetime],
        on_press: Pressed,
        on_send: Sent,
        on_complete: Sent,
    ) -> None:
        self.place: Place | None = None
        self._chat = chat
        self._names = names
        self._who = who
        self._now = now
        self._on_press = on_press
        self._limit = _FIRST
        self._messages: dict[str, Message] = {}
        self._private: tuple[Message, list[Card]] | None = None
        self._whispers = 0
        self._late: list[Posted | Edited] | None = None
        self._around = ""

        async def send(raw: object) -> None:
            await on_send(self, raw)

        async def complete(raw: object) -> None:
            await on_complete(self, raw)

        self.feed = Feed(self._earlier, self._newest)
        self._streams = Streams()
        self.composer = Composer(who, send, complete)

    async def show(self, place: Place, sought: str = "") -> str:
        """Turn to a place, what was shown before goes; gives what the place is called.

        Shown are its latest messages, or those around the one that is sought.
        """
        self.place, self._limit, self._around = place, _FIRST, ""
        lines, more = await self._read(place)
        if sought and sought not in {line.id for line in lines}:
            self._around = sought
            lines, more = await self._read(place)
        if self.place != place:
            return ""  # the person has gone on meanwhile
        if self._around and sought not in {line.id for line in lines}:
            self._around = ""
            lines, more = await self._read(place)
        if self.place != place:
            return ""  # the person has gone on meanwhile
        self.feed.clear()
        self._messages, self._private = {}, None
        where = f"thread in {place.channel}" if place.root else place.channel
        self.feed.show(place.id, f"Messages, {where}")
        self.feed.later(bool(self._around))
        self.composer.show(place.id, _TO_THREAD if place.root else _TO_CHANNEL)
        self.stream(())
        self._fill(lines, more)
        first = lines[0].card if lines and place.root else None
        return first.title if first else "Thread" if place.root else place.channel

    def leave(self) -> None:
        """Show no place."""
        self.place = None
        self.feed.clear()
        self._messages, self._private = {}, None

    async def mark(self, sought: str) -> bool:
        """Scroll to a message that a link leads to, and mark it; False when it is not here."""
        if self.place and sought not in self._messages:
            await self.show(self.place, sought)
        if found := sought in self._messages:
            self.feed.point_out(sought)
        return found

    def reveal(self, line: str) -> None:
        """Scroll to a line, if it is one of this place, since this person caused it."""
        if line in self._messages:
            self.feed.reveal(line)

    async def said(self, line: str) -> None:
        """Show what this person said just now, wherever they are in the messages."""
        if self.place and self._around:
            await self.show(self.place)
        self.reveal(line)

    def posted(self, told: Posted) -> None:
        line, place = told.line, self.place
        if place is None or (line.place, line.thread) != (place.channel_id, place.thread):
            return
        if self._around:
            return  # later than what is shown
        if self._late is None:
            self._add(line)
        else:
            self._late.append(told)

    def edited(self, told: Edited) -> None:
        if self._late is not None:
            self._late.append(told)
        elif message := self._messages.get(told.line):
            message.show(self._with_cards(message, [told.card]))
        # A card in a list that only one person sees is a copy of the run's own, and goes with it.
        if self._private:
            message, cards = self._private
            thread = place_of(told.line)
            for n, card in enumerate(cards):
                if thread.message(card.key) == told.line:
                    cards[n] = replace(told.card, key=card.key, title=card.title)
                    message.show(self._with_cards(message, cards))

    def named(self) -> None:
        """Say by name whom only this person is told of, as far as names have come."""
        if self._private:
            message, cards = self._private
            message.show(self._with_cards(message, cards))

    def _with_cards(self, message: Message, cards: Sequence[Card]) -> render.ShownLine:
        return render.with_cards(message.line, cards, viewer=self._who, names=self._names)

    def stream(self, words: tuple[tuple[str, str], ...]) -> None:
        """Show the last lines of what is being written."""
        self._streams.show(words)

    def whisper(self, cards: Sequence[Card]) -> None:
        """Show something to this person alone, in place of what was shown so before."""
        self._put_away()
        self._whispers += 1
        own = f"private {self._whispers}"
        line = render.whisper(cards, self._now(), id=own, viewer=self._who, names=self._names)
        self._private = (self._message(line, secret=True), [*cards])
        self.feed.reveal(own)

    def renew(self, cards: Sequence[Card]) -> Sequence[Card]:
        """Show anew those of the cards that this person has been shown; gives the others."""
        if self._private is None:
            return cards
        message, shown = self._private
        keys = {one.key for one in shown}
        new = {card.key: card for card in cards if card.key and card.key in keys}
        if new:
            shown[:] = [new.get(one.key, one) for one in shown]
            message.show(self._with_cards(message, shown))
        return [card for card in cards if card.key not in new]

    def moved(self, run: str, pressed: Pressable | None) -> None:
        """This person began or moved a run here, by a line or by a message's button.

        A private answer that led to it, and is not about the run itself, has served and goes.
        """
        if self._private:
            message, cards = self._private
            of_run = any(card.key.startswith(f"{run}/") for card in cards)
            if pressed in (None, message) and not of_run:
                self._put_away()

    # --- inside ---------------------------------------------------------------------

    async def _read(self, place: Place) -> tuple[list[Line], bool]:
        """The latest lines after the one a thread answers, and whether there are earlier ones.

        What happens meanwhile waits in `_late` until the lines are shown.
        """
        self._late = []
        if self._around:
            lines = await self._chat.lines(place, self._limit, self._around)
            # There may be none, and then none come when they are asked for.
            more = bool(lines)
        else:
            lines = await self._chat.lines(place, self._limit + 1)
            more = len(lines) > self._limit
            lines = lines[-self._limit :]
        if place.root and (root := await self._chat.root(place)):
            lines = [root, *lines]
        return lines, more

    def _fill(self, lines: list[Line], more: bool) -> None:
        """Put the lines where they belong among those that are shown already."""
        self.feed.more(more)
        for at, line in enumerate(lines):
            if line.id not in self._messages:
                self._add(line).move(target_index=at)
        late, self._late = self._late or [], None
        for told in late:
            if isinstance(told, Posted):
                self._add(told.line)
            else:
                self.edited(told)

    async def _earlier(self, _: object) -> None:
        if place := self.place:
            self._limit += _EARLIER
            lines, more = await self._read(place)
            if self.place == place:
                self._fill(lines, more)

    async def _newest(self, _: object) -> None:
        if place := self.place:
            await self.show(place)

    def _add(self, line: Line) -> Message:
        if line.id not in self._messages:
            shown = render.line(line, names=self._names, viewer=self._who)
            if self.place and self.place.root:
                shown["thread"] = ""
            self._messages[line.id] = self._message(shown)
        return self._messages[line.id]

    def _message(self, line: render.ShownLine, *, secret: bool = False) -> Message:
        async def press(what: Pressable, raw: object) -> None:
            await self._on_press(self, what, raw)

        async def dismiss(_: object) -> None:
            if self._private and self._private[0] is message:
                self._put_away()

        with self.feed:
            message = Message(line, press, dismiss if secret else None)
        return message

    def _put_away(self) -> None:
        if self._private:
            self._private[0].delete()
            self._private = None
