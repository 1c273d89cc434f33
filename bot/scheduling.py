"""Scheduling: what people do with schedules: make them, look at them, change them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time
from statistics import mean
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from bot.agenda import deleted_card, history_card, preview_card, schedule_card
from bot.asker import Asker, new_id
from bot.cards import Card, Form, Reply
from bot.commands import Delegate
from bot.commands import Schedule as Typed
from bot.forms import pick_form, picked
from bot.intake import Documents, asks_nothing_more, fill
from bot.onlooker import Onlooker
from bot.places import chat_of
from bot.playbook.model import Playbook
from bot.ports import PlaceGone, Query
from bot.recurring import Recurring
from bot.run.decide import Refused, title_of
from bot.schedule import decide as d
from bot.schedule.coming import next_five
from bot.schedule.model import Schedule, Terms
from bot.schedule.reading import Unclear, zone_named
from bot.schedule.rule import Days
from bot.terms import (
    WHEN,
    WHERE,
    options_form,
    options_words,
    read_options,
    read_terms,
    terms_form,
    typed,
    usual,
    values_of,
)

_MORNING = time(9)
_LISTED = 15
_FIRES = 30
_KNOWN_BY = 10
"""Runs from which the cost of the next is told."""
_ORDERS: Mapping[str, d.Order] = {
    "pause": d.Pause(),
    "resume": d.Resume(),
    "delete": d.Delete(),
    "undo": d.Restore(),
}
_DONE = {
    "pause": "is paused.",
    "resume": "goes on.",
    "run": "starts now.",
    "delete": "is deleted. For a day that can be undone.",
    "undo": "is back.",
}


@dataclass(frozen=True, kw_only=True)
class Scheduling:
    """Answers what people type, press and fill in about schedules.

    A schedule is proposed, shown in words with its next times, and saved as it was shown.
    """

    recurring: Recurring

    async def typed(self, said: Typed, files: Documents, asker: Asker) -> Reply:
        """What a typed line gives. Raises Refused."""
        if said.verb in ("", "list") and not said.wanted.playbook:
            is_new = not said.verb
            return Reply(form=self._pick()) if is_new else await self._list(asker.who, said.named)
        if said.verb:
            return await self._named(said.verb, said.named, asker)
        return await self._wanted(said.wanted, files, asker)

    async def pressed(self, action: str, asker: Asker) -> Reply:
        """What a button gives, whose action is a verb and what it is about. Raises Refused."""
        verb, id, version = [*action.split(":"), "", ""][:3]
        if verb == "form":
            return await self._form(self._playbook(id), {}, asker)
        schedule = await self._seen(id, asker.who)
        match verb:
            case "save":
                number = int(version[:9]) if version.isdecimal() else 0
                return await self._save(schedule, number, asker)
            case "edit":
                return await self._edit(schedule, asker)
            case "change":
                self._may(schedule, asker)
                return self._form_of(schedule)
            case "options":
                self._may(schedule, asker)
                return Reply(form=options_form(schedule))
            case "history":
                return await self._history(schedule, asker.who)
            case _ if verb in _DONE:
                return await self._ordered(schedule, verb, asker)
            case _:
                raise Refused("Podium does not know this button; it may be from a newer version.")

    async def submitted(
        self, action: str, values: Mapping[str, JsonValue], files: Documents, asker: Asker
    ) -> Reply:
        """What a filled form gives: the schedule to look at before it is saved. Raises Refused."""
        verb, _, about = action.partition(":")
        match verb:
            case "pick":
                name = picked(str(values.get("playbook") or ""))
                if name not in self._known:
                    return Reply(form=self._pick("Choose one of these."))
                return await self._form(self._playbook(name), {}, asker)
            case "new":
                return await self._new(self._playbook(about), values, files, asker)
            case "change":
                schedule = await self._seen(about, asker.who)
                return await self._change(schedule, values, files, asker)
            case "options":
                return await self._options(await self._seen(about, asker.who), values, asker)
            case _:
                raise Refused("Podium does not know this form; it may be from a newer version.")

    # --- what others show ------------------------------------------------------------

    async def seen(self, who: str) -> list[Schedule]:
        """The schedules that this person may see: theirs, and those of places they can read."""
        recent = self.recurring.desk.now() - d.UNDO
        found = await self.recurring.timetable.all(recent)
        own = self.recurring.desk.team.same(who)
        open_to = await self._onlooker(who).readable({one.terms.place for one in found})
        return [one for one in found if one.owner in own or one.terms.place in open_to]

    def may_change(self, schedule: Schedule, who: str) -> bool:
        return d.may_change(schedule, who, self.recurring.desk.team)

    async def expected_usd(self, schedule: Schedule) -> float | None:
        """What a run of it costs at the going rate; None when nothing is known."""
        past = await self.recurring.fires.starts(schedule.id, _KNOWN_BY)
        spent = [one.run.spent_usd for one in past if one.run and one.run.status != "working"]
        if not spent:
            query = Query(playbook=schedule.terms.playbook, limit=_KNOWN_BY)
            found = await self.recurring.desk.find(query)
            spent = [run.spent_usd for run in found if run.status != "working"]
        return mean(spent) if spent else None

    async def zone(self, who: str) -> ZoneInfo:
        """The clock that a person goes by: their profile's, else their last schedule's, or UTC."""
        if known := await self._profile(who):
            return known
        team = self.recurring.desk.team
        found = await self.recurring.timetable.all(self.recurring.desk.now())
        own = [one for one in found if one.owner in team.same(who)]
        latest = max(own, key=lambda one: one.made_at, default=None)
        return ZoneInfo(latest.terms.zone if latest else "UTC")

    async def _profile(self, who: str) -> ZoneInfo | None:
        """The time zone of a person's profile, on whatever platform they have one."""
        same = self.recurring.desk.team.same(who)
        for one in (who, *sorted(same - {who})):
            people = self.recurring.people.get(one.partition(":")[0])
            with suppress(Unclear):  # a platform may know newer zones than this machine
                if people and (zone := await people.zone(one)):
                    return zone_named(zone)
        return None

    # --- making and changing -----------------------------------------------------------

    @property
    def _known(self) -> Mapping[str, Playbook]:
        return self.recurring.intake.shelf.library.playbooks

    def _playbook(self, name: str) -> Playbook:
        return self.recurring.intake.shelf.playbook(name)

    def _pick(self, error: str = "") -> Form:
        return pick_form(self._known, error, schedule=True)

    async def _wanted(self, wanted: Delegate, files: Documents, asker: Asker) -> Reply:
        playbook = self._playbook(wanted.playbook)
        given = typed(playbook, fill(playbook, wanted.given, wanted.rest))
        is_whole = asks_nothing_more(playbook, {**given, **dict.fromkeys(files)})
        if WHEN not in given or not is_whole:
            return await self._form(playbook, given, asker)
        return await self._new(playbook, given, files, asker)

    async def _form(
        self, playbook: Playbook, given: Mapping[str, JsonValue], asker: Asker
    ) -> Reply:
        start = usual(await self.zone(asker.who), asker.place)
        return Reply(form=terms_form(playbook, start | dict(given)))

    async def _new(
        self,
        playbook: Playbook,
        values: Mapping[str, JsonValue],
        files: Documents,
        asker: Asker,
    ) -> Reply:
        zone = await self.zone(asker.who)
        nothing = Terms(
            title=playbook.name,
            playbook=playbook.name,
            documents={name: tuple(some) for name, some in files.items() if some},
            place=asker.place,
            rule=Days(at=(_MORNING,)),
            zone=zone.key,
        )
        now = self.recurring.desk.now()
        terms, errors = read_terms(playbook, values, nothing, who=asker.who, now=now)
        errors |= await self._unpostable(terms, asker)
        if errors:
            start = usual(zone, asker.place)
            return Reply(form=terms_form(playbook, start | dict(values), errors))
        terms = terms.model_copy(update={"title": title_of(playbook, terms.inputs)})
        draft = d.draft(new_id("s", asker.delivery), terms, self._asked(asker))
        if not await self.recurring.timetable.change(draft):
            draft = await self._seen(draft.id, asker.who)  # this was delivered before
        return await self._preview(draft, asker.who)

    async def _edit(self, schedule: Schedule, asker: Asker) -> Reply:
        """The form of a schedule as it is; what somebody proposed and did not save is put away."""
        self._may(schedule, asker)
        if schedule.saved and schedule.proposed:
            schedule = await self._carry_out(schedule, d.Propose(schedule.terms), asker)
        return self._form_of(schedule)

    def _form_of(self, schedule: Schedule) -> Reply:
        terms = schedule.proposed or schedule.terms
        playbook = self._playbook(terms.playbook)
        return Reply(form=terms_form(playbook, values_of(terms), schedule=schedule))

    async def _change(
        self,
        schedule: Schedule,
        values: Mapping[str, JsonValue],
        files: Documents,
        asker: Asker,
    ) -> Reply:
        before = schedule.proposed or schedule.terms
        playbook = self._playbook(before.playbook)
        new = {name: tuple(some) for name, some in files.items() if some}
        before = before.model_copy(update={"documents": {**before.documents, **new}})
        now = self.recurring.desk.now()
        terms, errors = read_terms(playbook, values, before, who=asker.who, now=now)
        if before.place.startswith(f"{terms.place}:"):  # a form names channels, not their threads
            terms = terms.model_copy(update={"place": before.place})
        errors |= await self._unpostable(terms, asker)
        if errors:
            return Reply(form=terms_form(playbook, values, errors, schedule))
        return await self._propose(schedule, terms, asker)

    async def _options(
        self, schedule: Schedule, values: Mapping[str, JsonValue], asker: Asker
    ) -> Reply:
        before = schedule.proposed or schedule.terms
        terms, errors = read_options(before, values, self.recurring.desk.now().date())
        if errors:
            return Reply(form=options_form(schedule, values, errors))
        return await self._propose(schedule, terms, asker)

    async def _propose(self, schedule: Schedule, terms: Terms, asker: Asker) -> Reply:
        after = await self._carry_out(schedule, d.Propose(terms), asker)
        return await self._preview(after, asker.who)

    async def _preview(self, schedule: Schedule, who: str) -> Reply:
        """The schedule in words, and the next times, to be saved as it is shown."""
        terms = schedule.proposed or schedule.terms
        desk = self.recurring.desk
        times = next_five(terms, await self.zone(who), desk.team.calendar, desk.now())
        return Reply(cards=(preview_card(schedule, times, options_words(terms)),))

    async def _save(self, schedule: Schedule, version: int, asker: Asker) -> Reply:
        if schedule.saved and not schedule.proposed and schedule.shown == version:
            return await self._told("is saved already.", schedule, asker.who)
        after = await self._carry_out(schedule, d.Save(version), asker)
        return await self._told("is saved.", after, asker.who)

    async def _unpostable(self, terms: Terms, asker: Asker) -> dict[str, str]:
        """What is wrong with the place that runs are to begin in."""
        try:
            chat_of(self.recurring.chats, terms.place)
        except PlaceGone as gone:
            return {WHERE: str(gone)}
        sight = self.recurring.sights.get(terms.place.partition(":")[0])
        own = self.recurring.desk.team.same(asker.who)
        if sight and await sight.writable(own, terms.place):
            return {}
        return {
            WHERE: "You or Podium cannot post there: choose another place, or ask to be let in."
        }

    # --- orders ------------------------------------------------------------------------

    async def _named(self, verb: str, named: str, asker: Asker) -> Reply:
        """What is to be done with the schedule that people call so. Raises Refused."""
        if verb == "new" or not named:
            return await self._list(asker.who, "")
        found = _called(named, await self.seen(asker.who))
        if len(found) != 1:
            reply = await self._list(asker.who, named if found else "")
            told = (
                f'{len(found)} schedules fit "{named}"'
                if found
                else f'No schedule is called "{named}"'
            )
            if not reply.cards:
                return reply
            label = "Run now" if verb == "run" else verb.capitalize()
            can = any(b.label == label for card in reply.cards for b in card.buttons)
            press = f": press {label} here" if can else ""
            return replace(reply, notice=f"{told}{press}.", tone="warn")
        return await self.pressed(f"{verb}:{found[0].id}", asker)

    async def _ordered(self, schedule: Schedule, verb: str, asker: Asker) -> Reply:
        order = _ORDERS.get(verb) or d.RunNow(new_id("r", asker.delivery))
        after = await self._carry_out(schedule, order, asker)
        return await self._told(_DONE[verb], after, asker.who)

    async def _carry_out(self, schedule: Schedule, order: d.Order, asker: Asker) -> Schedule:
        while (after := await self._ordered_once(schedule, order, asker)) is None:
            schedule = await self._seen(schedule.id, asker.who)
        return after

    async def _ordered_once(
        self, schedule: Schedule, order: d.Order, asker: Asker
    ) -> Schedule | None:
        """The schedule after an order; None if somebody else changed it first. Raises Refused."""
        if isinstance(order, d.RunNow) and await self.recurring.fires.of(schedule.id, order.run):
            return schedule  # this was delivered before
        asked = self._asked(asker, await self.recurring.spent(schedule))
        decided = d.order(schedule, order, asked)
        return decided.schedule if await self.recurring.carry_out(decided) else None

    def _asked(self, asker: Asker, spent_usd: float = 0) -> d.Asked:
        desk = self.recurring.desk
        return d.Asked(by=asker.who, at=desk.now(), team=desk.team, spent_usd=spent_usd)

    def _may(self, schedule: Schedule, asker: Asker) -> None:
        """Refuse before a form is filled in for nothing. Raises Refused."""
        terms = schedule.proposed or schedule.terms
        d.order(schedule, d.Propose(terms), self._asked(asker))

    # --- looking -----------------------------------------------------------------------

    def _onlooker(self, who: str) -> Onlooker:
        return Onlooker(self.recurring.desk, self.recurring.sights, who)

    async def _seen(self, id: str, who: str) -> Schedule:
        """Raises Refused when it is not there, or not for this person to see."""
        found = await self.recurring.timetable.get(id)
        own = self.recurring.desk.team.same(who)
        if found and (
            found.owner in own or await self._onlooker(who).readable({found.terms.place})
        ):
            return found
        raise Refused("This schedule is not there any more; see /schedule list.")

    async def _list(self, who: str, named: str) -> Reply:
        found = await self.seen(who)
        fit = _called(named, found) if named else found
        if not fit:
            told = f'No schedule fits "{named}".' if named else "Nothing is scheduled yet."
            return Reply(notice=f"{told} Make one with /schedule.")
        more = f", {len(fit) - _LISTED} more are on the page" if len(fit) > _LISTED else ""
        count = "1 schedule" if len(fit) == 1 else f"{len(fit)} schedules"
        return Reply(notice=f"{count}{more}", cards=await self._cards(fit[:_LISTED], who))

    async def _cards(self, schedules: Sequence[Schedule], who: str) -> tuple[Card, ...]:
        """Schedules as lists show them to a person, with the buttons that they may press."""
        zone = await self.zone(who)
        return tuple([await self._card(one, zone, who) for one in schedules])

    async def _card(self, schedule: Schedule, zone: ZoneInfo, who: str) -> Card:
        may_change = self.may_change(schedule, who)
        if schedule.state == "deleted":
            return deleted_card(schedule, may_change=may_change)
        return schedule_card(
            schedule,
            zone,
            owner=self.recurring.names.of(schedule.owner),
            expected=await self.expected_usd(schedule),
            past=await self.recurring.fires.past(schedule.id, 1),
            may_change=may_change,
        )

    async def _history(self, schedule: Schedule, who: str) -> Reply:
        past = await self.recurring.fires.past(schedule.id, _FIRES)
        if not past:
            return Reply(notice=f'"{schedule.terms.title}" has not started yet.')
        return Reply(cards=(history_card(schedule, past, await self.zone(who)),))

    async def _told(self, done: str, schedule: Schedule, who: str) -> Reply:
        notice = f'"{schedule.terms.title}" {done}'
        return Reply(notice=notice, tone="good", cards=await self._cards([schedule], who))


def _called(name: str, schedules: Sequence[Schedule]) -> list[Schedule]:
    """The schedules that people call so: by the whole title if one has it, else by a part."""
    wanted = " ".join(name.casefold().split())
    titles = [(" ".join(one.terms.title.casefold().split()), one) for one in schedules]
    whole = [one for title, one in titles if title == wanted]
    return whole or [one for title, one in titles if wanted in title]
