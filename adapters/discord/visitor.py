"""The visitor: what a person does in Discord goes to the reception, and the reply to them alone."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from adapters.discord import parse, render, views
from adapters.discord.answers import Answers
from adapters.discord.api import Api
from adapters.discord.chat import DiscordChat
from adapters.discord.commands import completed
from adapters.discord.files import Files
from adapters.discord.kept import Kept, Memory
from adapters.discord.parse import Came, FileRef
from adapters.discord.render import Reader
from adapters.discord.trouble import BROKEN, DiscordTrouble
from bot import commands as grammar
from bot.cards import Card, Field, Form, Reply
from bot.cards.run import cards, footer
from bot.forms import WITH_FORM
from bot.intake import files_input, fill
from bot.playbook.model import Choice, Playbook
from bot.playbook.model import Files as FilesInput
from bot.policy import called
from bot.ports import LogUnavailable, PlaceGone
from bot.reception import Reception
from bot.run.decide import Refused
from bot.run.events import Document

log = logging.getLogger("podium.discord")

_BEGINS_S = 15.0
_NEW = "new"
_LOST = (
    "Podium was started anew while you were filling this in, and what you wrote before is lost. "
    "Begin again; nothing was sent."
)
_OLD_FORM = "This form is from another Podium, or a much older one. Nothing was sent: begin again."
_MORE = "There is more to fill in."


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
        self._now = now
        self._memory = Memory()

    async def came(self, came: Came, *, again: bool = False) -> None:
        """Something that a person did; `again` where the process ended in the middle of it."""
        answers = Answers(self._api, came, again=again)
        try:
            async with answers.in_time():
                await self._did(came, answers)
        except (PlaceGone, DiscordTrouble, Refused, LogUnavailable) as trouble:
            log.warning("discord_answer_failed why=%s", trouble)
            await self._excuse(answers, str(trouble))
        except Exception:  # the edge: nobody is left without an answer
            log.exception("discord_failed")
            await self._excuse(answers, BROKEN)

    async def _did(self, came: Came, answers: Answers) -> None:
        match it := parse.deed(came):
            case None:
                raise Refused(_OLD_FORM)
            case parse.Typed():
                await self._typed(it, answers)
            case parse.Pressed():
                await self._pressed(it, answers)
            case parse.Picked():
                await self._picked(it, answers)
            case parse.Reopened():
                await self._reopened(it, answers)
            case parse.Submitted():
                await self._submitted(it, answers)
            case parse.Pointed():
                await self._pointed(it, answers)

    async def typing(self, came: Came) -> None:
        """Show what an option that is being typed could become."""
        it = parse.typing(came)
        found = completed(self._known, it.playbook, it.option, it.text) if it else []
        await Answers(self._api, came).choices(found)

    def overheard(self, guild: str, thread: str) -> None:
        """Somebody said something in a thread of Podium's."""
        self._chat.controls.talked(guild, thread)

    @property
    def _known(self) -> Mapping[str, Playbook]:
        return self._reception.intake.shelf.library.playbooks

    # --- typing ---------------------------------------------------------------------------

    async def _typed(self, it: parse.Typed, answers: Answers) -> None:
        came, line, kept = it.came, it.line, Kept(it.came.place)
        if not line.startswith("/"):
            line = grammar.spoken(line, self._known)
        wanted = grammar.parse(line)
        if isinstance(wanted, grammar.Delegate):
            _may_post(came)
            given = await self._given(it, line, wanted)
            kept.files, wrong = await self._files.documents(given, came.name)
            if wrong:
                kept.values = fill(self._known[wanted.playbook], wanted.given, wanted.rest)
                await self._tell_wrong(f"start:{wanted.playbook}", wrong, kept, answers)
                return
        reply = await self._reception.typed(
            line, files=kept.files, who=came.who, place=came.place, delivery=came.delivery
        )
        await self._show(reply, came, answers, kept)

    async def _given(
        self, it: parse.Typed, line: str, wanted: grammar.Delegate
    ) -> Mapping[str, Sequence[FileRef]]:
        """The files by input; those of a message, and those in its thread, are for the first."""
        given = {own or self._reception.files_for(line): files for own, files in it.files.items()}
        playbook = self._known.get(wanted.playbook)
        name = files_input(playbook) if playbook else ""
        if name and (there := await self._chat.files_in(it.came.place)):
            own = given.get(name, ())
            given[name] = [*own, *(one for one in there if not any(map(one.is_same, own)))]
        return given

    async def _pointed(self, it: parse.Pointed, answers: Answers) -> None:
        """A menu of playbooks, whose run is about the message and its thread."""
        _may_post(it.came)
        lines = [f"{it.author}: {it.text}" if it.text else "(the message has no text)"]
        for one in await self._chat.said_in(it.thread):
            lines += [f"{called(one.author)}: {one.text}"] if one.text != it.text else []
        source = "the message that this was delegated from, with its thread"
        context = (Document(name="message", source=source, text="\n\n".join(lines)),)
        kept = Kept(it.came.place, context=context, beside=tuple(it.files))
        key = self._memory.keep(kept)
        await answers.tell(self._picker("What should the team do about this message?", key))

    def _picker(self, words: str, key: str) -> render.Drawn:
        if not self._known:
            return render.note("There are no playbooks yet.", Reader())
        about = {name: playbook.about or name for name, playbook in self._known.items()}
        drawn = render.note(words, Reader())
        return render.Drawn((*drawn.components, *views.picker(about, key)))

    # --- pressing -------------------------------------------------------------------------

    async def _pressed(self, it: parse.Pressed, answers: Answers) -> None:
        came, (verb, _, run) = it.came, it.action.partition(":")
        if verb == "cost":
            told = footer(await self._reception.onlooker(came.who).load(run))
            await answers.tell(render.note(told, Reader()))
            return
        if verb not in WITH_FORM | {"form"}:
            await answers.defer()
        reply = await self._reception.pressed(
            it.action, who=came.who, place=came.place, delivery=came.delivery
        )
        await self._show(reply, came, answers, Kept(came.place))
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

    async def _picked(self, it: parse.Picked, answers: Answers) -> None:
        kept, came = self._memory.get(it.key), it.came
        if kept is None and it.key != _NEW:
            raise Refused(_LOST)
        asked = f"form:{it.playbook}"
        reply = await self._reception.pressed(asked, who=came.who, place=came.place)
        await self._show(reply, came, answers, replace(kept) if kept else Kept(came.place))

    # --- forms ----------------------------------------------------------------------------

    async def _reopened(self, it: parse.Reopened, answers: Answers) -> None:
        """Open a form by a press, with all that was given before."""
        kept, came = self._memory.get(it.origin.key), it.came
        if kept is None and it.origin.page:
            raise Refused(_LOST)
        form = kept.form if kept else None
        form = form or await self._form_of(it.origin.action, came)
        if form is None:
            await self._pressed(parse.Pressed(came=came, action=it.origin.action), answers)
            return
        again = replace(kept, form=form) if kept else Kept(came.place, form=form)
        await self._open(form, came, answers, again, it.origin.page)

    async def _form_of(self, action: str, came: Came) -> Form | None:
        asked = action.replace("start:", "form:", 1)
        reply = await self._reception.pressed(asked, who=came.who, place=came.place)
        return reply.form

    async def _submitted(self, it: parse.Submitted, answers: Answers) -> None:
        of, came = it.origin, it.came
        kept = self._memory.get(of.key)
        if kept is None and of.page:
            raise Refused(_LOST)
        kept = replace(kept) if kept else Kept(came.place)
        form = kept.form = kept.form or await self._form_of(of.action, came)
        kept.values = {**kept.values, **_read(form, it.values)}
        if form and of.page + 1 < len(views.pages(form)):
            await self._next_page(form, it, kept, answers)
            return
        # A form that is sent again, as the answer was lost, is one deed.
        delivery = f"discord:{came.user}:{of.key}:{of.action}"
        await self._send(of.action, it.files, kept, came, answers, delivery)

    async def _next_page(
        self, form: Form, it: parse.Submitted, kept: Kept, answers: Answers
    ) -> None:
        """Discord opens no form after a form, so a button does."""
        documents, wrong = await self._files.documents(it.files, it.came.name)
        kept.files = {**kept.files, **documents}
        page = it.origin.page + (not wrong)
        of = views.Origin(action=form.action, key=self._memory.keep(kept), page=page)
        number = f"Page {it.origin.page + 1} of {len(views.pages(form))} is filled in."
        said = "\n".join(wrong.values()) or number
        buttons = views.opener(of, "Open it again" if wrong else "Next")
        await answers.tell(render.note(said, Reader(), buttons=buttons))

    async def _send(
        self,
        action: str,
        files: Mapping[str, Sequence[FileRef]],
        kept: Kept,
        came: Came,
        answers: Answers,
        delivery: str,
    ) -> None:
        documents, wrong = await self._files.documents(files, came.name)
        kept.files = {**kept.files, **documents}
        if wrong:
            await self._tell_wrong(action, wrong, kept, answers)
            return
        reply = await self._reception.submitted(
            action,
            kept.values,
            files=kept.files,
            context=kept.context if action.startswith("start:") else (),
            who=came.who,
            place=kept.place,
            delivery=delivery,
        )
        await self._show(reply, came, answers, kept)

    async def _tell_wrong(
        self, action: str, wrong: Mapping[str, str], kept: Kept, answers: Answers
    ) -> None:
        """What is wrong with files, and the form with all that was given."""
        of = views.Origin(action=action, key=self._memory.keep(kept))
        buttons = views.opener(of, "Open the form again")
        await answers.tell(render.note("\n".join(wrong.values()), Reader(), buttons=buttons))

    # --- answers ----------------------------------------------------------------------------

    async def _show(self, reply: Reply, came: Came, answers: Answers, kept: Kept) -> None:
        if reply.form and reply.form.action == "pick":
            key = self._memory.keep(kept) if kept.context else _NEW
            await answers.tell(self._picker(reply.form.about, key))
            return
        if reply.form:
            kept.form = reply.form
            await self._open(reply.form, came, answers, kept)
            return
        reader = await self._named(reply)
        if reply.notice:
            begun = reply.run if reply.tone == "good" else ""
            more = await self._link(begun) if begun else ""
            await answers.tell(render.note(reply.notice, reader, reply.stamp, more=more))
        await answers.tell(*render.listed(reply.cards, reader), secret=True)
        if not reply.notice and not reply.cards:
            await answers.nothing()

    async def _link(self, run: str) -> str:
        """The way to where the run is shown, as soon as it stands there."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_BEGINS_S):
                return f"<#{await self._chat.begun(run)}>"
        return ""

    async def _open(
        self, form: Form, came: Came, answers: Answers, kept: Kept, page: int = 0
    ) -> None:
        """Open a form, where Discord lets it; else a button does."""
        form = await self._with_files(form, kept, came)
        values = {**{one.name: one.value for one in form.fields}, **kept.values}
        fields = tuple(replace(one, value=values[one.name]) for one in form.fields)
        kept.values = {name: value for name, value in values.items() if value is not None}
        of = views.Origin(action=form.action, key=self._memory.keep(kept), page=page)
        said = views.wrong(form)
        reader = await self._reader(f"{form.about} {said}")
        shown = replace(form, fields=fields)
        modal = views.modal(shown, of, reader, viewer=came.who, today=self._now().date())
        if came.kind == parse.MODAL or not await answers.modal(modal):
            again = "Open the form again" if said else "Open the form"
            told = render.note(said or _MORE, reader, buttons=views.opener(of, again))
            await answers.tell(told)

    async def _with_files(self, form: Form, kept: Kept, came: Came) -> Form:
        """The form, in which files that are there already need not be given again."""
        takes = [one for one in form.fields if isinstance(one.input, FilesInput)]
        wrong: Mapping[str, str] = {}
        if takes and form.action.startswith("start:") and takes[0].name not in kept.files:
            there = kept.beside or await self._chat.files_in(kept.place)
            found, wrong = await self._files.documents({takes[0].name: there}, came.name)
            kept.files = {**kept.files, **found}
        return replace(form, fields=tuple(_given(one, kept, wrong) for one in form.fields))

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


def _given(field: Field, kept: Kept, wrong: Mapping[str, str]) -> Field:
    """The field, with what was given to it in its hint."""
    names = ", ".join(one.name for one in kept.files.get(field.name, ()))
    changed = {"required": False, "about": f"Here already: {names}"} if names else {}
    error = field.error or wrong.get(field.name, "")
    return replace(field, input=field.input.model_copy(update=changed), error=error)


def _may_post(came: Came) -> None:
    """Raises PlaceGone before a run is begun where nothing could be shown."""
    if came.missing:
        raise PlaceGone(
            f"Podium may not write here, so nothing was begun. It lacks: "
            f"{', '.join(came.missing)}. Whoever manages this channel can allow it; or delegate "
            "in another channel."
        )


def _read(form: Form | None, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The values as their fields take them: of a menu in which one is chosen, that one."""
    one_of = {one.name for one in form.fields if isinstance(one.input, Choice)} if form else set()
    return {
        name: next(iter(value), None) if name in one_of and isinstance(value, list) else value
        for name, value in values.items()
    }
