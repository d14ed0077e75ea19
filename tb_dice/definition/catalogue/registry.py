"""Where the families of the catalogue register their entries."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any

from tb_dice.definition.expected import refusal
from tb_dice.definition.spec import DiceSpec, nearest

Build = Callable[..., DiceSpec]


@dataclass(frozen=True)
class Entry:
    """A known implementation of Dice: how it is made and what is known about it.

    ``idle`` are parameters of the original that change no value here; ``refused`` are those that
    accept only their default, each with that default and what to do instead.
    """

    name: str
    summary: str
    origin: str
    empty: str
    fault: str
    build: Build = field(repr=False)
    idle: tuple[str, ...] = ()
    refused: Mapping[str, tuple[Any, str]] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The part of the name before the dot."""
        return self.name.split(".", 1)[0]

    @property
    def module(self) -> str:
        """The module or package of the catalogue that registers it."""
        return self.build.__module__.removeprefix(f"{__package__}.").split(".")[0]

    @property
    def params(self) -> dict[str, Any]:
        """The original's keyword names and their defaults; None where the original has none."""
        parameters = inspect.signature(self.build).parameters.values()
        return {p.name: None if p.default is p.empty else p.default for p in parameters}

    @property
    def required(self) -> tuple[str, ...]:
        """The parameters that have no default."""
        parameters = inspect.signature(self.build).parameters.values()
        return tuple(p.name for p in parameters if p.default is p.empty)

    @property
    def example(self) -> dict[str, Any]:
        """Values for the parameters that have no default, to show a formula or a number."""
        return dict(_EXAMPLES.get(self.name, {}))

    @property
    def form(self) -> str:
        """Whether it is a score or which kind of loss."""
        return self.spec(**self.example).outcome.form

    @property
    def formula(self) -> str:
        """The formula with the default parameters."""
        return self.spec(**self.example).formula()

    def spec(self, **params: Any) -> DiceSpec:
        """The definition with these parameters.

        Raises:
            ValueError: for a parameter that the original does not have, or a wrong value.
        """
        for name, value in params.items():
            self._check(name, value)
        missing = [name for name in self.required if name not in params]
        if missing:
            raise ValueError(f"Expected {self.name!r} with {', '.join(missing)}. Received: none.")
        return self.build(**{name: params[name] for name in params if name in self.params})

    def _check(self, name: str, value: Any) -> None:
        if name in self.params or name in self.idle:
            return
        if name in self.refused:
            default, instead = self.refused[name]
            if value is default or (default is not None and value == default):
                return
            raise ValueError(f"Expected no `{name}`: {instead}. Received: {value!r}.")
        names, close = ", ".join(self.params) or "none", nearest(name, self.params)
        more = f" Change anything else with variant({self.name!r}).replace(...)."
        raise ValueError(
            f"Expected parameters of {self.name!r} ({names}){close} Received: {name!r}."
            f"{'' if close.endswith('?') else more}"
        )


def one_of(name: str, value: Any, choices: Mapping[Any, Any]) -> Any:
    """What a parameter's value stands for. Raises ValueError for an unknown value."""
    if value not in choices:
        raise refusal(name, f"one of {tuple(choices)}", value)
    return choices[value]


# Says that a function of ``**params`` takes the parameters of another one.
same_parameters = partial(wraps, assigned=(), updated=())

ENTRIES: dict[str, Entry] = {}
_EXAMPLES: dict[str, dict[str, Any]] = {}


def entry(
    name: str,
    *,
    origin: str,
    empty: str,
    fault: str = "",
    example: dict[str, Any] | None = None,
    idle: tuple[str, ...] = (),
    refused: Mapping[str, tuple[Any, str]] | None = None,
) -> Callable[[Build], Build]:
    """Register a function from the original's parameters to a ``DiceSpec``.

    Its docstring, one line, is the summary.

    Args:
        name: "family.name", as people know it.
        origin: where it comes from, with the version its numbers were measured on.
        empty: its value if target and prediction are empty.
        fault: what is known to go wrong in the original.
        example: values for required parameters, to show a formula.
        idle: parameters of the original that change no value here.
        refused: parameters that accept only their default: that, and what to do instead.
    """

    def register(build: Build) -> Build:
        summary = (build.__doc__ or "").removesuffix(".")
        ENTRIES[name] = Entry(name, summary, origin, empty, fault, build, idle, refused or {})
        if example:
            _EXAMPLES[name] = example
        return build

    return register
