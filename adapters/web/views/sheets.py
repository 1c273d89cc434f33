"""The quieter parts of a run's page as HTML, in which all that others wrote is escaped. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from adapters.web import render
from adapters.web.prose import harmless, prose
from adapters.web.views.brief import told
from adapters.web.views.decisions import Decision
from adapters.web.views.spending import Spending, Spent
from adapters.web.views.wording import counted, first_line, span
from bot.cards import Card, Checklist, Item, Stamp
from bot.cards.run import money
from bot.cards.steps import items
from bot.policy import Team
from bot.run.events import Document
from bot.run.state import Run, StepState

_LONG = 400
_LINE = 120


def checklist(run: Run, team: Team, names: Mapping[str, str]) -> str:
    """The steps as they stand, each with how long it took or takes."""
    steps = [*run.playbook.steps, "", *run.afterwards]
    timed = (
        _timed(item, run.steps.get(name))
        for name, item in zip(steps, items(run, team), strict=True)
    )
    card = Card(key="", title="", blocks=(Checklist(tuple(timed)),))
    return render.card(card, names)["blocks"][0]


def _timed(item: Item, state: StepState | None) -> Item:
    if state is None or state.status != "done" or state.ended_at is None:
        return item
    took = span((state.ended_at - state.opened_at).total_seconds())
    return replace(item, detail=", ".join(part for part in (item.detail, took) if part))


# --- what was asked for ---------------------------------------------------------------


def brief(run: Run, names: Mapping[str, str]) -> str:
    """The inputs as they were given, and what was handed over with them."""
    rows = [f"<dt>{_text(name)}</dt><dd>{_given(said)}</dd>" for name, said in told(run, names)]
    parts = [f"<dl>{''.join(rows)}</dl>"] if rows else []
    if run.brief.documents:
        listed = "".join(map(_document, run.brief.documents))
        parts.append(f'<h3>Documents</h3><ul class="documents">{listed}</ul>')
    return "".join(parts) or '<p class="muted">Nothing was given but the playbook itself.</p>'


def _given(text: str) -> str:
    shown = f'<div class="said">{prose(text)}</div>'
    if len(text) <= _LONG:
        return shown
    return f"<details><summary>{_text(first_line(text, _LINE))}</summary>{shown}</details>"


def _document(document: Document) -> str:
    length = counted(len(document.text.split()), "word")
    return (
        f"<li><span>{_text(document.name)}</span> "
        f'<span class="muted">{length} · {_text(document.source)}</span></li>'
    )


# --- what it cost ---------------------------------------------------------------------


def spent(costs: Spending) -> str:
    """Sums as bars, by specialist and by step."""
    if not costs.by_step:
        return ""
    return _sums("By specialist", costs.by_specialist) + _sums("By step", costs.by_step)


def _sums(heading: str, listed: Sequence[Spent]) -> str:
    most = max((one.usd for one in listed), default=0) or 1
    rows = "".join(_sum(one, most) for one in listed)
    return f'<table class="sums"><caption>{heading}</caption><tbody>{rows}</tbody></table>'


def _sum(one: Spent, most: float) -> str:
    calls = counted(one.calls, "call")
    calls += f", {one.failed} failed" if one.failed else ""
    bar = (
        f'<svg class="hue-{one.hue}" viewBox="0 0 100 6" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect width="{100 * one.usd / most:.1f}" height="6"/></svg>'
    )
    return (
        f'<tr><th scope="row">{_text(one.name)}</th><td class="bar">{bar}</td>'
        f'<td class="calls">{calls}</td><td class="usd">{money(one.usd)}</td></tr>'
    )


# --- what was decided -----------------------------------------------------------------


def decided(listed: Sequence[Decision], names: Mapping[str, str]) -> str:
    """The decisions, the first one first."""
    shown = "".join(_decision(one, names) for one in listed)
    return f'<ol class="decisions">{shown}</ol>' if listed else ""


def _decision(one: Decision, names: Mapping[str, str]) -> str:
    ask = f'<p class="muted">{_text(one.ask)}</p>' if one.ask else ""
    said = f'<div class="said">{prose(one.said)}</div>' if one.said else ""
    again = ""
    if one.redone:
        again = f'<p class="muted">Done again: {_text(", ".join(one.redone))}</p>'
    stamp = render.stamp(Stamp(one.verb, one.by, one.at), names)
    return f'<li><h3>{_text(one.about)}</h3>{ask}<p class="stamp">{stamp}</p>{said}{again}</li>'


def _text(text: str) -> str:
    return escape(harmless(text))
