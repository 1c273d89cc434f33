"""Intake: what a director gave for a playbook becomes a frozen brief and a Start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from bot.places import chat_of
from bot.playbook.files import Unreadable, read_text
from bot.playbook.inputs import default, read_inputs
from bot.playbook.model import ChannelContext, FileContext, Files, Long, Playbook, Text
from bot.playbook.samples import Sample
from bot.policy import called
from bot.ports import Chat
from bot.run.commands import Start
from bot.run.events import Brief, Document, Last
from bot.schedule.words import there_words
from bot.shelf import Shelf

Documents = Mapping[str, Sequence[Document]]
Reader = Callable[[str, bytes, str], Document]
NO_DOCUMENTS: Documents = {}

_FIRST = Last()
_UTC = ZoneInfo("UTC")
_LATEST, _MOST = 200, 500


class Incomplete(Exception):
    """Inputs are missing or wrong; `errors` says by name what to mend."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {error}" for name, error in errors.items()))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Intake:
    shelf: Shelf
    chats: Mapping[str, Chat]
    read_file: Reader

    async def start(
        self,
        playbook: Playbook,
        raw: Mapping[str, JsonValue],
        files: Documents,
        *,
        context: Sequence[Document] = (),
        who: str,
        place: str,
        now: datetime,
        last: Last = _FIRST,
        since: datetime | None = None,
        zone: ZoneInfo = _UTC,
        schedule: str = "",
    ) -> Start:
        """The command that starts the run. Raises Incomplete, PlaceGone.

        Of a schedule's run, `last` is the last approved result and `since` the time of the last
        fire; days and times are told as the clocks of `zone` show them.
        """
        today = now.astimezone(zone)
        given = dict(raw)
        given |= {name: [d.name for d in docs] for name, docs in files.items() if docs}
        values, errors = read_inputs(playbook.inputs, given, today=today.date(), requester=who)
        if errors:
            raise Incomplete(errors)
        documents = [document for docs in files.values() for document in docs]
        documents += [*context, *await self._context(playbook, place, since, zone)]
        brief = Brief(
            inputs=values,
            documents=tuple(documents),
            today=f"{today:%A}, {today.date().isoformat()}",
            last=last,
            since=there_words(since, zone) if since else "",
        )
        return Start(
            playbook=playbook,
            specialists=dict(self.shelf.latest.specialists),
            brief=brief,
            place=place,
            requester=who,
            schedule=schedule,
        )

    def sample(self, sample: Sample, by: str) -> tuple[dict[str, JsonValue], Documents]:
        """The values and documents of a shipped sample, handed over by whom the name `by` means.

        Raises what the reader raises.
        """
        files = {
            name: [self.read_file(p.name, p.read_bytes(), f"a file from {by}") for p in ps]
            for name, ps in sample.files.items()
        }
        return dict(sample.inputs), files

    async def _context(
        self, playbook: Playbook, place: str, since: datetime | None, zone: ZoneInfo
    ) -> list[Document]:
        documents: list[Document] = []
        for context in playbook.context:
            match context:
                case FileContext(file=file):
                    documents.append(self._file(file))
                case ChannelContext(channel=wanted):
                    begin = since if wanted.since else None
                    limit = wanted.messages or (_MOST if begin else _LATEST)
                    documents.append(await self._channel(place, limit, begin, zone))
        return documents

    def _file(self, file: str) -> Document:
        """Raises Incomplete when the file is gone since the playbook was read."""
        path = self.shelf.folder / file
        try:
            said = read_text(path, self.shelf.folder)
        except Unreadable as problem:
            what = (
                f"The context file {file} {problem}: put it right, or take it out of the playbook."
            )
            raise Incomplete({file: what}) from problem
        return Document(name=path.name, source="this team's own context file", text=said)

    async def _channel(
        self, place: str, limit: int, since: datetime | None, zone: ZoneInfo
    ) -> Document:
        messages = await chat_of(self.chats, place).history(place, limit, since)
        lines = [
            f"{called(m.author)}, {m.at.astimezone(zone):%Y-%m-%d %H:%M} {zone}: {m.text}"
            for m in messages
        ]
        which = "the messages" if since and len(messages) < limit else "the latest messages"
        begin = f" since {there_words(since, zone)}" if since else ""
        said = "\n".join(lines) or "(no messages)"
        return Document(name="channel", source=f"{which} of the channel{begin}", text=said)


def files_input(playbook: Playbook) -> str:
    """The first input that takes files; empty when none does."""
    return next((name for name, spec in playbook.inputs.items() if isinstance(spec, Files)), "")


def fill(playbook: Playbook, given: Mapping[str, JsonValue], rest: str) -> dict[str, JsonValue]:
    """Typed values, with words before the first name as the first text that was left out."""
    values = dict(given)
    texts = (n for n, i in playbook.inputs.items() if isinstance(i, Text | Long) and n not in given)
    if rest and (name := next(texts, "")):
        values[name] = rest
    return values


def asks_nothing_more(playbook: Playbook, given: Mapping[str, JsonValue]) -> bool:
    """Whether a run can start from this alone: nothing required is missing."""
    required = (
        n for n, spec in playbook.inputs.items() if spec.required and default(spec) in (None, [])
    )
    return bool(given) and all(name in given for name in required)
