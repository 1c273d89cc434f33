"""Forms: opened where Discord lets them, taken page by page; what they cannot carry is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import JsonValue

from adapters.discord import parse, render, views
from adapters.discord.answers import Answers
from adapters.discord.chat import DiscordChat
from adapters.discord.files import Files
from adapters.discord.kept import Kept, Memory
from adapters.discord.parse import Came
from adapters.discord.places import PLATFORM
from adapters.discord.render import Reader
from bot.cards import Field, Form, Reply, Where
from bot.playbook.model import Choice
from bot.playbook.model import Files as FilesInput
from bot.reception import Reception
from bot.run.decide import Refused
from bot.run.events import Document

LOST = (
    "Podium was started anew while you were filling this in, and what you wrote before is lost. "
    "Begin again; nothing was sent."
)
_MORE = "There is more to fill in."
_OPENED_BY = (
    ("start:", "form:"),
    ("schedule:new:", "schedule:form:"),
)
"""How what a form is sent as begins, and the button that opens that form."""


class Forms:
    """Forms of one page or several."""

    def __init__(
        self,
        chat: DiscordChat,
        reception: Reception,
        files: Files,
        now: Callable[[], datetime],
    ) -> None:
        self.memory = Memory()
        self._chat = chat
        self._reception = reception
        self._files = files
        self._now = now

    async def open(self, form: Form, answers: Answers, kept: Kept, page: int = 0) -> None:
        """Open a form, where Discord lets it; else a button does."""
        came = answers.came
        values = {**{one.name: one.value for one in form.fields}, **kept.values}
        form = kept.form = await self._with_files(_askable(form, came.guild), kept, came)
        fields = tuple(replace(one, value=values[one.name]) for one in form.fields)
        kept.values = {name: value for name, value in values.items() if value is not None}
        of = views.Origin(action=form.action, key=self.memory.keep(kept), page=page)
        said = views.wrong(form)
        reader = await self._chat.reader(render.users_named(f"{form.about} {said}"))
        shown = replace(form, fields=fields)
        modal = views.modal(shown, of, reader, viewer=came.who, today=self._now().date())
        if came.kind == parse.MODAL or not await answers.modal(modal):
            again = "Open the form again" if said else "Open the form"
            told = render.note(said or _MORE, reader, buttons=views.opener(of, again))
            await answers.tell(told)

    async def reopened(self, it: parse.Reopened, answers: Answers) -> bool:
        """Open a form by a press, with all that was given before; False when there is none.

        Raises Refused.
        """
        kept = self.memory.get(it.origin.key)
        if kept is None and (it.origin.page or self.memory.forgot(it.origin.key)):
            raise Refused(LOST)
        form = (kept and kept.form) or await self._form_of(it.origin.action, answers.came)
        if form:
            again = replace(kept) if kept else Kept(answers.came.place)
            await self.open(form, answers, again, it.origin.page)
        return form is not None

    async def submitted(self, it: parse.Submitted, answers: Answers) -> tuple[Reply, Kept] | None:
        """What a form gives; None when there is more of it to fill in. Raises Refused."""
        of, came = it.origin, answers.came
        kept = self.memory.get(of.key)
        if kept is None and (of.page or self.memory.forgot(of.key)):
            raise Refused(LOST)
        kept = replace(kept) if kept else Kept(came.place)
        form = kept.form = kept.form or await self._form_of(of.action, came)
        kept.values = {**_kept_back(form), **kept.values, **_read(form, it.values)}
        documents, wrong = await self._files.documents(it.files, came.name)
        both = {name: _both(kept.files.get(name, ()), now) for name, now in documents.items()}
        kept.files = {**kept.files, **both}
        if wrong:
            await self.mend(of, wrong, kept, answers)
        elif form and of.page + 1 < len(views.pages(form)):
            await self._go_on(form, of, kept, answers)
        else:
            return await self._sent(of, kept, came), kept
        return None

    async def _sent(self, of: views.Origin, kept: Kept, came: Came) -> Reply:
        return await self._reception.submitted(
            of.action,
            kept.values,
            files=kept.files,
            context=kept.context if of.action.startswith("start:") else (),
            who=came.who,
            place=kept.place,
            # A form that is sent again, as the answer was lost, is one deed.
            delivery=f"discord:{came.user}:{of.key}:{of.action}",
        )

    async def _go_on(self, form: Form, of: views.Origin, kept: Kept, answers: Answers) -> None:
        """Discord opens no form after a form, so a button does."""
        following = replace(of, key=self.memory.keep(kept), page=of.page + 1)
        said = f"Page {of.page + 1} of {len(views.pages(form))} is filled in."
        await answers.tell(render.note(said, Reader(), buttons=views.opener(following, "Next")))

    async def mend(
        self, of: views.Origin, wrong: Mapping[str, str], kept: Kept, answers: Answers
    ) -> None:
        """Say what is wrong with files, and offer the page again with all that was given."""
        if form := kept.form:
            fields = (replace(one, error=wrong.get(one.name, "")) for one in form.fields)
            kept.form = replace(form, fields=tuple(fields))
        again = replace(of, key=self.memory.keep(kept))
        buttons = views.opener(again, "Open the form again")
        await answers.tell(render.note("\n".join(wrong.values()), Reader(), buttons=buttons))

    async def _form_of(self, action: str, came: Came) -> Form | None:
        asked = action
        for sent, opens in _OPENED_BY:
            asked = opens + action.removeprefix(sent) if action.startswith(sent) else asked
        reply = await self._reception.pressed(asked, who=came.who, place=came.place)
        return _askable(reply.form, came.guild) if reply.form else None

    async def _with_files(self, form: Form, kept: Kept, came: Came) -> Form:
        """The form, in which files that are there already need not be given again."""
        takes = [one for one in form.fields if isinstance(one.input, FilesInput)]
        wrong: Mapping[str, str] = {}
        if takes and form.action.startswith("start:") and takes[0].name not in kept.files:
            there = kept.beside or await self._chat.files_in(kept.place)
            found, wrong = await self._files.documents({takes[0].name: there}, came.name)
            kept.files = {**kept.files, **found}
        return replace(form, fields=tuple(_given(one, kept, wrong) for one in form.fields))


def _both(before: Sequence[Document], now: Sequence[Document]) -> list[Document]:
    """What was given before and now; the same name takes the place of the one before."""
    return [*{one.name: one for one in (*before, *now)}.values()]


def _given(field: Field, kept: Kept, wrong: Mapping[str, str]) -> Field:
    """The field, with what was given to it in its hint."""
    if not isinstance(field.input, FilesInput):
        return field
    names = ", ".join(one.name for one in kept.files.get(field.name, ()))
    changed = {"required": False, "about": f"Here already: {names}"} if names else {}
    error = field.error or wrong.get(field.name, "")
    return replace(field, input=field.input.model_copy(update=changed), error=error)


def _askable(form: Form, guild: str) -> Form:
    """The form without the places that its menus could not show: those of elsewhere stay."""
    return replace(form, fields=tuple(one for one in form.fields if not _stays(one, guild)))


def _stays(field: Field, guild: str) -> bool:
    is_here = guild and str(field.value).startswith(f"{PLATFORM}:{guild}:")
    return isinstance(field.input, Where) and bool(field.value) and not is_here


def _kept_back(form: Form | None) -> dict[str, JsonValue]:
    """What the form has and could not show, so that nobody could change it."""
    fields = form.fields if form else ()
    return {one.name: one.value for one in fields if one.value and views.is_kept_back(one)}


def _read(form: Form | None, values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The values as their fields take them: of a menu in which one is chosen, that one."""
    one_of = {one.name for one in form.fields if isinstance(one.input, Choice)} if form else set()
    return {
        name: next(iter(value), None) if name in one_of and isinstance(value, list) else value
        for name, value in values.items()
    }
