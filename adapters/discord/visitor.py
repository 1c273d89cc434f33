"""The visitor: what a person does in Discord goes to the reception, and the reply to them alone."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from adapters.discord import parse, render, views
from adapters.discord.answers import Answers
from adapters.discord.api import Api
from adapters.discord.chat import DiscordChat
from adapters.discord.commands import completed
from adapters.discord.files import Files
from adapters.discord.forms import LOST, Forms
from adapters.discord.kept import Kept
from adapters.discord.parse import Came, FileRef
from adapters.discord.places import is_below
from adapters.discord.render import Reader
from adapters.discord.trouble import BROKEN, DiscordTrouble
from bot import commands as grammar
from bot.cards import Card, Reply
from bot.cards.run import cards, footer
from bot.forms import WITH_FORM, about_message
from bot.intake import files_input, fill
from bot.playbook.model import Playbook
from bot.policy import called
from bot.ports import LogUnavailable, PlaceGone
from bot.reception import Reception
from bot.run.decide import Refused
from bot.run.events import Document

log = logging.getLogger("podium.discord")

_BEGINS_S = 15.0
_NEW = "new"
_SCHEDULE = "schedule"
_PICKS = {"pick": "form", "schedule:pick": "schedule:form"}
"""Forms that ask for a playbook, and the verb that opens that of the one that is chosen."""
_OLD_FORM = "This form is from another Podium, or a much older one. Nothing was sent: begin again."


class Visitor:
    def __init__(
        self,
        api: Api,
        chat: DiscordChat,
        reception: Reception,
        files: Files,
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._chat = chat
        self._reception = reception
        self._files = files
        self._forms = Forms(chat, reception, files, now)

    async def came(self, came: Came, *, again: bool = False) -> None:
        """Something that a person did; `again` where the process ended in the middle of it."""
        answers = Answers(self._api, came, again=again)
        try:
            async with answers.in_time():
                await self._did(answers)
        except (PlaceGone, DiscordTrouble, Refused, LogUnavailable) as trouble:
            log.warning("discord_answer_failed why=%s", trouble)
            await self._excuse(answers, str(trouble))
        except Exception:  # the edge: nobody is left without an answer
            log.exception("discord_failed")
            await self._excuse(answers, BROKEN)

    async def _did(self, answers: Answers) -> None:
        match it := parse.deed(answers.came):
            case None:
                raise Refused(_OLD_FORM)
            case parse.Typed():
                await self._typed(it, answers)
            case parse.Pressed():
                await self._pressed(it, answers)
            case parse.Picked():
                await self._picked(it, answers)
            case parse.Reopened():
                if not await self._forms.reopened(it, answers):
                    await self._pressed(parse.Pressed(action=it.origin.action), answers)
            case parse.Submitted():
                if sent := await self._forms.submitted(it, answers):
                    reply = await self._in_place(it.origin.action, sent[0], answers)
                    await self._show(reply, answers, sent[1])
            case parse.Pointed():
                await self._pointed(it, answers)

    async def typing(self, came: Came) -> None:
        """Show what an option that is being typed could become."""
        it = parse.typing(came)
        found = completed(self._known, it) if it else []
        await Answers(self._api, came).choices(found)

    def overheard(self, guild: str, thread: str) -> None:
        """Somebody said something in a thread of Podium's."""
        self._chat.controls.talked(guild, thread)

    @property
    def _known(self) -> Mapping[str, Playbook]:
        return self._reception.intake.shelf.library.playbooks

    # --- typing ---------------------------------------------------------------------------

    async def _typed(self, it: parse.Typed, answers: Answers) -> None:
        came, line, kept = answers.came, it.line, Kept(answers.came.place)
        if not line.startswith("/"):
            line = grammar.spoken(line, self._known)
        wanted = grammar.parse(line)
        if isinstance(wanted, grammar.Delegate):
            _may_post(came)
            given = await self._given(it, line, wanted, came.place)
            kept.files, wrong = await self._files.documents(given, came.name)
            if wrong:
                kept.values = fill(self._known[wanted.playbook], wanted.given, wanted.rest)
                of = views.Origin(action=f"start:{wanted.playbook}", key="")
                await self._forms.mend(of, wrong, kept, answers)
                return
        reply = await self._reception.typed(
            line, files=kept.files, who=came.who, place=came.place, delivery=came.delivery
        )
        if isinstance(wanted, grammar.Decide):
            here = tuple(card for card in reply.cards if is_below(came.place, card.thread))
            reply = replace(reply, cards=here or reply.cards)
        await self._show(reply, answers, kept)

    async def _given(
        self, it: parse.Typed, line: str, wanted: grammar.Delegate, place: str
    ) -> Mapping[str, Sequence[FileRef]]:
        """The files by input; those of a message, and those in its thread, are for the first."""
        given = {own or self._reception.files_for(line): files for own, files in it.files.items()}
        playbook = self._known.get(wanted.playbook)
        name = files_input(playbook) if playbook else ""
        if name and (there := await self._chat.files_in(place)):
            own = given.get(name, ())
            given[name] = [*own, *(one for one in there if not any(map(one.is_same, own)))]
        return given

    async def _pointed(self, it: parse.Pointed, answers: Answers) -> None:
        """A menu of playbooks, whose run is about the message and its thread."""
        _may_post(answers.came)
        lines = [f"{it.author}: {it.text}" if it.text else "(the message has no text)"]
        for one in await self._chat.said_in(it.thread):
            lines += [f"{called(one.author)}: {one.text}"] if one.text != it.text else []
        source = "the message that this was delegated from, with its thread"
        context = (Document(name="message", source=source, text="\n\n".join(lines)),)
        kept = Kept(answers.came.place, context=context, beside=tuple(it.files), about=it.text)
        key = self._forms.memory.keep(kept)
        await answers.tell(self._picker("What should the team do about this message?", key))

    def _picker(self, words: str, key: str, verb: str = "form") -> render.Drawn:
        if not self._known:
            return render.note("There are no playbooks yet.", Reader())
        about = {name: playbook.about or name for name, playbook in self._known.items()}
        drawn = render.note(words, Reader())
        return render.Drawn((*drawn.components, *views.picker(about, key, verb)))

    # --- pressing -------------------------------------------------------------------------

    async def _pressed(self, it: parse.Pressed, answers: Answers) -> None:
        came, (verb, _, run) = answers.came, it.action.partition(":")
        if verb == "cost":
            told = footer(await self._reception.onlooker(came.who).load(run))
            await answers.tell(render.note(told, Reader()))
            return
        if verb not in WITH_FORM | {"form", _SCHEDULE}:
            await answers.defer()
        reply = await self._reception.pressed(
            it.action, who=came.who, place=came.place, delivery=came.delivery
        )
        if verb == "cancel":  # no run was begun that a link would lead to
            reply = replace(reply, tone="plain")
        reply = await self._in_place(it.action, reply, answers)
        await self._show(reply, answers, Kept(came.place))
        if came.private and reply.run and not reply.form:
            await self._show_anew(it.action, reply.run, answers)

    async def _show_anew(self, action: str, run_id: str, answers: Answers) -> None:
        """What was decided from a list is shown there as it is now."""
        run = await self._reception.desk.load(run_id)
        gate = [*action.split(":"), "", ""][2]
        key = f"draft-{gate.rpartition('-')[2]}" if gate.startswith("review-") else f"gate-{gate}"
        shown = [c for c in cards(run, self._reception.desk.team) if c.key == key]
        if shown:
            title = f"{run.started.title} · {shown[0].title}"
            card = replace(shown[0], title=title, mentions=())
            await answers.show_anew(render.card(card, await self._reader("", card), 1).parts[0])

    async def _in_place(self, action: str, reply: Reply, answers: Answers) -> Reply:
        """Show a schedule as it is now where it was changed, in a message that nobody else sees;
        gives what is still to be said.
        """
        verb, _, about = [*action.split(":"), "", ""][:3]
        own = (f"{render.SCHEDULE}{about}", f"{render.PREVIEW}{about}-")
        if verb == _SCHEDULE and answers.came.is_theirs and len(reply.cards) == 1:
            (card,) = reply.cards
            drawn = render.card(card, await self._reader("", card), 1).parts[0]
            if card.key.startswith(own) and await answers.show_anew(drawn):
                return replace(reply, cards=())
        return reply

    async def _picked(self, it: parse.Picked, answers: Answers) -> None:
        kept, came = self._forms.memory.get(it.key), answers.came
        if kept is None and it.key != _NEW:
            raise Refused(LOST)
        reply = await self._reception.pressed(it.action, who=came.who, place=came.place)
        if kept and reply.form:
            reply = replace(reply, form=about_message(reply.form, kept.about))
        await self._show(reply, answers, replace(kept) if kept else Kept(came.place))

    # --- answers ----------------------------------------------------------------------------

    async def _show(self, reply: Reply, answers: Answers, kept: Kept) -> None:
        if reply.form and reply.form.action in _PICKS:
            key = self._forms.memory.keep(kept) if kept.context else _NEW
            await answers.tell(self._picker(reply.form.about, key, _PICKS[reply.form.action]))
            return
        if reply.form:
            await self._forms.open(reply.form, answers, kept)
            return
        reader = await self._named(reply)
        if reply.notice:
            begun = reply.run if reply.tone == "good" and answers.came.guild else ""
            more = await self._link(begun, answers) if begun else ""
            await answers.tell(render.note(reply.notice, reader, reply.stamp, more=more))
        await answers.tell(*render.listed(reply.cards, reader), secret=True)
        if not reply.notice and not reply.cards:
            await answers.nothing()

    async def _link(self, run: str, answers: Answers) -> str:
        """The way to where the run is shown, as soon as it stands there; Discord is told before."""
        await answers.defer()
        with suppress(TimeoutError):
            async with asyncio.timeout(_BEGINS_S):
                return f"<#{await self._chat.begun(run)}>"
        return ""

    async def _excuse(self, answers: Answers, words: str) -> None:
        try:
            await answers.tell(render.note(words, Reader()))
        except Exception:  # the edge: there is no way left to tell
            log.exception("discord_excuse_failed")

    async def _named(self, reply: Reply) -> Reader:
        stamp = Card(key="", title="", blocks=(reply.stamp,) if reply.stamp else ())
        return await self._reader(reply.notice, stamp, *reply.cards)

    async def _reader(self, text: str, *shown: Card) -> Reader:
        users = (render.users_in(card) for card in shown)
        return await self._chat.reader(render.users_named(text).union(*users))


def _may_post(came: Came) -> None:
    """Raises PlaceGone before a run is begun where nothing could be shown."""
    if came.missing:
        raise PlaceGone(
            f"Podium may not write here, so nothing was begun. It lacks: "
            f"{', '.join(came.missing)}. Whoever manages this channel can allow it; or delegate "
            "in another channel."
        )
