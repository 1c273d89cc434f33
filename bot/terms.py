"""A schedule's forms: what they ask, and the terms that they give. Pure."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from bot.cards import Field, Form, Where
from bot.forms import NO_ERRORS, fields, start_form
from bot.playbook.inputs import read_input, read_inputs
from bot.playbook.model import Choice, Date, Files, Inputs, Number, Playbook, Text
from bot.schedule.model import Schedule, Terms
from bot.schedule.reading import PRESETS, Unclear, read, zone_named
from bot.schedule.rule import Rule
from bot.schedule.words import words

Values = Mapping[str, JsonValue]

# No input of a playbook begins with an underscore.
_OFTEN, WHEN, _ZONE, WHERE, _ENDS = "_often", "_when", "_zone", "_where", "_ends"
_TYPED = {"when": WHEN, "zone": _ZONE, "ends": _ENDS}
_OWN: Mapping[str, tuple[str, Text | Choice | Where]] = {
    _OFTEN: (
        "How often",
        Choice(options=PRESETS, required=False, about="The usual; or say it below."),
    ),
    WHEN: (
        "Or say when",
        Text(
            required=False,
            about="In words: every second Friday at 16:30. Or cron: 0 9 * * mon-fri",
        ),
    ),
    _ZONE: ("Time zone", Text(about="By whose clocks, such as Europe/Berlin")),
    WHERE: ("Post in", Where(about="Where its runs begin their threads")),
    _ENDS: (
        "Ends",
        Text(required=False, about="A last day, 2026-12-31, or 10 times; empty: never"),
    ),
}
_COUNT = re.compile(r"(?:after )?(\d{1,6})(?: times?)?", re.IGNORECASE)
_MISSED = {
    "Start if it is not too late": "late",
    "Start only the latest of them": "latest",
    "Start each of them": "all",
    "Skip them": "skip",
}
_WAITING = {
    "Skip that time, and say so": "skip",
    "Wait until it is judged": "wait",
    "Start anyway": "start",
}
_OPTIONS: Inputs = {
    "called": Text(about="What it is called in lists"),
    "missed_times": Choice(
        options=tuple(_MISSED), about="What to do about times at which Podium was not running"
    ),
    "hours_late": Number(
        min=0,
        max=24 * 365,
        about="How late is not too late",
        required=False,
    ),
    "while_waiting": Choice(
        options=tuple(_WAITING), about="What to do while the last result waits to be judged"
    ),
    "dollars_a_month": Number(
        min=0.01,
        max=1_000_000,
        about="US dollars that its runs may cost in a month; empty: no limit",
        required=False,
    ),
}


def typed(playbook: Playbook, given: Values) -> dict[str, JsonValue]:
    """What was typed, by the names of the form's fields."""
    own = {name: field for name, field in _TYPED.items() if name not in playbook.inputs}
    if "cron" in given and "cron" not in playbook.inputs:
        rest = {name: value for name, value in given.items() if name != "cron"}
        return typed(playbook, {**rest, "when": f"cron: {given['cron']}"})
    return {own.get(name, name): value for name, value in given.items()}


def usual(zone: ZoneInfo, place: str) -> dict[str, JsonValue]:
    """What a new schedule's form holds before anything is filled in."""
    return {_ZONE: zone.key, WHERE: place}


def values_of(terms: Terms) -> dict[str, JsonValue]:
    """Terms as the form shows them."""
    ends = terms.until.isoformat() if terms.until else f"{terms.times} times" if terms.times else ""
    said = words(terms.rule, ZoneInfo(terms.zone))
    return {
        **terms.inputs,
        _OFTEN: said if said in PRESETS else None,
        WHEN: "" if said in PRESETS else said,
        _ZONE: terms.zone,
        WHERE: terms.place,
        _ENDS: ends,
    }


def terms_form(
    playbook: Playbook,
    values: Values,
    errors: Mapping[str, str] = NO_ERRORS,
    schedule: Schedule | None = None,
) -> Form:
    """What is started, when and where; of a new schedule, or of one that there is."""
    brief = start_form(playbook, values, {n: e for n, e in errors.items() if n not in _OWN})
    own = (
        Field(name=n, label=label, input=spec, value=values.get(n), error=errors.get(n, ""))
        for n, (label, spec) in _OWN.items()
    )
    kept = schedule.terms.documents if schedule else {}
    given = (_asked(field, [d.name for d in kept.get(field.name, ())]) for field in brief.fields)
    return replace(
        brief,
        action=f"schedule:change:{schedule.id}" if schedule else f"schedule:new:{playbook.name}",
        title="Schedule",
        fields=(*given, *own),
        submit="Look at it",
    )


def _asked(field: Field, kept: list[str]) -> Field:
    """A playbook's field as a schedule asks for it.

    Files are kept unless others are given. A date is asked for in words: one that is picked stays
    the same for ever, and "today" is the day of each run.
    """
    about = field.input.about
    if isinstance(field.input, Date):
        about = f"{about} (today: the day of each run)".strip()
        return replace(field, input=Text(about=about, required=field.input.required))
    if kept and isinstance(field.input, Files):
        about = f"{about} (keeps {', '.join(kept)} unless you give others)".strip()
        return replace(field, input=Files(about=about, required=False))
    return field


def read_terms(
    playbook: Playbook, values: Values, before: Terms, *, who: str, now: datetime
) -> tuple[Terms, dict[str, str]]:
    """The terms that a form gives, and by field what is wrong, in which case they are as before.

    `before` are terms of the same playbook, with the documents that came with the form.
    """
    errors: dict[str, str] = {}
    rule, zone, until, times = before.rule, ZoneInfo(before.zone), None, None
    stood = words(rule, zone)
    with _told_at(_ZONE, errors):
        zone = zone_named(_said(values, _ZONE) or before.zone)
    with _told_at(WHEN, errors):
        rule = _rule(values, stood, zone, now)
    today = now.astimezone(zone).date()
    with _told_at(_ENDS, errors):
        until, times = _ends(_said(values, _ENDS), today)
    inputs = {name: value for name, value in values.items() if name not in _OWN}
    asked = playbook.inputs
    kept = {n: some for n, some in before.documents.items() if isinstance(asked.get(n), Files)}
    named: dict[str, JsonValue] = {name: [one.name for one in some] for name, some in kept.items()}
    errors |= read_inputs(asked, {**inputs, **named}, today=today, requester=who)[1]
    if errors:
        return before, errors
    changes = {
        "inputs": {name: value for name, value in inputs.items() if name in asked},
        "documents": kept,
        "rule": rule,
        "zone": zone.key,
        "place": _said(values, WHERE) or before.place,
        "until": until,
        "times": times,
    }
    return before.model_copy(update=changes), {}


@contextmanager
def _told_at(field: str, errors: dict[str, str]) -> Generator[None]:
    try:
        yield
    except Unclear as unclear:
        errors[field] = str(unclear)


def _said(values: Values, name: str) -> str:
    return str(values.get(name) or "").strip()


def _rule(values: Values, before: str, zone: ZoneInfo, now: datetime) -> Rule:
    """What was said last: `before` stood in the form already. Raises Unclear."""
    said, often = _said(values, WHEN), _said(values, _OFTEN)
    said = often if often and said in ("", before) else said
    if not said:
        raise Unclear(f'Say when, as in "{PRESETS[0]}".')
    return read(said, zone, now)


def _ends(said: str, today: date) -> tuple[date | None, int | None]:
    """The last day, or how many times. Raises Unclear."""
    if not said or said.casefold() == "never":
        return None, None
    if found := _COUNT.fullmatch(said):
        if int(found[1]) < 1:
            raise Unclear("It starts at least once.")
        return None, int(found[1])
    try:
        day = date.fromisoformat(str(read_input(Date(), said, today=today, requester="")))
    except ValueError:
        raise Unclear(
            f'"{said[:50]}" is no end; write a day such as 2026-12-31, or 10 times.'
        ) from None
    if day < today:
        raise Unclear(f"{day.isoformat()} is over; write a later day.")
    return day, None


# --- options -----------------------------------------------------------------------


def options_form(
    schedule: Schedule, values: Values | None = None, errors: Mapping[str, str] = NO_ERRORS
) -> Form:
    """What a schedule is called, and what it does when things are not as usual."""
    terms = schedule.proposed or schedule.terms
    usual: Values = {
        "called": terms.title,
        "missed_times": _key(_MISSED, terms.missed),
        "hours_late": terms.late / timedelta(hours=1),
        "while_waiting": _key(_WAITING, terms.waiting),
        "dollars_a_month": terms.month_usd,
    }
    return Form(
        action=f"schedule:options:{schedule.id}",
        title="Options",
        about=terms.title,
        fields=fields(_OPTIONS, usual if values is None else values, errors),
        submit="Look at it",
    )


def read_options(terms: Terms, values: Values, today: date) -> tuple[Terms, dict[str, str]]:
    """The terms with these options, and by field what is wrong."""
    given, errors = read_inputs(_OPTIONS, values, today=today, requester="")
    if errors:
        return terms, errors
    hours, dollars = given["hours_late"], given["dollars_a_month"]
    late = timedelta(hours=hours) if isinstance(hours, int | float) else terms.late
    changes = {
        "title": given["called"],
        "missed": _MISSED[str(given["missed_times"])],
        "late": timedelta(minutes=late // timedelta(minutes=1)),
        "waiting": _WAITING[str(given["while_waiting"])],
        "month_usd": dollars,
    }
    return terms.model_copy(update=changes), {}


def _key(options: Mapping[str, str], value: str) -> str:
    return next(said for said, one in options.items() if one == value)


def options_words(terms: Terms) -> str:
    """What a schedule does when things are not as usual, in sentences."""
    hours = f"{terms.late / timedelta(hours=1):g}"
    missed = {
        "late": f"A missed time starts if it is at most {hours} hours late.",
        "latest": "Of missed times only the latest starts.",
        "all": "Every missed time starts.",
        "skip": "Missed times are skipped.",
    }
    waiting = {
        "skip": "While the last result waits to be judged, times are skipped.",
        "wait": "While the last result waits to be judged, the next waits too.",
        "start": "It starts although the last result waits to be judged.",
    }
    month = f" At most ${terms.month_usd:,.2f} a month." if terms.month_usd else ""
    return f"{missed[terms.missed]} {waiting[terms.waiting]}{month}"
