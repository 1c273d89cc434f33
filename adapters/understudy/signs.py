"""What a passage speaks of, told by its words: a date, a figure, a decision, a question, a risk."""

import calendar
import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Literal

from adapters.understudy.passages import Passage
from adapters.understudy.words import words

Sign = Literal[
    "date", "figure", "decision", "action", "question", "risk", "limit", "objection", "done"
]

_MONTHS = tuple(month.casefold() for month in calendar.month_name[1:])
_MONTH = "(?:" + "|".join(f"{m[:3]}(?:{m[3:]})?" for m in _MONTHS if m != "may") + r"|May)\b"
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DATE = (
    rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)? (?:to \d{{1,2}} )?{_MONTH}(?: \d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:, \d{{4}}| \d{{4}})?"
    rf"|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|{_MONTH} \d{{4}}|Q[1-4] \d{{4}}"
)
_NEAR = (
    rf"{_DAY}(?: the \d{{1,2}}(?:st|nd|rd|th))?|today|tonight|tomorrow"
    r"|(?:this|next) (?:week|month|quarter|year)"
    r"|(?:the )?end of (?:the |this |next )?(?:week|month|quarter|year|[A-Z]\w+)"
    rf"|the \d{{1,2}}(?:st|nd|rd|th)|{_MONTH}"
)
DATE = re.compile(rf"\b(?:{_DATE})", re.IGNORECASE)
WHEN = re.compile(rf"\b(?:{_DATE}|{_NEAR})", re.IGNORECASE)
DUE = re.compile(
    rf"\b(?:(?:by|until|before|due|no later than|on|for|from)[: ]+(?:the )?)?({_DATE}|{_NEAR})",
    re.IGNORECASE,
)
FIGURE = re.compile(r"(?<![\w.,])[-+]?[€$£]?\s?\d[\d.,]*\d?(?:\s?%|\s?[€$£])?(?![\w-])")

_DECIDED = re.compile(
    r"\b(?:we|they|board|council|team|it|that|this|was|were|is|been|have|has)\b[^.?!]{0,30}"
    r"\b(?:decided|agreed|approved|resolved|chose|signed off)\b"
    r"|^(?:so )?(?:agreed|decided|decision|approved|settled)\b[,.: –-]|\b(?:is|was) settled\b"
    r"|\bgo(?:ing)? ahead with\b|\bwe (?:will )?go with\b|\bthen we (?:do|print|ship|take)\b",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\b(?:not|n[’']t|nobody|never|no one|yet to be|to be|before)\b[^.?!]{0,25}"
    r"\b(?:decid|agree|approv|settl|resolv)|\bundecided\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:not|yet to be|to be) (?:yet |been )?(?:decided|confirmed|settled|assigned|known|clear)\b"
    r"|\bhas not confirmed\b|\bundecided\b|\b(?:open until|leave (?:it )?open|unknown|unclear)\b"
    r"|\b(?:stays?|remains?|left|is|are|still)(?: \w+)? open\b(?! (?:and|for|from|on|to)\b)|\bTBD\b"
    r"|\b(?:do|does|did) not know\b|\b(?:don|doesn)[’']t know\b|\bnobody knows\b"
    r"|\bcould not say\b|^whether\b",
    re.IGNORECASE,
)
_RISK = frozenset(
    {"risk", "risks", "blocked", "blocker", "late", "slip", "slips", "slipped", "lost", "lose"}
    | {"losing", "problem", "problems", "issue", "issues", "outage", "incident", "unable", "stuck"}
    | {"wrong", "missing", "overdue", "waiting", "expire", "expires", "expired", "dangerous"}
    | {"slow", "down"}
)
_RISK_BEGINS = ("delay", "fail", "broke", "worr", "leak", "complain")
_UP = re.compile(r"\bdown (?:to|by)\b", re.IGNORECASE)
_LIMIT = frozenset(
    {"not", "only", "cannot", "can't", "can’t", "never", "except", "unless", "without"}
)
_OBJECTS = re.compile(
    r"\bI (?:still )?(?:do not|don[’']t) (?:agree|like|want|believe|think)\b"
    r"|\b(?:am|is|was) against\b|\bI would rather\b|\bdisagree\w*\b|\bdenies\b"
    r"|\bI (?:still )?think (?:it|this|that) is (?:a mistake|wrong)\b|\bobject(?:s|ed|ion)\b"
    r"|\bmust not be (?:promised|claimed|named)\b|\bleave it out\b|\bnobody promises\b"
    r"|\bcareful with\b|^no[,.]",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|half|a third|twice) (?!of us)\w+"
)
_DONE = re.compile(
    r"\b(?:finished|released|shipped|is live|went live|done|fixed|found it|launched|completed|works"
    r"|closed|delivered|in beta|at [\d.]+ (?:seconds|%)|redesigned|is out|solved|was stopped)\b",
    re.IGNORECASE,
)
_HEADINGS: tuple[tuple[Sign, re.Pattern[str]], ...] = (
    (
        "question",
        re.compile(r"open|question|not know|unknown|to be decided|unclear|not test", re.I),
    ),
    ("risk", re.compile(r"risk|problem|issue|concern|not test|broke|blocked", re.I)),
    ("limit", re.compile(r"limit|never|not test|not covered|exclu", re.I)),
    ("decision", re.compile(r"^(?:\d+[.)] )?decisions?\b|decided|agreed", re.I)),
    ("action", re.compile(r"actions?\b|next steps|to-?dos?\b|tasks\b", re.I)),
    ("done", re.compile(r"\bdone\b|progress|finished|released|what we changed", re.I)),
    ("date", re.compile(r"\bdates?\b|timeline|schedule|milestone", re.I)),
    ("figure", re.compile(r"result|number|figure|price|cost|budget|measure", re.I)),
)


@lru_cache(maxsize=32_768)
def signs(passage: Passage) -> frozenset[Sign]:
    """What its words and the heading above it show. Actions are told by `deeds`."""
    return by_words(passage.text, is_row=bool(passage.row)) | by_heading(passage.heading)


@lru_cache(maxsize=4096)
def by_heading(heading: str) -> frozenset[Sign]:
    return frozenset(sign for sign, pattern in _HEADINGS if pattern.search(heading))


def by_words(text: str, *, is_row: bool = False) -> frozenset[Sign]:
    told = frozenset(word.casefold() for word in words(text))
    has_digit = any(map(str.isdigit, text))
    found: set[Sign] = {
        sign for sign, pattern, gate in _OWN if not gate.isdisjoint(told) and pattern.search(text)
    }
    if _is_risk(told, text):
        found.add("risk")
    if not told.isdisjoint(_LIMIT):
        found.add("limit")
    if "date" not in found and has_digit and DATE.search(text):
        found.add("date")
    if is_row or (has_digit and FIGURE.search(DATE.sub("", text))) or _COUNTED.search(text):
        found.add("figure")
    if not told.isdisjoint(_DECIDED_GATE) and is_settled(text):
        found.add("decision")
    if text.rstrip("\"”’'").endswith("?"):
        found.add("question")
    return frozenset(found)


def _is_risk(told: frozenset[str], text: str) -> bool:
    """Whether its words tell of trouble; tickets that are `down to 9` are none."""
    named = told & _RISK
    if named == {"down"} and _UP.search(text):
        return False
    return bool(named) or any(word.startswith(_RISK_BEGINS) for word in told)


# Searching all of a text for a long list of phrases is slow: each list is tried only where one of
# the words is there without which none of its phrases can be.
_DECIDED_GATE = frozenset(
    {"decided", "agreed", "approved", "resolved", "chose", "signed", "settled", "decision"}
    | {"ahead", "with", "then"}
)
_OPEN_GATE = frozenset(
    {"decided", "confirmed", "settled", "assigned", "known", "clear", "undecided", "open"}
    | {"unknown", "unclear", "tbd", "know", "knows", "say", "whether"}
)
_OBJECTS_GATE = frozenset(
    {"agree", "like", "want", "believe", "think", "against", "rather", "mistake", "wrong", "no"}
    | {"disagree", "disagrees", "disagreed", "disagreement", "denies", "object", "objects"}
    | {"objected", "objection", "promised", "claimed", "named", "out", "promises", "careful"}
)
_DONE_GATE = frozenset(
    {"finished", "released", "shipped", "live", "done", "fixed", "found", "launched", "completed"}
    | {"works", "closed", "delivered", "beta", "at", "redesigned", "out", "solved", "stopped"}
)
_WHEN_GATE = frozenset(
    {*_MONTHS, *(month[:3] for month in _MONTHS), *(day.casefold() for day in calendar.day_name)}
    | {"today", "tonight", "tomorrow", "week", "month", "quarter", "year", "end"}
)
_OWN: tuple[tuple[Sign, re.Pattern[str], frozenset[str]], ...] = (
    ("date", WHEN, _WHEN_GATE),
    ("question", _OPEN, _OPEN_GATE),
    ("objection", _OBJECTS, _OBJECTS_GATE),
    ("done", _DONE, _DONE_GATE),
)


def is_told_by_heading(passage: Passage, wanted: Collection[str]) -> bool:
    """Whether only the heading above makes the passage what is wanted."""
    shown = by_heading(passage.heading) & set(wanted)
    return bool(shown) and not set(wanted) & by_words(passage.text, is_row=bool(passage.row))


def is_settled(text: str) -> bool:
    """Whether the words say that something was decided."""
    return bool(_DECIDED.search(text)) and not _UNDECIDED.search(text)


def is_open(text: str) -> bool:
    """Whether the words say that something is not known or not decided."""
    return bool(_OPEN.search(text))


def objects(text: str) -> bool:
    """Whether somebody is against something here."""
    return bool(_OBJECTS.search(text))


def iso(text: str, today: str) -> str | None:
    """A date of the text as 2026-11-30; one without a year takes the year of `today`."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", text)
    if found:
        return _real(*map(int, found[0].split("-")))
    month = next((n for n, m in enumerate(_MONTHS, 1) if re.search(rf"\b{m[:3]}", text, re.I)), 0)
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b(?!\d)", text)
    year = re.search(r"\b(\d{4})\b", text) or re.match(r"(\d{4})", today)
    return _real(int(year[1]), month, int(day[1])) if month and day and year else None


def _real(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
