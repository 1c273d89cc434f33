"""The visitor: what a person does in Slack goes to the reception, and the reply to them alone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from adapters.slack import parse, render, views
from adapters.slack.api import Api
from adapters.slack.chat import SlackChat
from adapters.slack.files import Files
from adapters.slack.forms import Forms, and_that
from adapters.slack.home import home
from adapters.slack.parse import Sender
from adapters.slack.places import PLATFORM, Place, is_below, person, user_in
from adapters.slack.render import Drawn, Reader
from adapters.slack.telling import Teller, named, respond
from adapters.slack.trouble import PASSES, SlackTrouble
from bot import commands as grammar
from bot.cards import Card, Reply
from bot.cards.run import cards, footer
from bot.forms import WITH_FORM
from bot.ports import PlaceGone, Query, Summary
from bot.reception import Reception
from bot.run.decide import Refused
from bot.run.events import Document

log = logging.getLogger("podium.slack")

_SCHEDULE_FORMS = tuple(f"schedule:{verb}:" for verb in ("form", "edit", "change", "options"))
SKELETON_S = 0.7
"""How long a form may take before a skeleton is shown in its place."""
_NOT_HERE = (
    "Podium cannot see this conversation, so nothing was begun. Type /invite @Podium here, or "
    "delegate in another channel."
)
_OLD_BUTTON = (
    "This button is from a much older Podium. Nothing was changed: /needs-me and /runs show what "
    "there is now."
)


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
        teller: Teller,
        forms: Forms,
        *,
        saw: Callable[[str, str, str], None],
    ) -> None:
        """`saw` is told workspace, person and channel of what Slack delivers."""
        self._api = api
        self._chat = chat
        self._reception = reception
        self._files = files
        self._teller = teller
        self._forms = forms
        self._saw = saw

    # --- what people do -------------------------------------------------------------------

    async def typed(self, it: parse.Typed) -> None:
        """A command, or words to Podium."""
        self._saw(it.sender.team, it.sender.user, it.sender.channel)
        await self._teller.safely(it.sender, self._typed(it))

    async def pressed(self, it: parse.Pressed) -> None:
        self._saw(it.sender.team, it.sender.user, it.sender.channel)
        await self._teller.safely(it.sender, self._pressed(it))

    async def shortcut(self, it: parse.Shortcut) -> None:
        """The form to pick a playbook, whose run is about the message and has its thread there."""
        work = self._reception.typed("/delegate", who=it.sender.who, place=it.sender.place)
        about = f"{it.sender.channel}:{it.stamp}"
        await self._teller.safely(
            it.sender, self._answered(it.sender, work, form=True, about=about)
        )

    async def came_home(self, team: str, user: str) -> None:
        """A person who opened the App Home sees it as it is now."""
        sender = Sender(team=team, user=user, who=person(team, user), place="", delivery="")
        await self._teller.safely(sender, self._home(team, user))

    async def _home(self, team: str, user: str) -> None:
        who = person(team, user)
        needs = (
            await self._reception.typed("/needs-me", who=who, place=Place(team, user).id)
        ).cards
        own = await self._reception.desk.find(Query(requester=who, limit=10))
        seen = await self._seen_runs(team, who)
        users = [render.users_in(card, team) for card in needs]
        users.append(frozenset(user_in(team, run.requester) for run in (*own, *seen)) - {""})
        entries = self._reception.entries
        to = await self._chat.reader(team, frozenset().union(*users))
        view = home(needs, await entries(own), await entries(seen), to)
        await self._api.call(team, "views.publish", user_id=user, view=view)

    # --- typing and pressing --------------------------------------------------------------

    async def _typed(self, it: parse.Typed) -> None:
        sender = it.sender
        if not it.line.startswith("/"):
            known = self._reception.intake.shelf.library.playbooks
            it = replace(it, line=grammar.spoken(it.line, known))
        wanted = grammar.parse(it.line)
        if isinstance(wanted, grammar.Delegate):
            await self._may_post(sender)
        await self._answered(sender, self._said(it), form=_wants_form(wanted), line=it.line)

    async def _said(self, it: parse.Typed) -> Reply:
        """What the line gives, with the files of its message and its thread."""
        sender, documents, left_out = it.sender, dict[str, Sequence[Document]](), ""
        try:
            name = self._reception.files_for(it.line)
        except Refused as refused:
            if it.files:
                return Reply(notice=str(refused), tone="warn")
        else:
            documents, wrong = await self._files.documents({name: it.files}, sender.who)
            if wrong:
                return Reply(notice=wrong[name], tone="warn")
            beside, left_out = await self._files.beside(sender.place, it.files, sender.who)
            documents = {name: found} if (found := [*documents[name], *beside]) else {}
        reply = await self._reception.typed(
            it.line, files=documents, who=sender.who, place=sender.place, delivery=sender.delivery
        )
        if sender.thread and isinstance(grammar.parse(it.line), grammar.Decide):
            here = tuple(card for card in reply.cards if is_below(sender.place, card.thread))
            return replace(reply, cards=here or reply.cards)
        if reply.form and it.files and not sender.thread:
            missing = "; ".join(f"{f.label}: {f.error or 'needed'}" for f in reply.form.fields)
            return Reply(notice=f"Say it again with what is missing. {missing}", tone="warn")
        return and_that(reply, left_out)

    async def _may_post(self, sender: Sender) -> None:
        """Raises PlaceGone, SlackTrouble before a run is begun where nothing could be shown.

        While Slack does not answer it is begun: what there is to show is shown afterwards.
        """
        if sender.channel and sender.answer:
            try:
                await self._api.lately(sender.team, "conversations.info", channel=sender.channel)
            except PlaceGone as gone:
                raise PlaceGone(_NOT_HERE) from gone
            except SlackTrouble as trouble:
                if trouble.code not in PASSES:
                    raise

    async def _pressed(self, it: parse.Pressed) -> None:
        sender, (verb, _, run) = it.sender, it.action.partition(":")
        if verb == "unknown":
            raise Refused(_OLD_BUTTON)
        if it.asks:
            await self._typed(parse.Typed(sender=sender, line=it.action))
            return
        if verb == "cost":
            told = footer(await self._reception.onlooker(sender.who).load(run))
            await self._teller.tell(sender, render.note(told, await self._reader(sender)))
            return
        if verb == "stop":
            await self._teller.tell(sender, render.sure(run))
            return
        work = self._reception.pressed(
            it.action, who=sender.who, place=sender.place, delivery=sender.delivery
        )
        form = verb in WITH_FORM | {"form"} or it.action.startswith(_SCHEDULE_FORMS)
        instead = it.again and verb == "schedule"
        reply = await self._answered(sender, work, form=form, instead=instead)
        if it.home:
            await self._home(sender.team, sender.user)
        elif it.again and sender.answer and reply.run and not reply.form:
            await self._show_anew(sender, it.action, reply)

    async def _show_anew(self, sender: Sender, action: str, reply: Reply) -> None:
        """What was decided where one person alone sees it is shown there as it is now."""
        run = await self._reception.onlooker(sender.who).load(reply.run)
        gate = [*action.split(":"), "", ""][2]
        key = f"draft-{gate.rpartition('-')[2]}" if gate.startswith("review-") else f"gate-{gate}"
        shown = next((c for c in cards(run, self._reception.desk.team) if c.key == key), None)
        if shown:
            title = f"{run.started.title} · {shown.title}"
            card = replace(shown, title=title, mentions=())
            drawn = render.card(card, await self._reader(sender, card), 1).parts[0]
        else:
            drawn = render.note(reply.notice or "Done.", await self._reader(sender))
        await respond(sender.answer, drawn, replace_original=True)

    # --- answers ----------------------------------------------------------------------------

    async def _answered(
        self,
        sender: Sender,
        work: Awaitable[Reply],
        *,
        form: bool,
        line: str = "",
        about: str = "",
        instead: bool = False,
    ) -> Reply:
        """Show the reply when it is there; a form that is slow has its skeleton open by then.

        With `instead`, what was changed takes the place of the message that was pressed.
        """
        answer = asyncio.ensure_future(work)
        opened = _Opened()
        if form and sender.trigger:
            done, _ = await asyncio.wait({answer}, timeout=SKELETON_S)
            if not done:
                opened.view = await self._teller.open(sender, views.skeleton(), line)
        reply = await answer
        await self._show(reply, sender, opened=opened, line=line, about=about, instead=instead)
        return reply

    async def _show(
        self,
        reply: Reply,
        sender: Sender,
        *,
        opened: _Opened | None = None,
        line: str = "",
        about: str = "",
        instead: bool = False,
    ) -> None:
        view = opened.view if opened else ""
        if reply.form:
            of = views.Origin(action=reply.form.action, place=sender.place, about=about)
            modal = await self._forms.modal(reply.form, of, sender)
            if view:
                await self._api.call(sender.team, "views.update", view_id=view, view=modal)
            else:
                await self._teller.open(sender, modal, line)
            return
        reader = await named(self._chat, sender.team, reply)
        drawn = [render.note(reply.notice, reader, reply.stamp)] if _worth_telling(reply) else []
        if view:
            told = drawn[0] if drawn else render.note("Done.", reader)
            modal = views.message("Podium", told)
            await self._api.call(sender.team, "views.update", view_id=view, view=modal)
            drawn = drawn[1:]
        drawn += render.listed(reply.cards, reader)
        if instead and reply.notice and reply.cards:
            whole = Drawn(drawn[0].text, [block for one in drawn for block in one.blocks])
            if await respond(sender.answer, whole, replace_original=True):
                return
        await self._teller.tell(sender, *drawn)

    # --- for whom -----------------------------------------------------------------------------

    async def _reader(self, sender: Sender | str, *shown: Card) -> Reader:
        team = sender if isinstance(sender, str) else sender.team
        users = frozenset[str]().union(*(render.users_in(card, team) for card in shown))
        return await self._chat.reader(team, users)

    async def _seen_runs(self, team: str, who: str) -> list[Summary]:
        """The latest runs of this workspace that the person could read themselves."""
        found = await self._reception.onlooker(who).find(Query(limit=50))
        return [run for run in found if run.place.startswith(f"{PLATFORM}:{team}:")][:10]


def _wants_form(wanted: grammar.Typed) -> bool:
    """Whether a line is answered with a form, as far as can be seen."""
    match wanted:
        case grammar.Delegate():
            return not wanted.given
        case grammar.Schedule():
            return wanted.verb in ("", "edit") and not wanted.wanted.given
        case _:
            return False


def _worth_telling(reply: Reply) -> bool:
    """Whether the thread does not say it anyhow."""
    return bool(reply.notice) and not (reply.run and reply.tone == "good")
