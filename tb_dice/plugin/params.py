"""The parameters of a request, parsed and bounded; a wrong one raises with a sentence."""

import json
import re
from collections.abc import Collection

from tensorboard import errors
from werkzeug.wrappers import Request

from tb_dice.analysis.choice import Definition, parse
from tb_dice.definition import catalogue
from tb_dice.definition.spec import DiceSpec

MAX_NAME = 1024
MAX_DEFINITION = 4096
MAX_ELEMENT = 99_999  # of one process at one step
MAX_PLACE = 10**9 - 1  # over the shards of all processes
MAX_STEP = 2**53
MAX_RUNS = 100
MAX_VARIANTS = 12


def name(request: Request, key: str) -> str:
    """A name of at most 1,024 characters that must be given once."""
    values = names(request, key, most=1)
    if not values:
        raise errors.InvalidArgumentError(f"expected one `{key}`. Received none.")
    return values[0]


def names(request: Request, key: str, *, most: int) -> list[str]:
    """All values of a parameter that may be given up to ``most`` times."""
    values = request.args.getlist(key)
    if len(values) > most:
        raise errors.InvalidArgumentError(
            f"expected `{key}` at most {_times(most)}. Received it {_times(len(values))}."
        )
    for value in values:
        if not 0 < len(value) <= MAX_NAME:
            raise errors.InvalidArgumentError(
                f"expected `{key}` to have 1 to {MAX_NAME} characters. Received {len(value)}."
            )
    return values


def integer(request: Request, key: str, *, high: int) -> int:
    """A whole number from 0 to ``high``."""
    value = name(request, key)
    if not re.fullmatch(r"[0-9]{1,16}", value) or int(value) > high:
        raise errors.InvalidArgumentError(
            f"expected `{key}` to be a whole number from 0 to {high}. Received: {value[:40]!r}."
        )
    return int(value)


def step(request: Request, key: str = "step") -> int:
    """The step asked for."""
    return integer(request, key, high=MAX_STEP)


def definition(request: Request, key: str = "definition") -> Definition:
    """The definition of Dice asked for: a JSON object of at most 4 KB; without one, the default."""
    choice = _object(request, key)
    try:
        return parse(choice)
    except ValueError as error:
        raise errors.InvalidArgumentError(str(error)) from error


def label(request: Request, key: str = "definition") -> str:
    """What to call a definition that ``definition`` has read: its variant, if it is a named one."""
    choice = _object(request, key)
    if not isinstance(choice, dict) or not choice:
        return "default definition"
    if "variant" not in choice:
        return "chosen definition"
    return f"{choice['variant']}{', changed' if len(choice) > 1 else ''}"


def named(request: Request, key: str) -> bool:
    """Whether a definition that ``definition`` has read is a named variant."""
    choice = _object(request, key)
    return isinstance(choice, dict) and "variant" in choice


def variant(value: str) -> DiceSpec:
    """The named variant with its default parameters, or the example's if it has none."""
    try:
        entry = catalogue.entry(value)
        return entry.spec(**entry.example)
    except ValueError as error:
        raise errors.InvalidArgumentError(str(error)) from error


def known(value: str, choices: Collection[str], what: str) -> str:
    """``value`` when it is among ``choices``; else 404 with the first few of them."""
    if value in choices:
        return value
    listed = ", ".join(list(choices)[:8]) or "none"
    raise errors.NotFoundError(f"no {what} {value[:80]!r}; known: {listed[:400]}.")


def _object(request: Request, key: str) -> object:
    """A parameter of at most 4 KB read as JSON; ``{}`` without it."""
    values = request.args.getlist(key)
    if not values:
        return {}
    if len(values) > 1 or len(values[0].encode("utf-8", "replace")) > MAX_DEFINITION:
        raise errors.InvalidArgumentError(
            f"expected one `{key}` of at most {MAX_DEFINITION} bytes."
        )
    try:
        return json.loads(values[0], parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise errors.InvalidArgumentError(
            f"expected `{key}` to be JSON. Received: {error}."
        ) from error
    except RecursionError as error:
        raise errors.InvalidArgumentError(f"expected a flat `{key}`.") from error
    except ValueError as error:
        raise errors.InvalidArgumentError(str(error)) from error


def _no_constant(text: str) -> float:
    raise ValueError(f"Expected finite numbers. Received: {text}.")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
