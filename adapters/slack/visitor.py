"""The visitor: what a person does in Slack goes to the reception, and the reply to them alone."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import aiohttp
from pydantic import JsonValue

from adapters.slack import parse, render, views
from adapters.slack.api import Api
from adapters.slack.chat import SlackChat
from adapters.slack.files import Files
from adapters.slack.parse import Sender
from adapters.slack.places import PLATFORM, Place, person
from adapters.slack.render import Drawn, Json, Reader
from adapters.slack.trouble import BROKEN, SlackTrouble
from bot import commands as grammar
from bot.cards import Button, Card, Form, Reply, Words
from bot.cards.run import cards, footer
from bot.forms import WITH_FORM
from bot.intake import fill
from bot.playbook.model import Files as FilesInput
from bot.ports import PlaceGone, Query, Summary
from bot.reception import Reception
from bot.run.decide import Refused
from bot.run.events import Document

log = logging.getLogger("podium.slack")

SKELETON_S = 0.7
"""How long a form may take before a skeleton is shown in its place."""
_SUBMIT_S = 1.8
_KEPT_FORMS = 500
_ANSWERS = 4  # of the five that Slack takes for one deed
_LOST_PAGE = (
    "Podium was started anew while you were filling this in, and the first page is lost. "
    "Close this and begin again; nothing was sent."
)
_NOT_HERE = (
    "Podium cannot see this conversation, so nothing was begun. Type /invite @Podium here, or "
    "delegate in another channel."
)
_AGAIN = "Slack gives 3 seconds to open a form, and they were over. Press again."


class Ack(Protocol):
    """Confirms a form: with what is wrong, with another view, or with nothing."""

    async def __call__(
        self, action: str, *, view: Json | None = None, errors: dict[str, str] | None = None
    ) -> None: ...


@dataclass
class _Opened:
    """A view that stands, or None before there is one."""

    view: str = ""


class Visitor:
    def __init__(
        self,
        api: Api,
        chat: SlackChat,
        reception: Reception,
        files: Files,
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._chat = chat
        self._reception = reception
        self._files = files
        self._now = now
        self._pages: OrderedDict[str, dict[str, JsonValue]] = OrderedDict()

    # --- what people do -------------------------------------------------------------------

    async def typed(self, it: parse.Typed) -> None:
        """A command, or words to Podium."""
        await self._safely(it.sender, self._typed(it))

    async def pressed(self, it: parse.Pressed) -> None:
        await self._safely(it.sender, self._pressed(it))

    async def shortcut(self, it: parse.Shortcut) -> None:
        """The form to pick a playbook, whose run is about the message and has its thread there."""
        work = self._reception.typed("/delegate", who=it.sender.who, place=it.sender.place)
        about = f"{it.sender.channel}:{it.stamp}"
        await self._safely(it.sender, self._answered(it.sender, work, form=True, about=about))

    async def came_home(self, team: str, user: str) -> None:
        """A person who opened the App Home sees it as it is now."""
        sender = Sender(team=team, user=user, who=person(team, user), place="", delivery="")
        await self._safely(sender, self._home(team, user))

    async def _home(self, team: str, user: str) -> None:
        who = person(team, user)
        needs = (
            await self._reception.typed("/needs-me", who=who, place=Place(team, user).id)
        ).cards
        own = await self._reception.desk.find(Query(requester=who, limit=10))
        reader = await self._reader(team, *needs)
        view = views.home(needs, own, await self._seen_runs(team, who), reader)
        await self._api.call(team, "views.publish", user_id=user, view=view)

    async def submitted(self, it: parse.Submitted, ack: Ack) -> None:
        """A form that was sent; Slack waits for what to do with the view."""
        work = asyncio.ensure_future(self._submitted(it))
        ready, _ = await asyncio.wait({work}, timeout=_SUBMIT_S)
        try:
            if ready:
                await self._confirm(it, await work, ack)
                return
            await ack("update", view=views.skeleton(it.title))
            view = await self._after(it, await work)
            done_view = view or views.message(
                it.title, render.note("Done.", await self._reader(it))
            )
            await self._api.call(it.sender.team, "views.update", view_id=it.view, view=done_view)
        except Exception:  # the edge: nobody is left with a form that does nothing
            log.exception("slack_form_failed")
            told = render.note(BROKEN, Reader(it.sender.team))
            await ack("update", view=views.message(it.title, told))

    # --- typing and pressing --------------------------------------------------------------

    async def _typed(self, it: parse.Typed) -> None:
        sender = it.sender
        wanted = grammar.parse(it.line)
        if isinstance(wanted, grammar.Delegate):
            await self._may_post(sender)
            if it.files and (started := await self._with_files(it, wanted)):
                await self._show(started, sender)
                return
        work = self._reception.typed(
            it.line, who=sender.who, place=sender.place, delivery=sender.delivery
        )
        form = isinstance(wanted, grammar.Delegate) and not wanted.given
        await self._answered(sender, work, form=form, line=it.line)

    async def _with_files(self, it: parse.Typed, wanted: grammar.Delegate) -> Reply | None:
        """Start with the message's files as the playbook's first input of files."""
        playbook = self._reception.intake.shelf.library.playbooks.get(wanted.playbook)
        named = playbook.inputs.items() if playbook else ()
        name = next((n for n, spec in named if isinstance(spec, FilesInput)), "")
        if playbook is None or not name:
            return None
        documents, wrong = await self._files.documents({name: it.files}, it.sender.who)
        if wrong:
            return Reply(notice=wrong[name], tone="warn")
        reply = await self._reception.submitted(
            f"start:{playbook.name}",
            fill(playbook, wanted.given, wanted.rest),
            files=documents,
            who=it.sender.who,
            place=it.sender.place,
            delivery=it.sender.delivery,
        )
        if reply.form is None:
            return reply
        missing = "; ".join(f"{f.label}: {f.error}" for f in reply.form.fields if f.error)
        return Reply(notice=f"Say it again with what is missing. {missing}", tone="warn")

    async def _may_post(self, sender: Sender) -> None:
        """Raises PlaceGone before a run is begun where nothing could be shown."""
        if sender.channel and sender.answer:
            try:
                await self._api.audience(sender.team, sender.channel)
            except PlaceGone as gone:
                raise PlaceGone(_NOT_HERE) from gone

    async def _pressed(self, it: parse.Pressed) -> None:
        sender, (verb, _, run) = it.sender, it.action.partition(":")
        if it.asks:
            await self._typed(parse.Typed(sender=sender, line=it.action))
            return
        if verb == "cost":
            told = footer(await self._reception.desk.load(run))
            await self._tell(sender, render.note(told, await self._reader(sender)))
            return
        work = self._reception.pressed(
            it.action, who=sender.who, place=sender.place, delivery=sender.delivery
        )
        reply = await self._answered(sender, work, form=verb in WITH_FORM | {"form"})
        if it.home:
            await self._home(sender.team, sender.user)
        elif it.again and reply.run and not reply.form:
            await self._show_anew(sender, it.action, reply.run)

    async def _show_anew(self, sender: Sender, action: str, run_id: str) -> None:
        """What was decided from a list is shown there as it is now."""
        run = await self._reception.desk.load(run_id)
        gate = [*action.split(":"), "", ""][2]
        key = f"draft-{gate.rpartition('-')[2]}" if gate.startswith("review-") else f"gate-{gate}"
        shown = [c for c in cards(run, self._reception.desk.team) if c.key == key]
        if not shown or not sender.answer:
            return
        title = f"{run.started.title} · {shown[0].title}"
        card = replace(shown[0], title=title, mentions=())
        drawn = render.card(card, await self._reader(sender, card), 1).parts[0]
        await _respond(sender.answer, drawn, replace_original=True)

    # --- forms ------------------------------------------------------------------------------

    async def _submitted(self, it: parse.Submitted) -> Reply | Json:
        """The reply, or the view that comes next. Raises _FieldErrors."""
        of = it.origin
        values = {**it.values}
        if of.page:
            before = self._pages.get(it.root)
            if before is None:
                told = render.note(_LOST_PAGE, await self._reader(it))
                return views.message(it.title, told)
            values = {**before, **values}
            self._keep(it.root, values)
        if next_view := await self._next_page(it, values):
            self._keep(it.root, {**self._pages.get(it.root, {}), **values})
            return next_view
        documents, wrong = await self._files.documents(it.files, it.sender.who)
        if wrong:
            return {"errors": wrong}
        return await self._send(it, parse.joined(values), documents)

    async def _send(
        self,
        it: parse.Submitted,
        values: Mapping[str, JsonValue],
        documents: Mapping[str, Sequence[Document]],
    ) -> Reply:
        context = await self._context(it) if it.origin.action.startswith("start:") else ()
        return await self._reception.submitted(
            it.origin.action,
            values,
            files={name: found for name, found in documents.items() if found},
            context=context,
            who=it.sender.who,
            place=it.origin.place,
            delivery=it.sender.delivery,
        )

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
            return {"push": await self._modal(form, following, it.sender)}
        if fields := views.full(form, values):
            return {"push": views.continued(form, fields, replace(it.origin, page=-1), values)}
        return None

    async def _form_of(self, it: parse.Submitted) -> Form | None:
        action = it.origin.action
        asked = action.replace("start:", "form:", 1) if action.startswith("start:") else action
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

    def _keep(self, root: str, values: dict[str, JsonValue]) -> None:
        self._pages[root] = values
        while len(self._pages) > _KEPT_FORMS:
            self._pages.popitem(last=False)

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
                return views.message(it.title, render.note(told, await self._reader(it)))
            return outcome.get("push") or outcome
        if outcome.form:
            return await self._modal(outcome.form, replace(it.origin, page=0), it.sender)
        self._pages.pop(it.root, None)
        if outcome.notice and outcome.tone != "good":
            reader = await self._named(it.sender.team, outcome)
            return views.message(it.title, render.note(outcome.notice, reader, outcome.stamp))
        return None

    async def _modal(self, form: Form, of: views.Origin, sender: Sender) -> Json:
        named = " ".join([form.about, *(field.error for field in form.fields)])
        reader = await self._chat.reader(sender.team, render.users_named(named))
        today = self._now().date()
        return views.modal(form, of, reader, viewer=sender.who, today=today)

    # --- answers ----------------------------------------------------------------------------

    async def _answered(
        self,
        sender: Sender,
        work: Awaitable[Reply],
        *,
        form: bool,
        line: str = "",
        about: str = "",
    ) -> Reply:
        """Show the reply when it is there; a form that is slow has its skeleton open by then."""
        answer = asyncio.ensure_future(work)
        opened = _Opened()
        if form and sender.trigger:
            done, _ = await asyncio.wait({answer}, timeout=SKELETON_S)
            if not done:
                opened.view = await self._open(sender, views.skeleton(), line)
        reply = await answer
        await self._show(reply, sender, opened=opened, line=line, about=about)
        return reply

    async def _show(
        self,
        reply: Reply,
        sender: Sender,
        *,
        opened: _Opened | None = None,
        line: str = "",
        about: str = "",
    ) -> None:
        view = opened.view if opened else ""
        if reply.form:
            of = views.Origin(action=reply.form.action, place=sender.place, about=about)
            modal = await self._modal(reply.form, of, sender)
            if view:
                await self._api.call(sender.team, "views.update", view_id=view, view=modal)
            else:
                await self._open(sender, modal, line)
            return
        reader = await self._named(sender.team, reply)
        drawn = [render.note(reply.notice, reader, reply.stamp)] if _worth_telling(reply) else []
        if view:
            told = drawn[0] if drawn else render.note("Done.", reader)
            modal = views.message("Podium", told)
            await self._api.call(sender.team, "views.update", view_id=view, view=modal)
            drawn = drawn[1:]
        await self._tell(sender, *drawn, *render.listed(reply.cards, reader))

    async def _open(self, sender: Sender, view: Json, line: str) -> str:
        """Open a view; where Slack no longer lets it, a button that can."""
        try:
            if sender.trigger:
                opened = await self._api.call(
                    sender.team, "views.open", trigger_id=sender.trigger, view=view
                )
                return str(opened["view"]["id"])
        except SlackTrouble as trouble:
            log.warning("slack_form_not_opened why=%s", trouble)
            if not line:
                await self._tell(sender, render.note(_AGAIN, Reader(sender.team)))
                return ""
        await self._tell(sender, _form_button(line))
        return ""

    async def _tell(self, sender: Sender, *drawn: Drawn) -> None:
        """Show messages to one person, where they are; if not there, then in private."""
        for number, one in enumerate(drawn):
            # In a thread an answer would leave it, so there it is a message of its own.
            answer = sender.answer if not sender.thread and number < _ANSWERS else ""
            if answer and await _respond(answer, one):
                continue
            if not await self._whisper(sender, one):
                await self._write_to(sender, one)

    async def _whisper(self, sender: Sender, drawn: Drawn) -> bool:
        if not sender.channel:
            return False
        thread: dict[str, Any] = {"thread_ts": sender.thread} if sender.thread else {}
        try:
            await self._api.call(
                sender.team,
                "chat.postEphemeral",
                channel=sender.channel,
                user=sender.user,
                text=drawn.text,
                blocks=drawn.blocks,
                **thread,
            )
        except (PlaceGone, SlackTrouble) as trouble:
            log.info("slack_whisper_refused why=%s", trouble)
            return bool(sender.answer) and await _respond(sender.answer, drawn)
        return True

    async def _write_to(self, sender: Sender, drawn: Drawn) -> None:
        await self._api.call(
            sender.team,
            "chat.postMessage",
            channel=sender.user,
            text=drawn.text,
            blocks=drawn.blocks,
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _safely(self, sender: Sender, work: Awaitable[object]) -> None:
        """Do it; what fails is logged and told to the person."""
        try:
            await work
        except (PlaceGone, SlackTrouble, Refused) as trouble:
            log.warning("slack_answer_failed why=%s", trouble)
            await self._tell(sender, render.note(str(trouble), Reader(sender.team)))
        except Exception:  # the edge: nobody is left without an answer
            log.exception("slack_failed who=%s", sender.who)
            await self._tell(sender, render.note(BROKEN, Reader(sender.team)))

    # --- for whom -----------------------------------------------------------------------------

    async def _reader(self, of: str | Sender | parse.Submitted, *shown: Card) -> Reader:
        sender = of.sender if isinstance(of, parse.Submitted) else of
        team = sender if isinstance(sender, str) else sender.team
        users = frozenset[str]().union(*(render.users_in(card, team) for card in shown))
        return await self._chat.reader(team, users)

    async def _named(self, team: str, reply: Reply) -> Reader:
        stamp = Card(key="", title="", blocks=(reply.stamp,) if reply.stamp else ())
        users = render.users_named(reply.notice) | render.users_in(stamp, team)
        users = users.union(*(render.users_in(card, team) for card in reply.cards))
        return await self._chat.reader(team, users)

    async def _seen_runs(self, team: str, who: str) -> list[Summary]:
        """The latest runs of this workspace that the person could read themselves."""
        found = await self._reception.desk.find(Query(limit=50))
        here = [run for run in found if run.place.startswith(f"{PLATFORM}:{team}:")]
        return [run for run in here if await self._reception.may_read(who, run.place)][:10]


def _worth_telling(reply: Reply) -> bool:
    """Whether the thread does not say it anyhow."""
    return bool(reply.notice) and not (reply.run and reply.tone == "good")


def _errors(form: Form | None, it: parse.Submitted) -> dict[str, str]:
    """What is wrong with the fields of this very view, when that is all."""
    if form is None or form.action != it.origin.action or it.origin.page != 0:
        return {}
    wrong = {field.name: field.error for field in form.fields if field.error}
    here = {*it.values, *it.files}
    return wrong if wrong and set(wrong) <= here else {}


def _form_button(line: str) -> Drawn:
    """Where Slack opens no form by itself, a button does."""
    words = Words("There is more to fill in.")
    drawn = render.card(Card(key="", title="", blocks=(words,)), Reader(""), 1).parts[0]
    button = render.actions([Button(label="Open the form", action=line[:1_900], style="primary")])
    button[0]["elements"][0]["action_id"] = f"{render.ASK}form"
    return Drawn(drawn.text, [*drawn.blocks, *button])


async def _respond(url: str, drawn: Drawn, *, replace_original: bool = False) -> bool:
    """Answer where Slack said; False when it no longer takes it."""
    body = {
        "text": drawn.text,
        "blocks": drawn.blocks,
        "response_type": "ephemeral",
        "replace_original": replace_original,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, json=body) as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
