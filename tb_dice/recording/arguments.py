"""The arguments that recorder and callback share, checked once and refused in the same words."""

import inspect
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from tb_dice.definition import catalogue
from tb_dice.definition.expected import flag, refusal, whole
from tb_dice.definition.questions import CHOICES, ActivationOrAuto
from tb_dice.definition.spec import axis_value, nearest
from tb_dice.log.record import MAX_ID
from tb_dice.recording.process import Process, process

ACTIVATIONS = ("auto", *CHOICES["activation"])
NUMBERED = re.compile(r"class \d+")  # how classes without names are called

Check = Callable[[str, Any], Any]
P = ParamSpec("P")


@dataclass(frozen=True)
class Arguments:
    """The arguments of recorder and callback, in plain types."""

    class_names: tuple[str, ...] | None
    regions: Mapping[str, tuple[int, ...]]
    activation: ActivationOrAuto
    threshold: float
    ignore_index: int | None
    variants: tuple[str, ...]
    images: int
    probabilities: bool
    max_samples: int
    process: Process | None  # None: to be detected


def checked(given: Mapping[str, Any], **more: Check) -> dict[str, Any]:
    """Returns the fields of ``Arguments``, or of a class with more of them, in plain types.

    Args:
        given: The arguments of a constructor by name: its ``locals()``.
        more: The checks of further arguments.

    Raises:
        ValueError: An argument has the wrong type, or is out of range.
    """
    plain = {name: check(name, given[name]) for name, check in (_CHECKS | more).items()}
    _fit(plain["regions"], plain["class_names"])
    place = given["rank"], given["world_size"]
    return {**plain, "process": None if place == (None, None) else process(*place)}


def hinting(init: Callable[P, None]) -> Callable[P, None]:
    """Makes a constructor answer an unknown argument with what to write instead."""
    known = list(inspect.signature(init).parameters)[1:]

    @wraps(init)
    def hinted(*args: P.args, **kwargs: P.kwargs) -> None:
        for name in [name for name in kwargs if name not in known]:
            close = nearest(name, known)
            among = f" among {', '.join(known)}" if close == "." else ""
            raise TypeError(f"Expected an argument{among}{close} Received: {name!r}.")
        init(*args, **kwargs)

    return hinted


def path(name: str, value: Any) -> Path:
    """Returns a directory on this machine.

    Raises:
        ValueError: It is an address such as gs://bucket, or not a path.
    """
    remote = re.match(r"\w{2,}:/", str(value)) is not None  # a Path has one of the two slashes
    if isinstance(value, str | os.PathLike) and not remote:
        return Path(value)
    cure = "Write to a local directory and copy it, or mount the bucket." if remote else ""
    raise refusal(name, "a path on this machine", value, cure)


def sample_ids(name: str, value: Any, taken: AbstractSet[str] = frozenset()) -> tuple[str, ...]:
    """Returns the names of samples.

    Args:
        name: The argument.
        value: Names, or what becomes one as text.
        taken: Names that other samples have.

    Raises:
        ValueError: They are not a list, too long, or not all different.
    """
    wanted = f"a list of different names of at most {MAX_ID} characters"
    names = tuple(map(str, listed(name, wanted, value)))
    if any(len(each) > MAX_ID for each in names):
        raise refusal(name, wanted, max(names, key=len))
    _all_different(name, wanted, names)
    if again := taken & set(names):
        raise refusal(name, wanted, min(again), "An earlier batch of this pass has it too.")
    return names


def numbers(name: str, value: Any) -> dict[str, float]:
    """Returns numbers by name, empty for None. Raises ValueError for anything else."""
    try:
        return {str(key): float(number) for key, number in (value or {}).items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise refusal(name, "numbers by name, such as {'dice': 0.63}", value) from error


def at_least(low: int) -> Check:
    """Returns the check of a whole number."""
    return lambda name, value: whole(name, value, low)


def listed(name: str, wanted: str, value: Any) -> tuple[Any, ...]:
    """Returns the items of a list, or of anything else that has an order.

    Raises:
        ValueError: It is text, a dict, a set or a single value, not what is `wanted`.
    """
    unordered = isinstance(value, str | bytes | Mapping | set | frozenset)
    if unordered or not isinstance(value, Iterable):
        raise refusal(name, wanted, value)
    return tuple(value)


def _class_names(name: str, value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    wanted = "a list of different names, one per channel"
    names = listed(name, wanted, value)
    if not names or not all(isinstance(each, str) for each in names):
        raise refusal(name, wanted, value)
    _all_different(name, wanted, names)
    return names


def _regions(name: str, value: Any) -> Mapping[str, tuple[int, ...]]:
    wanted = "names, each with a list of different channels, such as {'whole tumour': [1, 2, 3]}"
    if not isinstance(value, Mapping | None):
        raise refusal(name, wanted, value)
    plain = {}
    for region, channels in (value or {}).items():
        try:
            plain[region] = tuple(whole(name, channel, 0) for channel in channels)
        except (TypeError, ValueError):
            raise refusal(name, wanted, {region: channels}) from None
        different = len(set(plain[region]))
        if not different or different < len(plain[region]) or not isinstance(region, str):
            raise refusal(name, wanted, {region: channels})
    return plain


def _fit(regions: Mapping[str, tuple[int, ...]], classes: Sequence[str] | None) -> None:
    """Refuses regions that are named like a class, or made of channels without a name."""
    for region, channels in regions.items():
        if region in (classes or ()) or NUMBERED.fullmatch(region):
            raise refusal("regions", "named differently from the classes", region)
        if classes is not None and max(channels) >= len(classes):
            wanted = f"made of channels from 0 to {len(classes) - 1}, those in `class_names`"
            raise refusal("regions", wanted, {region: list(channels)})


def _variants(name: str, value: Any) -> tuple[str, ...]:
    example = value if isinstance(value, str) else "recipe.dice_loss"
    names = listed(name, f"a list of names, such as [{example!r}]", () if value is None else value)
    for each in names:
        catalogue.variant(each)
    return names


def _activation(name: str, value: Any) -> str:
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise refusal(name, f"one of {ACTIVATIONS}", value)
    return str(value)


def _all_different(name: str, wanted: str, names: Sequence[str]) -> None:
    twice = [each for each, count in Counter(names).items() if count > 1]
    if twice:
        raise refusal(name, wanted, list(names), f"It has {twice[0]!r} twice.")


_CHECKS: dict[str, Check] = {
    "class_names": _class_names,
    "regions": _regions,
    "activation": _activation,
    "threshold": axis_value,
    "ignore_index": axis_value,
    "variants": _variants,
    "images": at_least(0),
    "probabilities": flag,
    "max_samples": at_least(1),
}
