"""What schedules do: at due times, after their runs, and when people ask. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.calendar import Calendar
from bot.policy import PODIUM, Team, called
from bot.run.decide import Refused
from bot.schedule.model import Fire, Mark, Schedule, Terms
from bot.schedule.rule import stands
from bot.schedule.words import day_words, span_words

MOST_AT_ONCE = 100
MOST_PASSED = 500
"""Due times that one decision deals with where all start, and where few do, which are told in one
message; the next decision goes on from there.
"""

_ON_TIME = timedelta(minutes=1)
UNDO = timedelta(days=1)
"""How long a deletion can be undone."""

_FAILURES = 3
_OVERTAKEN = "A later time came before the last result was judged."
_LATEST = "A later time had come by then, and only the latest starts."
UNJUDGED = "The last result still waits to be judged; once it is, the next one starts as planned."


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The schedule after it, and what to start and what is skipped.

    A fire whose outcome is `started` is yet to be started; where that fails it is recorded as
    `failed`, with why, and `ran` is asked what follows.
    """

    schedule: Schedule
    fires: tuple[Fire, ...] = ()


def _changed(schedule: Schedule, **changes: object) -> Schedule:
    return schedule.model_copy(update={**changes, "version": schedule.version + 1})


# --- time --------------------------------------------------------------------------


def due(
    schedule: Schedule, now: datetime, calendar: Calendar, *, last_waits: bool, spent_usd: float
) -> Decided:
    """What to do about the times that have come, oldest first, and when to look again.

    Ask when `next_due` has come, and while a time is `held`. `last_waits`: the last result still
    waits to be judged. `spent_usd`: what its runs have cost in this month of its zone, and those
    at work may still cost. Where either matters one is started, and it is asked anew.
    """
    come = _come(schedule, now, calendar) if schedule.state == "active" else []
    if not come and (last_waits or not schedule.held):
        return Decided(schedule=schedule)
    terms = schedule.terms
    if come and not stands(terms.rule, ZoneInfo(terms.zone), calendar, come[0]):
        later = next(terms.moments(calendar, come[0]), None)  # the team is free then, by now
        return _ended(Decided(schedule=_changed(schedule, next_due=later)), now)
    upcoming = next(terms.moments(calendar, come[-1]), None) if come else schedule.next_due
    is_behind = upcoming is not None and upcoming <= now
    whys = {at: _missed(terms, now - at, at != come[-1] or is_behind) for at in come}
    fit = [*filter(None, [schedule.held]), *(at for at in come if not whys[at])]
    if len(fit) > 1 and not (last_waits or schedule.held) and _asks_anew(terms):
        upcoming, fit = fit[1], fit[:1]
        whys = {at: why for at, why in whys.items() if at <= fit[0]}
    held = fit[-1] if fit and last_waits and terms.waiting == "wait" else None
    if held or schedule.held:
        whys |= dict.fromkeys(fit[:-1], _OVERTAKEN)
        fit = fit[-1:]
    if held:
        whys.pop(held, None)
    else:
        whys |= dict.fromkeys(fit, _kept_back(terms, last_waits, spent_usd))
    starts = [at for at in sorted(whys) if not whys[at]][: schedule.left]
    after = _changed(
        schedule,
        next_due=upcoming,
        held=held,
        fired=schedule.fired + len(starts),
    )
    told = [at for at in sorted(whys) if whys[at] or at in starts]
    fires = tuple(_fire(schedule, at, now, why=whys[at]) for at in told)
    return _ended(Decided(schedule=after, fires=fires), now)


def _fire(
    schedule: Schedule,
    due: datetime,
    now: datetime,
    *,
    by: str = PODIUM,
    run: str = "",
    why: str = "",
) -> Fire:
    outcome = "skipped" if why else "started"
    return Fire(schedule=schedule.id, due=due, at=now, by=by, outcome=outcome, run=run, why=why)


def _come(schedule: Schedule, now: datetime, calendar: Calendar) -> list[datetime]:
    first = schedule.next_due
    if first is None or first > now:
        return []
    later = takewhile(lambda at: at <= now, schedule.terms.moments(calendar, first))
    most = MOST_AT_ONCE if schedule.terms.missed == "all" else MOST_PASSED
    return [first, *islice(later, most - 1)]


def _asks_anew(terms: Terms) -> bool:
    """Whether one start changes what the next due time comes to."""
    return terms.waiting != "start" or terms.month_usd is not None


def _missed(terms: Terms, late: timedelta, overtaken: bool) -> str:
    """Why a time that was missed does not start; empty if it does."""
    match terms.missed:
        case "all":
            return ""
        case "latest":
            return _LATEST if overtaken else ""
        case "late" | "skip":
            most = max(terms.late if terms.missed == "late" else _ON_TIME, _ON_TIME)
            if late <= most:
                return ""
            return f"It was {span_words(late)} late, and starts at most {span_words(most)} late."
        case _:
            assert_never(terms.missed)


def _kept_back(terms: Terms, last_waits: bool, spent_usd: float) -> str:
    """Why nothing starts now; empty if it does."""
    if last_waits and terms.waiting == "skip":
        return UNJUDGED
    if terms.month_usd is not None and spent_usd >= terms.month_usd:
        return (
            f"${spent_usd:,.2f} of this month's ${terms.month_usd:,.2f} is spent or reserved; "
            "allow it more, or it goes on next month."
        )
    return ""


def _ended(decided: Decided, now: datetime) -> Decided:
    """The same, ended when it was started often enough or no time is left."""
    schedule = decided.schedule
    if schedule.left == 0:
        why = f"it has started {_times(schedule.fired)}, as was wanted"
    elif schedule.next_due or schedule.held:
        return decided
    else:
        why = "no time at which it would start is left"
    mark = Mark(by=PODIUM, at=now, why=f"It has ended: {why}.")
    tell = f'"{schedule.terms.title}" has ended: {why}.'
    changes = {"ended": mark, "next_due": None, "held": None, "untold": tell}
    return replace(decided, schedule=schedule.model_copy(update=changes))


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


# --- runs --------------------------------------------------------------------------


def ran(schedule: Schedule, failed: str, now: datetime) -> Decided:
    """What follows from the end of a run: `failed` says why it failed, and is empty if it did not.

    The third failure in a row pauses the schedule, and its owner is told, once.
    """
    failures = schedule.failures + 1 if failed else 0
    if failures < _FAILURES or schedule.state != "active":
        return Decided(schedule=_changed(schedule, failures=failures))
    why = f"{failures} runs in a row failed, the last because: {failed.rstrip('.')}."
    mark = Mark(by=PODIUM, at=now, why=why)
    tell = f'"{schedule.terms.title}" is paused: {why} Put that right, then resume it.'
    return Decided(schedule=_paused(schedule, mark, tell, failures=failures))


def abandoned(schedule: Schedule, owner: str, now: datetime) -> Decided:
    """What follows when its owner, who is called so, is known to have left the team."""
    why = f"its owner, {owner}, has left the team."
    tell = (
        f'"{schedule.terms.title}" is paused: {why} Whoever the team file names under '
        "schedules: managers can resume it, and owns it then."
    )
    return Decided(schedule=_paused(schedule, Mark(by=PODIUM, at=now, why=why), tell, orphan=True))


def told(schedule: Schedule) -> Schedule:
    """The same after its owner was told."""
    return _changed(schedule, untold="")


def _paused(schedule: Schedule, mark: Mark, tell: str, **changes: object) -> Schedule:
    return _changed(schedule, paused=mark, next_due=None, held=None, untold=tell, **changes)


# --- people ------------------------------------------------------------------------


@dataclass(frozen=True)
class Propose:
    """Other terms, which hold once they are saved."""

    terms: Terms


@dataclass(frozen=True)
class Save:
    """Hold to the terms that were proposed when the schedule was at `version`."""

    version: int


@dataclass(frozen=True)
class Pause:
    why: str = ""


@dataclass(frozen=True)
class Resume:
    pass


@dataclass(frozen=True)
class RunNow:
    """Start it once beside its due times, as this run; it counts for none of them."""

    run: str = ""


@dataclass(frozen=True)
class Delete:
    why: str = ""


@dataclass(frozen=True)
class Restore:
    """Undo a deletion, within a day of it."""


Order = Propose | Save | Pause | Resume | RunNow | Delete | Restore


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The circumstances of an order; `spent_usd` as `due` has it."""

    by: str
    at: datetime
    team: Team
    spent_usd: float = 0


def draft(id: str, terms: Terms, asked: Asked) -> Schedule:
    """A new schedule of the one who asks, not saved yet. Raises Refused if it never starts."""
    _first(terms, asked)
    return Schedule(id=id, owner=asked.by, made_at=asked.at, terms=terms, proposed=terms)


def may_change(schedule: Schedule, who: str, team: Team) -> bool:
    """Whether a person may change a schedule: its owner, and whom the team file allows."""
    allowed = (team.same(schedule.owner), *map(team.identities, team.managers))
    return who in frozenset[str]().union(*allowed)


def order(schedule: Schedule, command: Order, asked: Asked) -> Decided:
    """What a person's order does. Raises Refused."""
    _allow(schedule, command, asked)
    mark = Mark(by=asked.by, at=asked.at)
    match command:
        case Propose(terms):
            _edited(schedule, terms, asked)
            shown = schedule.version + 1
            return Decided(schedule=_changed(schedule, proposed=terms, shown=shown))
        case Save(version):
            if schedule.shown != version or not schedule.proposed:
                raise Refused("It was changed meanwhile: look at it again, then save it.")
            return Decided(schedule=_edited(schedule, schedule.proposed, asked))
        case Pause(why) | Delete(why):
            name = "paused" if isinstance(command, Pause) else "deleted"
            done = mark.model_copy(update={"why": why})
            changes = {name: done, "next_due": None, "held": None, "untold": ""}
            return Decided(schedule=_changed(schedule, **changes))
        case Resume():
            first = _first(schedule.terms, asked)
            changes = {"paused": None, "failures": 0, "next_due": first, "orphan": False}
            owner = asked.by if schedule.orphan else schedule.owner
            return Decided(schedule=_changed(schedule, owner=owner, untold="", **changes))
        case Restore():
            is_due = not (schedule.paused or schedule.ended)
            first = _first(schedule.terms, asked) if is_due else None
            return Decided(schedule=_changed(schedule, deleted=None, next_due=first))
        case RunNow(run):
            if why := _kept_back(schedule.terms, False, asked.spent_usd):
                raise Refused(why)
            fire = _fire(schedule, asked.at, asked.at, by=asked.by, run=run)
            return Decided(schedule=_changed(schedule), fires=(fire,))
        case _:
            assert_never(command)


def _allow(schedule: Schedule, command: Order, asked: Asked) -> None:
    """Raises Refused unless this person may do this to a schedule in this state."""
    title = schedule.terms.title
    if not may_change(schedule, asked.by, asked.team):
        others = ", ".join(asked.team.managers)
        or_them = f" or {others}" if others else ""
        raise Refused(
            f'Only {called(schedule.owner)}{or_them} may change "{title}". Ask them, or be '
            "listed in the team file, under schedules: managers."
        )
    state = schedule.state
    if state == "draft":
        if not isinstance(command, Propose | Save):
            raise Refused(f'"{title}" is not saved yet.')
    elif isinstance(command, Restore):
        if not schedule.deleted:
            raise Refused(f'"{title}" is not deleted.')
        if asked.at - schedule.deleted.at > UNDO:
            raise Refused(f'"{title}" was deleted more than a day ago; make it anew.')
    elif schedule.deleted:
        by = called(schedule.deleted.by)
        raise Refused(f'{by} deleted "{title}"; undo that first, which is possible for a day.')
    elif isinstance(command, Pause) and state != "active":
        raise Refused(f'"{title}" is {state} already.')
    elif isinstance(command, Resume) and state != "paused":
        hint = "give it a later end" if state == "ended" else "it starts at its next time"
        raise Refused(f'"{title}" is not paused but {state}: {hint}.')


def _edited(schedule: Schedule, terms: Terms, asked: Asked) -> Schedule:
    """The schedule on other terms; a due time that they leave alone stays, even if it has come."""
    if terms.times is not None and terms.times <= schedule.fired:
        raise Refused(f"It has started {_times(schedule.fired)} already: allow more.")
    first = _first(terms, asked)
    old = schedule.terms
    is_same = (old.rule, old.zone, old.until) == (terms.rule, terms.zone, terms.until)
    next_due = schedule.next_due if is_same and schedule.next_due else first
    return _changed(
        schedule,
        terms=terms,
        saved=True,
        proposed=None,
        ended=None,
        untold=schedule.untold if schedule.paused else "",
        next_due=None if schedule.paused else next_due,
    )


def _first(terms: Terms, asked: Asked) -> datetime:
    """The first time at which it will start. Raises Refused if there is none."""
    first = next(terms.moments(asked.team.calendar, asked.at), None)
    if first:
        return first
    until = f" up to its last day, {day_words(terms.until)}," if terms.until else ""
    raise Refused(f"No day{until} fits this in the team's calendar: it would never start.")
