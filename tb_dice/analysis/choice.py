"""The definition a person chose: a named variant or a few axes, as the page sends it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from tb_dice.definition import catalogue, phrases
from tb_dice.definition.expected import refusal, shown
from tb_dice.definition.questions import CHOICES, Dimension
from tb_dice.definition.spec import DEFAULT, DiceSpec

SPACES = get_args(Dimension)
MAX_SMOOTH = 1e6
MAX_WEIGHT = 10.0
MAX_LIST = 256
MAX_PARAM = 1e12


@dataclass(frozen=True)
class Definition:
    """A spec, and how to look at it.

    ``pooled``: the sums of all samples of a class are added before dividing. ``background``: means
    over classes include the background.
    """

    spec: DiceSpec = DEFAULT
    pooled: bool = False
    background: bool = False


def parse(choice: object) -> Definition:
    """Reads a definition from the object of ``http_api.md``; ``{}`` is the default one.

    Raises:
        ValueError: for an unknown key or variant or a value outside its range; its text is a
            sentence for the person who asked.
    """
    if not isinstance(choice, dict):
        raise ValueError(f"Expected the definition to be an object. Received: {shown(choice)}.")
    for key in choice:
        if key not in _KEYS:
            raise ValueError(f"Expected keys among {', '.join(_KEYS)}. Received: {shown(key)}.")
    spec = _variant(choice)
    axes: dict[str, Any] = {}
    for key, read in _AXES.items():
        if key in choice:
            axes.update(read(key, choice[key]))
    return Definition(
        spec=spec.replace(**axes),
        pooled=_flag("pooled", choice.get("pooled", False)),
        background=_flag("background", choice.get("background", False)),
    )


def describe(definition: Definition) -> dict[str, Any]:
    """What a definition means: its formula, a line of words, and its axes.

    A panel shows the score of a class, even if the definition is a loss.
    """
    spec = definition.spec.replace(form="score", focal=1.0)
    return {
        "formula": spec.formula(),
        "words": _words(definition),
        "axes": {
            "compare": "soft" if spec.compared.compare == "soft" else "hard",
            "over": [space for space in SPACES if space in spec.summed.over],
            "smooth": _smooth(spec),
            "empty": spec.empties.empty,
            "alpha": spec.ratio.alpha,
            "beta": spec.ratio.beta,
        },
        "form": spec.outcome.form,
    }


def _variant(choice: Mapping[str, Any]) -> DiceSpec:
    """The spec that the axes of a choice change: the default one, or a named variant."""
    params = choice.get("params", {})
    if not isinstance(params, dict):
        raise refusal("params", "an object", params)
    name = choice.get("variant")
    if name is None:
        if params:
            raise ValueError("Expected a `variant` for these `params`. Received: none.")
        return DEFAULT
    if not isinstance(name, str):
        raise refusal("variant", "a name", name)
    checked = {key: _param(key, value) for key, value in params.items()}
    try:
        return catalogue.variant(name, **checked)
    except (TypeError, ValueError, ArithmeticError) as error:
        if str(error).startswith("Expected"):
            raise
        raise ValueError(f"Expected parameters that {name} takes. Received: {error}.") from error


def _param(key: str, value: object) -> object:
    """A parameter of a variant: a number, a boolean, a short string, or a short list of these."""
    if isinstance(value, list) and len(value) <= MAX_LIST:
        return tuple(_param(key, item) for item in value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) <= MAX_PARAM:
        return value
    if isinstance(value, str) and len(value) <= 64:
        return value
    raise refusal(key, "a number up to 1e12, true or false, a short string or a list", value)


def _one_of(*choices: str) -> Callable[[str, object], dict[str, Any]]:
    def read(key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, str) or value not in choices:
            raise refusal(key, f"one of {choices}", value)
        return {key: value}

    return read


def _empty(key: str, value: object) -> dict[str, Any]:
    """The rule for cells in which both masks are empty; an undefined one is left out of means."""
    axes = _one_of(*CHOICES["empty"])(key, value)
    return {**axes, "empty_when": "both", "skip_nan": True}


def _over(key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, list) or any(space not in SPACES for space in value):
        raise refusal(key, f"a list of {SPACES}", value)
    return {key: frozenset(value) | {"space"}}


def _between(high: float, *names: str) -> Callable[[str, object], dict[str, Any]]:
    def read(key: str, value: object) -> dict[str, Any]:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= high:
            raise refusal(key, f"a number from 0 to {high:g}", value)
        return dict.fromkeys(names or (key,), float(value))

    return read


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise refusal(key, "true or false", value)
    return value


def _smooth(spec: DiceSpec) -> float | None:
    above, below = spec.ratio.smooth_num, spec.ratio.smooth_den
    return above if above == below and isinstance(above, float) else None


def _words(definition: Definition) -> str:
    words = definition.spec.words()
    if definition.pooled:
        compare = phrases.compare(definition.spec)
        words = f"{compare}; per class: the sums of all samples are added before dividing"
    return f"{words}; means include the background" if definition.background else words


_AXES: Mapping[str, Callable[[str, object], dict[str, Any]]] = {
    "compare": _one_of("hard", "soft"),
    "over": _over,
    "smooth": _between(MAX_SMOOTH, "smooth_num", "smooth_den"),
    "empty": _empty,
    "alpha": _between(MAX_WEIGHT),
    "beta": _between(MAX_WEIGHT),
}
_KEYS: Sequence[str] = ("variant", "params", *_AXES, "pooled", "background")
