"""How a wrong value is refused: what was expected, what was received, and what to do."""

import math
import operator
from typing import Any

SHOWN = 80  # characters of a value in an error


def refusal(name: str, wanted: str, value: Any, cure: str = "") -> ValueError:
    """Returns the error for an argument: what it must be, and what it is.

    Args:
        name: The argument.
        wanted: What it must be.
        value: What it is.
        cure: What to do, as a sentence of its own, if that helps.
    """
    end = f" {cure}" if cure else ""
    return ValueError(f"Expected `{name}` to be {wanted}. Received: {shown(value)}.{end}")


def shown(value: object) -> str:
    """Returns a value as an error shows it: short."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def whole(name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> int:
    """Returns a whole number as an int.

    Args:
        name: The argument.
        value: An integer of any library; 8.0 and True are refused.
        low: The least that it may be.
        high: The most that it may be, if there is a least.

    Raises:
        ValueError: It is not a whole number, or out of these limits.
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or not low <= number <= high:
        limits = f" from {low} to {high}" if high < math.inf else f" >= {low}"
        wanted = f"a whole number{limits if low > -math.inf else ''}"
        exact = isinstance(value, float) and value.is_integer()
        raise refusal(name, wanted, value, f"Write {value:.0f}." if exact else "")
    return number


def flag(name: str, value: Any) -> bool:
    """Returns True or False. Raises ValueError for anything else."""
    try:
        known = value in (True, False)
    except ValueError:  # of an array this is no question
        known = False
    if not known:
        raise refusal(name, "true or false", value)
    return bool(value)
