"""The list of runs: its filters as an address has them, and its rows. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypedDict, cast, get_args

from adapters.web.address import run_path
from adapters.web.prose import harmless
from adapters.web.render import name_of
from bot.cards.run import OUTCOMES, money
from bot.ports import Query, Status, Summary

ME = "me"
NEEDS = "needs"
_MOST_TEXT = 200
_STATUSES: dict[str, str] = {
    "": "Any state",
    NEEDS: "Needs a person",
    "working": "At work",
    "ended": "Over",
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """`status` is "needs", a Status or an outcome; `requester` an identity, or "me"."""

    text: str = ""
    status: str = ""
    playbook: str = ""
    requester: str = ""

    def __bool__(self) -> bool:
        return self != Filters()


def filters(asked: Mapping[str, str]) -> Filters:
    """The filters of an address; a state that there is not is left out."""
    status = asked.get("status", "")
    return Filters(
        text=harmless(asked.get("text", ""))[:_MOST_TEXT],
        status=status if status in _STATUSES or status in OUTCOMES else "",
        playbook=asked.get("playbook", ""),
        requester=asked.get("requester", ""),
    )


def query(chosen: Filters, who: str, limit: int) -> Query:
    """What to ask the log for, on behalf of `who`."""
    status = "ended" if chosen.status in OUTCOMES else chosen.status
    return Query(
        text=chosen.text.strip(),
        status=cast(Status, status) if status in get_args(Status) else None,
        outcome=chosen.status if chosen.status in OUTCOMES and chosen.status != "ended" else "",
        gates_open=chosen.status == NEEDS,
        playbook=chosen.playbook,
        requester=who if chosen.requester == ME else chosen.requester,
        limit=limit,
    )


def belongs(one: Summary, asked: Query) -> bool:
    """Whether the log would give this run for that query of the list."""
    return (
        asked.text.casefold() in f"{one.title}\n{one.playbook}".casefold()
        and asked.status in (None, one.status)
        and asked.outcome in ("", one.outcome)
        and (not asked.gates_open or bool(one.gates))
        and asked.playbook in ("", one.playbook)
        and asked.requester in ("", one.requester)
    )


# --- rows --------------------------------------------------------------------------


class ShownRow(TypedDict):
    """A run in the list; all of it is plain text, times are ISO."""

    run: str
    path: str
    title: str
    playbook: str
    state: str
    tone: str
    ask: str
    more: int
    who: str
    spent: str
    started: str
    changed: str


def row(one: Summary, names: Mapping[str, str]) -> ShownRow:
    """The run as the list shows it; `more` is how many gates wait beside the one that asks."""
    state, tone = standing(one)
    return ShownRow(
        run=one.run,
        path=run_path(one.run),
        title=harmless(one.title),
        playbook=harmless(one.playbook),
        state=state,
        tone=tone,
        ask=harmless(one.gates[0].ask) if one.gates else "",
        more=max(0, len(one.gates) - 1),
        who=name_of(one.requester, names),
        spent=money(one.spent_usd),
        started=one.started_at.isoformat(),
        changed=one.changed_at.isoformat(),
    )


def standing(one: Summary) -> tuple[str, str]:
    """How far a run is, and the tone of it."""
    if one.outcome in OUTCOMES:
        return OUTCOMES[one.outcome]
    if one.gates:
        return "Needs a person", "warn"
    return ("At work", "work") if one.status == "working" else ("Waits", "plain")


# --- the controls ------------------------------------------------------------------


Options = list[tuple[str, str]]


class ShownFilters(TypedDict):
    """What is chosen, and what can be: pairs of a value and what is shown for it."""

    text: str
    status: str
    playbook: str
    requester: str
    states: Options
    playbooks: Options
    people: Options


def controls(
    chosen: Filters,
    *,
    who: str,
    playbooks: Collection[str],
    people: Collection[str],
    names: Mapping[str, str],
) -> ShownFilters:
    """The filters and their choices; what an address names can be chosen too."""
    books = sorted({*playbooks, chosen.playbook} - {""})
    others = {person for person in (*people, chosen.requester) if person not in ("", ME, who)}
    named = sorted((name_of(person, names), person) for person in others)
    endings = [(name, label) for name, (label, _) in OUTCOMES.items() if name != "ended"]
    return ShownFilters(
        text=chosen.text,
        status=chosen.status,
        playbook=chosen.playbook,
        requester=ME if chosen.requester == who else chosen.requester,
        states=[*_STATUSES.items(), *endings],
        playbooks=[("", "Any playbook"), *((book, harmless(book)) for book in books)],
        people=[("", "Anyone"), (ME, "Me"), *((person, name) for name, person in named)],
    )


def nothing(chosen: Filters) -> str:
    """What to say where there is no row."""
    if not chosen:
        return "Nothing has been delegated yet."
    among = "" if chosen == Filters(text=chosen.text) else " with these filters"
    return f"No run matches “{chosen.text}”{among}." if chosen.text else "No run matches."
