"""What a playbook file and a specialist file may say, as frozen types."""

import re
from datetime import timedelta
from typing import Annotated, Literal, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    PlainSerializer,
    Tag,
    WithJsonSchema,
)

NAME = r"^[a-z][a-z0-9_]*$"
_DURATION = re.compile(r"^(\d+)\s*(m|h|d|w)$")
HUMAN_KINDS = ("choose", "answer", "do")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.match(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError("a time such as 30m, 4h, 3d or 1w is expected")
    try:
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    except OverflowError:
        raise ValueError("a time shorter than that is expected") from None


def _duration_text(value: timedelta) -> str:
    return f"{int(value.total_seconds() // 60)}m"


def _as_tuple(value: object) -> object:
    if isinstance(value, list):
        return tuple(cast("list[object]", value))
    return (value,) if isinstance(value, str) else value


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(_duration_text, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern}),
]
_NAMES: dict[str, JsonValue] = {"type": ["string", "array"], "items": {"type": "string"}}
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), WithJsonSchema(_NAMES)]
SomeNames = Annotated[Names, Field(min_length=1), WithJsonSchema(_NAMES | {"minItems": 1})]
Name = Annotated[str, Field(pattern=NAME, max_length=40)]


class Frozen(BaseModel):
    """A value: never changed, and nothing in it that its type does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


# --- inputs -----------------------------------------------------------------


class _Input(Frozen):
    about: str = ""
    required: bool = True


class Text(_Input):
    type: Literal["text"] = "text"
    default: str | None = None


class Long(_Input):
    type: Literal["long"] = "long"
    default: str | None = None


class Choice(_Input):
    type: Literal["choice"] = "choice"
    options: Annotated[tuple[str, ...], Field(min_length=1)]
    default: str | None = None


class Many(_Input):
    type: Literal["many"] = "many"
    options: Annotated[tuple[str, ...], Field(min_length=1)]
    default: tuple[str, ...] = ()


class Number(_Input):
    type: Literal["number"] = "number"
    min: float | None = None
    max: float | None = None
    default: float | None = None


class Date(_Input):
    type: Literal["date"] = "date"
    default: str | None = Field(default=None, description="a date such as 2026-11-30, or today")


class YesNo(_Input):
    type: Literal["yes_no"] = "yes_no"
    default: bool = False


class Person(_Input):
    type: Literal["person"] = "person"
    default: Literal["requester"] | None = None


class Files(_Input):
    type: Literal["files"] = "files"


Input = Annotated[
    Text | Long | Choice | Many | Number | Date | YesNo | Person | Files,
    Field(discriminator="type"),
]
Inputs = dict[Name, Input]

# --- context ----------------------------------------------------------------


class Messages(Frozen):
    """The latest messages; with `since`, those that came after the schedule's last start."""

    messages: int | None = Field(default=None, ge=1, le=500)
    since: Literal["last"] | None = None


class ChannelContext(Frozen):
    """Messages of the place where the run starts."""

    channel: Messages


class FileContext(Frozen):
    """A text file, its path relative to the playbooks folder."""

    file: str


def _context_kind(value: object) -> str:
    if isinstance(value, BaseModel):
        return "channel" if isinstance(value, ChannelContext) else "file"
    return "channel" if isinstance(value, dict) and "channel" in value else "file"


Context = Annotated[
    Annotated[ChannelContext, Tag("channel")] | Annotated[FileContext, Tag("file")],
    Discriminator(_context_kind),
]

# --- steps ------------------------------------------------------------------


class _Step(Frozen):
    after: Names = ()
    when: str | None = Field(
        default=None, description="an expression; the step is skipped when false"
    )


class Work(_Step):
    """A specialist makes something, once, for each item, or in variants."""

    by: str
    do: str
    each: str | None = Field(
        default=None, description="an expression that gives a list; {{ item }}"
    )
    variants: int = Field(default=1, ge=1, le=10)
    returns: JsonValue = Field(default=None, description="the shape of the result, in shorthand")


class Judge(_Step):
    """A specialist scores candidates line by line; the step's result is the best of them."""

    judge: SomeNames = Field(description="the step or steps whose results are judged")
    by: str
    rubric: tuple[str, ...] = Field(min_length=1)


class _Human(_Step):
    ask: str
    by: SomeNames = ("requester",)
    remind: Duration | None = None
    expire: Duration | None = None


class Choose(_Human):
    """A person picks one of a list."""

    human: Literal["choose"]
    from_: str = Field(alias="from", description="an expression that gives a list")


class Answer(_Human):
    """A person answers: a ready answer or their own words, or a small form."""

    human: Literal["answer"]
    options: tuple[str, ...] = ()
    inputs: Inputs = {}


class Do(_Human):
    """A person does something outside Podium and says when it is done."""

    human: Literal["do"]


class Post(Frozen):
    """A message to a channel."""

    post: str = Field(description='a channel such as "#launches"')


class Act(_Step):
    """Podium does something in the world."""

    act: Post
    say: str


def step_kind(value: object) -> str:
    """The step kind that a mapping's keys speak of, so that errors name one kind only."""
    if isinstance(value, BaseModel):
        return type(value).__name__.lower()
    keys = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if "human" in keys:
        return next((kind for kind in HUMAN_KINDS if kind == keys["human"]), "choose")
    return next((key for key in ("judge", "act") if key in keys), "work")


Step = Annotated[
    Annotated[Work, Tag("work")]
    | Annotated[Judge, Tag("judge")]
    | Annotated[Choose, Tag("choose")]
    | Annotated[Answer, Tag("answer")]
    | Annotated[Do, Tag("do")]
    | Annotated[Act, Tag("act")],
    Discriminator(step_kind),
]
HumanStep = Choose | Answer | Do

# --- the whole --------------------------------------------------------------


class Budget(Frozen):
    """What one run may cost, and how long it may work at a stretch without a person."""

    usd: float | None = Field(default=None, gt=0)
    minutes: float | None = Field(default=None, gt=0)


class Review(Frozen):
    """Who judges the draft: `requester`, people, or groups of the team file."""

    by: SomeNames = ("requester",)
    approvals: int = Field(default=1, ge=1, le=20)
    own_work: bool = Field(default=True, description="whether the requester may approve")
    remind: Duration | None = None
    expire: Duration | None = None


class Deliver(Frozen):
    from_: str = Field(alias="from", description="the step whose result is the draft")
    review: Review = Review()
    then: tuple[Post, ...] = ()


class Playbook(Frozen):
    """A workflow definition; `name` is the file's name without its ending."""

    name: str = Field(default="", exclude_if=lambda name: not name)
    about: str
    inputs: Inputs = {}
    context: tuple[Context, ...] = ()
    needs: tuple[str, ...] = Field(
        default=(), description="what a good brief says; shown on the form"
    )
    budget: Budget = Budget()
    steps: dict[Name, Step] = Field(min_length=1)
    deliver: Deliver


Effort = Literal["low", "medium", "high"]


class Specialist(Frozen):
    """A role: the front matter of a Markdown file, and its body as `instructions`."""

    name: str
    description: str = ""
    model: str = "sonnet"
    tools: tuple[str, ...] = ()
    effort: Effort = "medium"
    instructions: str = ""
