"""Words as they are compared, and what they tell of: a date, a figure, a decision, a risk."""

import calendar
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Literal

from adapters.understudy.passages import Passage

Sign = Literal[
    "date", "figure", "decision", "action", "question", "risk", "limit", "objection", "done"
]
_WORD = re.compile(r"[^\W_]+(?:[.,’'-][^\W_]+)*")
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ers", "ed")
_SHORTEST_STEM = 4


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words too common to tell one passage from another.
COMMON = _set(
    "a about after all also an and any are as at be because been before but by can could did do"
    " does for from had has have he her his how i i'd i'll i'm if in into is it it's its just may"
    " me might more most much must my no nor not now of off on once one only or other our out over"
    " own same say says she should so some such than that the their them then there these they"
    " this those through to too under until up very was we were what when where which while who"
    " whom why will with without would yes yet you your"
)
# Words of tasks rather than of their subject.
CRAFT = _set(
    "write list give say name entry sentence sentences paragraph section sections order word words"
    " document documents text brief fact facts source sources house style reader readers title"
    " quote best first two three four five six at least each every short long own empty heading"
    " table line lines item items what make draft use used below above result results material"
    " things way kind task"
)
# Words that say what to do with a draft.
WISHES = _set(
    "add also begin cut delete detail drop first front include insert lead leading leave longer"
    " make mention more omit open out please put quote remove say shorten shorter start strike"
    " take top without"
)


def words(text: str) -> list[str]:
    """The words of a text as they stand."""
    return _WORD.findall(text)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """What the forms of a word share, roughly: `launches` and `launched` are `launch`."""
    word = word.casefold().replace("’", "'").removesuffix("'s")
    if word[:1].isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)[:8]
    plain = word.rstrip("s") if len(word) > _SHORTEST_STEM else word
    return plain.removesuffix("e")[:8]


def stems(text: str) -> Iterator[str]:
    """The stems of a text that tell something."""
    for word in _WORD.findall(text):
        if word.casefold() not in COMMON and (len(word) > 1 or word.isdigit()):
            yield stem(word)


def flat(text: str) -> str:
    """A text for finding its words in another: one space between them, one case."""
    return " ".join(text.split()).casefold()


# --- dates and figures ---------------------------------------------------------------

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
    r"|(?:this|next|(?:the )?end of(?: the| this| next)?) (?:week|month|quarter|year)"
    rf"|the \d{{1,2}}(?:st|nd|rd|th)|{_MONTH}"
)
DATE = re.compile(rf"\b(?:{_DATE})", re.IGNORECASE)
WHEN = re.compile(rf"\b(?:{_DATE}|{_NEAR})", re.IGNORECASE)
DUE = re.compile(
    rf"\b(?:(?:by|until|before|due|no later than|on|for|from)[: ]+(?:the )?)?({_DATE}|{_NEAR})",
    re.IGNORECASE,
)
FIGURE = re.compile(r"(?<![\w.,])[-+]?[€$£]?\s?\d[\d.,]*\d?(?:\s?%|\s?[€$£])?(?![\w-])")


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


@lru_cache(maxsize=16_384)
def numbers(text: str) -> tuple[float, ...]:
    """The figures of a text without its dates and years."""
    if not any(map(str.isdigit, text)):
        return ()
    found = (_number(figure[0]) for figure in FIGURE.finditer(DATE.sub(" ", text)))
    return tuple(n for n in found if n is not None and not 1990 <= n <= 2100)


def _number(text: str) -> float | None:
    plain = re.sub(r"[,.](?=\d{3}(?:\D|$))", "", text.strip("+€$£% ").replace(" ", ""))
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return None


# --- what is told of -----------------------------------------------------------------

_WORDS: Mapping[Sign, frozenset[str]] = {
    "risk": _set(
        "risk risks blocked blocker late slip slips slipped lost lose losing problem problems issue"
        " issues outage incident unable stuck wrong missing overdue waiting expired slow down delay"
        " delays delayed fail fails failed broke broken worry worries worried leak leaks leaked"
    ),
    "limit": _set("not only cannot can't can’t never except unless without"),
    "done": _set(
        "finished released shipped done fixed launched completed closed delivered solved"
        " redesigned stopped"
    ),
}
_UNDECIDED = re.compile(
    r"\b(?:not|n[’']t|nobody|never|no one|yet to be|to be|before)\b[^.?!]{0,25}"
    r"\b(?:decid|agree|approv|settl)|\bundecided\b",
    re.IGNORECASE,
)
# Searching all of a text for phrases is slow: they are tried only where one of the words stands
# without which none of them can be.
_PHRASES: Mapping[Sign, tuple[frozenset[str], re.Pattern[str]]] = {
    "date": (
        _set("today tonight tomorrow week month quarter year").union(
            _MONTHS, (m[:3] for m in _MONTHS), map(str.casefold, calendar.day_name)
        ),
        WHEN,
    ),
    "decision": (
        _set("decided agreed approved settled decision ahead"),
        re.compile(
            r"\b(?:we|they|it|that|board|council|team|was|were|is|been|have|has)\b[^.?!]{0,30}"
            r"\b(?:decided|agreed|approved)\b|\b(?:is|was) settled\b|\bgo(?:ing)? ahead with\b"
            r"|^(?:so )?(?:agreed|decided|decision|approved|settled)\b[,.: –-]",
            re.IGNORECASE,
        ),
    ),
    "question": (
        _set("decided confirmed settled assigned known clear open unknown unclear tbd know say")
        | _set("undecided whether"),
        re.compile(
            r"\b(?:not|to be) (?:been |yet )?(?:decided|confirmed|settled|assigned|known|clear)\b"
            r"|\b(?:not|nobody|[’']t) (?:know|confirm|say)\w*\b|^whether\b|\bcould not say\b"
            r"|\b(?:undecided|unknown|unclear|TBD|leave it open|(?:stays?|remains?|still) open)\b",
            re.IGNORECASE,
        ),
    ),
    "objection": (
        _set("agree like want believe against rather mistake disagree denies objected careful")
        | _set("think promised claimed no"),
        re.compile(
            r"\bI (?:still )?(?:do not|don[’']t) (?:agree|like|want|believe|think)\b|^no[,.]"
            r"|\b(?:am|is|was) against\b|\bI would rather\b|\bis a mistake\b|\bcareful with\b"
            r"|\bmust not be (?:promised|claimed)\b|\b(?:disagree|denies|objected)\b",
            re.IGNORECASE,
        ),
    ),
}
_COUNTED = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|half|twice) (?!of us)\w+")
_HEADINGS: Mapping[Sign, re.Pattern[str]] = {
    "question": re.compile(r"open|question|not know|unknown|unclear|not test", re.I),
    "risk": re.compile(r"risk|problem|issue|concern|not test|broke|blocked", re.I),
    "limit": re.compile(r"limit|never|not test|not covered|exclu", re.I),
    "decision": re.compile(r"^decisions?\b|decided|agreed", re.I),
    "action": re.compile(r"actions?\b|next steps|to-?dos?\b|tasks\b", re.I),
    "done": re.compile(r"\bdone\b|progress|finished|released|what we changed", re.I),
    "date": re.compile(r"\bdates?\b|timeline|schedule|milestone", re.I),
    "figure": re.compile(r"result|number|figure|price|cost|budget|measure", re.I),
}


@lru_cache(maxsize=32_768)
def signs(passage: Passage) -> frozenset[Sign]:
    """What its words and the heading above it show; who does what is told by `findings`."""
    return by_words(passage.text, is_row=bool(passage.row)) | by_heading(passage.heading)


@lru_cache(maxsize=4096)
def by_heading(heading: str) -> frozenset[Sign]:
    return frozenset(sign for sign, pattern in _HEADINGS.items() if pattern.search(heading))


def by_words(text: str, *, is_row: bool = False) -> frozenset[Sign]:
    told = frozenset(word.casefold() for word in words(text))
    found: set[Sign] = {sign for sign, shown in _WORDS.items() if not shown.isdisjoint(told)}
    for sign, (gate, pattern) in _PHRASES.items():
        if not gate.isdisjoint(told) and pattern.search(text):
            found.add(sign)
    if "decision" in found and _UNDECIDED.search(text):
        found.remove("decision")
    has_digit = any(map(str.isdigit, text))
    if has_digit and DATE.search(text):
        found.add("date")
    if is_row or (has_digit and FIGURE.search(DATE.sub("", text))) or _COUNTED.search(text):
        found.add("figure")
    if text.rstrip("\"”’'").endswith("?"):
        found.add("question")
    return frozenset(found)


def is_told_by_heading(passage: Passage, wanted: Collection[str]) -> bool:
    """Whether only the heading above makes the passage what is wanted."""
    shown = by_heading(passage.heading) & set(wanted)
    return bool(shown) and not set(wanted) & by_words(passage.text, is_row=bool(passage.row))
