"""calculate: arithmetic on numbers and dates, without running any code."""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, DecimalException, localcontext
from typing import TypeAlias

from pydantic import JsonValue

from bot.ports import ToolSpec
from bot.run.events import Brief

LONGEST = 500
_DIGITS = 28
_GREATEST_POWER = 100

Value: TypeAlias = Decimal | date | timedelta

_PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*%(?:\s*of\b)?")
_EXAMPLES = '"(480.5 - 62) * 12", "15% of 1080", "sum(3, 4.5) / 2", "2027-03-01 - 2026-11-22"'


class Calculate:
    """Adds up what specialists would otherwise reckon in their head."""

    spec = ToolSpec(
        name="calculate",
        description=(
            "Works out an expression exactly: + - * / // **, brackets, percent (15% of 1080), "
            "sum, mean, min, max, abs, round(x, places), and dates: 2027-03-01 - 2026-11-22 gives "
            "days, a date + 14 gives a date. Write numbers without thousands separators."
        ),
        arguments={
            "type": "object",
            "properties": {"expression": {"type": "string", "description": f"As {_EXAMPLES}"}},
            "required": ["expression"],
            "additionalProperties": False,
        },
    )

    async def call(self, arguments: JsonValue, brief: Brief) -> str:
        """The expression and what it comes to. Raises ValueError with what to write instead."""
        match arguments:
            case {"expression": str(expression)} if expression.strip():
                return f"{expression.strip()} = {_shown(calculate(expression))}"
            case _:
                raise ValueError(f'Give {{"expression": "…"}}, as {_EXAMPLES}.')


def calculate(expression: str) -> Value:
    """What an expression comes to. Raises ValueError with a sentence for whoever wrote it."""
    if len(expression) > LONGEST:
        raise ValueError(f"An expression has {LONGEST} characters at most: split it.")
    try:
        tree = ast.parse(_python(expression), mode="eval")
        with localcontext(prec=_DIGITS):
            return _value(tree.body)
    except (SyntaxError, MemoryError, RecursionError):
        raise ValueError(f"“{expression}” cannot be read. Write it as {_EXAMPLES}.") from None
    except (DecimalException, OverflowError, ZeroDivisionError):
        raise ValueError("This divides by zero or grows beyond all bounds.") from None


_DATE = re.compile(r"(?<![\w.])(\d{4})-(\d{2})-(\d{2})(?!\w)")
_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "\N{MINUS SIGN}": "-", "–": "-", "^": "**"})


def _python(expression: str) -> str:
    """The expression with dates, percents and print signs as Python writes them."""
    written = _DATE.sub(r"day(\1, '\2', '\3')", expression.strip().translate(_SIGNS))
    return _PERCENT.sub(lambda found: f"({found[1]}/100)" + _times(found[0]), written)


def _times(percent: str) -> str:
    return "*" if percent.endswith("of") else ""


# --- one node after the other -----------------------------------------------------


def _value(node: ast.expr) -> Value:
    match node:
        case ast.Constant(value=bool()):
            raise ValueError("Only numbers and dates can be reckoned with.")
        case ast.Constant(value=int() | float() as number):
            return Decimal(str(number))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(_value(operand))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _number(_value(operand))
        case ast.BinOp(left=left, op=sign, right=right):
            return _binary(_value(left), type(sign), _value(right))
        case ast.Call(func=ast.Name(id="day"), args=[year, month, day]):
            return _day(year, month, day)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, [_number(_value(argument)) for argument in arguments])
        case ast.Tuple():
            raise ValueError("Write numbers without thousands separators: 1200, not 1,200.")
        case ast.Name(id=name):
            raise ValueError(f"“{name}” has no value here: write its number.")
        case _:
            raise ValueError(f"Only numbers, dates and + - * / // ** are read, as {_EXAMPLES}.")


def _binary(left: Value, sign: type[ast.operator], right: Value) -> Value:
    if isinstance(left, date) or isinstance(right, date):
        return _with_dates(left, sign, right)
    a, b = _number(left), _number(right)
    if sign is ast.Pow:
        if abs(b) > _GREATEST_POWER:
            raise ValueError(f"A power of {_GREATEST_POWER} is the greatest.")
        return a**b
    if operation := _OPERATIONS.get(sign):
        return operation(a, b)
    raise ValueError("Of the signs, + - * / // ** are read; % stands behind a number.")


_OPERATIONS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


def _with_dates(left: Value, sign: type[ast.operator], right: Value) -> Value:
    match left, right:
        case date(), date() if sign is ast.Sub:
            return left - right
        case date(), Decimal() if sign in (ast.Add, ast.Sub) and right == int(right):
            days = timedelta(days=int(right))
            return left + days if sign is ast.Add else left - days
        case _:
            raise ValueError("With dates: a date minus a date, or a date plus or minus whole days.")


def _day(year: ast.expr, month: ast.expr, day: ast.expr) -> date:
    match year, month, day:
        case ast.Constant(int(y)), ast.Constant(str(m)), ast.Constant(str(d)):
            try:
                return date(y, int(m), int(d))
            except ValueError:
                raise ValueError(f"There is no day {y}-{m}-{d}.") from None
        case _:
            raise ValueError("A date is written 2027-03-01.")


def _call(name: str, numbers: Sequence[Decimal]) -> Decimal:
    match name, numbers:
        case "sum", [_, *_]:
            return sum(numbers, Decimal(0))
        case "mean", [_, *_]:
            return sum(numbers, Decimal(0)) / len(numbers)
        case (("min" | "max"), [_, *_]):
            return min(numbers) if name == "min" else max(numbers)
        case "abs", [number]:
            return abs(number)
        case "round", [number]:
            return _rounded(number, 0)
        case "round", [number, places] if places == int(places) and 0 <= places <= _DIGITS:
            return _rounded(number, int(places))
        case _:
            raise ValueError(
                f"{name}(…) cannot be worked out so; there are sum, mean, min, max, abs and "
                "round(x, places), of numbers."
            )


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _number(value: Value) -> Decimal:
    match value:
        case Decimal():
            return value
        case timedelta():
            return Decimal(value.days)
        case _:
            raise ValueError("A date cannot stand here; a date minus a date gives days.")


def _shown(value: Value) -> str:
    match value:
        case date():
            return value.isoformat()
        case timedelta():
            return f"{value.days} days"
        case _ if value == value.to_integral_value() and abs(value) < 10**_DIGITS:
            return f"{value.to_integral_value():f}"
        case _ if abs(value) < Decimal("1e-12") or abs(value) > 10**_DIGITS:
            return f"{value:.12e}"
        case _:
            return f"{round(value, 12):f}".rstrip("0")
