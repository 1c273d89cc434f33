"""Forms that were sent: read, handed to the reception, and confirmed to whoever waits."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from pydantic import JsonValue

from adapters.slack import parse, render, views
from adapters.slack.api import Api
from adapters.slack.chat import SlackChat
from adapters.slack.files import Files
from adapters.slack.parse import Sender
from adapters.slack.render import Json, Reader
from adapters.slack.telling import Teller, named
from adapters.slack.trouble import BROKEN
from adapters.slack.views import Here
from bot.cards import Form, Reply
from bot.forms import about_message
from bot.playbook.model import Files as FilesInput
from bot.reception import Reception
from bot.run.events import Document

log = logging.getLogger("podium.slack")

_SUBMIT_S = 1.6  # and keeping it may take 0.8 of the 3 before
_KEPT_FORMS = 500
_CHANGE = "schedule:change:"
"""Such a form keeps the files that a schedule has, whatever stands in the thread."""
_ASKED_BY = {
    "start:": "form:",
    "schedule:new:": "schedule:form:",
}
"""How the actions of forms begin, and of the buttons that give them; of others it is the same."""
_DONE = "Done. What there is to see stands in the conversation."
_LOST_PAGE = (
    "Podium was started anew while you were filling this in, and the first page is lost. "
    "Close this and begin again; nothing was sent."
)


class Ack(Protocol):
    """Confirms a form: with what is wrong, with another view, or with nothing."""

    async def __call__(
        self, action: str, *, view: Json | None = None, errors: dict[str, str] | None = None
    ) -> None: ...


@dataclass(frozen=True)
class _Filled:
    """What the pages of a form hold so far."""

    values: Mapping[str, JsonValue]
    documents: Mapping[str, Sequence[Document]]


class Forms:
    """Takes forms of one page or several; what the first pages held is kept in memory alone."""

    def __init__(
        self,
        api: Api,
        chat: SlackChat,
        reception: Reception,
        files: Files,
        teller: Teller,
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._chat = chat
        self._reception = reception
        self._files = files
        self._teller = teller
        self._now = now
        self._pages: OrderedDict[str, _Filled] = OrderedDict()

    async def submitted(self, it: parse.Submitted, ack: Ack) -> None:
        """A form that was sent; Slack waits for what to do with the view."""
        work = asyncio.ensure_future(self._answered(it))
        ready, _ = await asyncio.wait({work}, timeout=_SUBMIT_S)
        try:
            if ready:
                await self._confirm(it, await work, ack)
                return
            await ack("update", view=views.skeleton(it.title))
            view = await self._after(it, await work)
            done_view = view or views.message(
                it.title, render.note(_DONE, await self._chat.reader(it.sender.team))
            )
            await self._api.call(it.sender.team, "views.update", view_id=it.view, view=done_view)
        except Exception:  # the edge: nobody is left with a form that does nothing
            log.exception("slack_form_failed")
            told = render.note(BROKEN, Reader(it.sender.team))
            await ack("update", view=views.message(it.title, told))

    async def _answered(self, it: parse.Submitted) -> Reply | Json:
        """What it gives; cards, which a view cannot hold, are shown where the form was opened."""
        outcome = await self._submitted(it)
        if isinstance(outcome, Reply) and outcome.cards:
            reader = await named(self._chat, it.sender.team, outcome)
            await self._teller.tell(it.sender, *render.listed(outcome.cards, reader))
        return outcome

    async def _submitted(self, it: parse.Submitted) -> Reply | Json:
        """The reply, or what else to answer: `errors`, a view to `push`, or a view itself."""
        before = self._pages.get(it.root)
        if it.origin.page and before is None:
            told = render.note(_LOST_PAGE, await self._chat.reader(it.sender.team))
            return views.message(it.title, told)
        documents, wrong = await self._files.documents(it.files, it.sender.who)
        if wrong:
            return {"errors": wrong}
        filled = before or _Filled({}, {})
        filled = _Filled({**filled.values, **it.values}, {**filled.documents, **documents})
        if next_view := await self._next_page(it, filled.values):
            self._pages[it.root] = filled
            while len(self._pages) > _KEPT_FORMS:
                self._pages.popitem(last=False)
            return next_view
        return await self._send(it, filled)

    async def _send(self, it: parse.Submitted, filled: _Filled) -> Reply:
        documents, context, left_out = dict(filled.documents), tuple[Document, ...](), ""
        if it.origin.action.startswith("start:"):
            context = await self._context(it)
        takes = not it.origin.action.startswith(_CHANGE)
        for name in [*documents][:takes]:
            beside, left_out = await self._files.beside(it.origin.place, (), it.sender.who)
            documents[name] = [*documents[name], *beside]
        reply = await self._reception.submitted(
            it.origin.action,
            parse.joined(filled.values),
            files={name: found for name, found in documents.items() if found},
            context=context,
            who=it.sender.who,
            place=it.origin.place,
            delivery=it.sender.delivery,
        )
        return and_that(reply, left_out)

    async def _next_page(self, it: parse.Submitted, values: Mapping[str, JsonValue]) -> Json | None:
        long = any(len(str(value or "")) >= 3_000 for value in it.values.values())
        if it.origin.page < 0 or not (it.goes_on or long):
            return None
        form = await self._form_of(it)
        if form is None:
            return None
        page = it.origin.page + 1
        if page < views.pages(form):
            following = replace(it.origin, page=page)
            return {"push": await self.modal(form, following, it.sender)}
        if fields := views.full(form, values):
            return {"push": views.continued(form, fields, replace(it.origin, page=-1), values)}
        return None

    async def _form_of(self, it: parse.Submitted) -> Form | None:
        action = it.origin.action
        begins = next((one for one in _ASKED_BY if action.startswith(one)), "")
        asked = _ASKED_BY.get(begins, "") + action.removeprefix(begins)
        reply = await self._reception.pressed(asked, who=it.sender.who, place=it.origin.place)
        return reply.form

    async def _context(self, it: parse.Submitted) -> tuple[Document, ...]:
        """The message that the run is about, with its thread."""
        if not it.origin.about:
            return ()
        said = await self._chat.history(it.origin.place, 200)
        lines = [f"{one.author.rsplit(':', 1)[-1]}: {one.text}" for one in said]
        text = "\n\n".join(lines) or "(the message is gone)"
        source = "the message that this was delegated from, with its thread"
        return (Document(name="thread", source=source, text=text),)

    async def _message(self, of: views.Origin) -> str:
        """What the message says that the run is about; empty when it is gone."""
        at = datetime.fromtimestamp(float(of.about.partition(":")[2]), UTC)
        said = await self._chat.history(of.place, 200)
        return next((one.text for one in said if one.at == at), "")

    async def _confirm(self, it: parse.Submitted, outcome: Reply | Json, ack: Ack) -> None:
        """Say what happens to the view."""
        if isinstance(outcome, dict) and "errors" in outcome:
            await ack("errors", errors=outcome["errors"])
        elif isinstance(outcome, dict) and "push" in outcome:
            await ack("push", view=outcome["push"])
        elif isinstance(outcome, Reply) and (errors := _errors(outcome.form, it)):
            await ack("errors", errors=errors)
        elif view := await self._after(it, outcome):
            await ack("update", view=view)
        else:
            await ack("clear")

    async def _after(self, it: parse.Submitted, outcome: Reply | Json) -> Json | None:
        """The view that takes the form's place; None when there is nothing more to say."""
        if isinstance(outcome, dict):
            if "errors" in outcome:
                told = " ".join(outcome["errors"].values())
                return views.message(
                    it.title, render.note(told, await self._chat.reader(it.sender.team))
                )
            return outcome.get("push") or outcome
        if outcome.form:
            return await self.modal(outcome.form, replace(it.origin, page=0), it.sender)
        self._pages.pop(it.root, None)
        if outcome.notice and outcome.tone != "good":
            reader = await named(self._chat, it.sender.team, outcome)
            return views.message(it.title, render.note(outcome.notice, reader, outcome.stamp))
        return None

    async def modal(self, form: Form, of: views.Origin, sender: Sender) -> Json:
        if of.about and form.action.startswith("start:"):
            form = about_message(form, await self._message(of))
        named = " ".join([form.about, *(field.error for field in form.fields)])
        reader = await self._chat.reader(sender.team, render.users_named(named))
        asks = any(isinstance(field.input, FilesInput) for field in form.fields)
        takes = asks and not form.action.startswith(_CHANGE)
        beside = await self._chat.files_in(of.place) if takes else ()
        here = Here(reader, sender.who, self._now().date(), tuple(file.name for file in beside))
        return views.modal(form, of, here)


def and_that(reply: Reply, notice: str) -> Reply:
    """The reply, with something that the person has to be told as well."""
    said = ". ".join(filter(None, [reply.notice, notice]))
    return replace(reply, notice=said, tone="warn") if notice else reply


def _errors(form: Form | None, it: parse.Submitted) -> dict[str, str]:
    """What is wrong with the fields of this very view, when that is all."""
    if form is None or form.action != it.origin.action or it.origin.page != 0:
        return {}
    wrong = {field.name: field.error for field in form.fields if field.error}
    here = {*it.values, *it.files}
    return wrong if wrong and set(wrong) <= here else {}
