"""The catalogue: known implementations of Dice by name, each a ``DiceSpec``.

One module per family of origins; a name is ``family.name`` and takes the original's own parameters.
"""

from collections.abc import Mapping
from typing import Any

from tb_dice.definition.catalogue import (
    evaluation,
    keras,
    monai,
    niftynet,
    nnunet,
    papers,
    recipe,
    segmentation_models,
    smp,
    torchmetrics,
)
from tb_dice.definition.catalogue.registry import ENTRIES, Entry
from tb_dice.definition.questions import Activation
from tb_dice.definition.spec import DiceSpec, nearest

__all__ = ["Entry", "entries", "entry", "plain", "resolved", "variant", "variants"]

FAMILIES = (
    recipe,
    keras,
    segmentation_models,
    monai,
    nnunet,
    smp,
    torchmetrics,
    papers,
    niftynet,
    evaluation,
)


def variants() -> list[str]:
    """Returns the names of all known implementations of Dice, family by family."""
    return [known.name for known in entries()]


def variant(name: str, **params: Any) -> DiceSpec:
    """Returns the definition of a known implementation of Dice.

    Args:
        name: one of ``variants()``, such as "recipe.dice_coef".
        params: parameters of the original implementation, under their original names.

    Returns:
        The definition, to use with ``dice``, ``losses.DiceLoss``, ``metrics.DiceScore`` and the
        recorded sums.

    Raises:
        ValueError: for an unknown name or parameter; it names the nearest known ones.
    """
    return entry(name).spec(**params)


def entries() -> tuple[Entry, ...]:
    """All entries of the catalogue, in the order of ``FAMILIES``."""
    order = [module.__name__.rpartition(".")[2] for module in FAMILIES]
    return tuple(sorted(ENTRIES.values(), key=lambda e: order.index(e.module)))


def entry(name: str) -> Entry:
    """The entry of a name. Raises ValueError as ``variant``."""
    if not isinstance(name, str):
        raise ValueError(f"Expected the name of a variant. Received: {name!r}.")
    if name not in ENTRIES:
        raise ValueError(
            f"Expected a variant that tb_dice.variants() lists{nearest(name, ENTRIES)}"
            f" Received: {name!r}."
        )
    return ENTRIES[name]


def resolved(
    variant: str | DiceSpec | Mapping[str, Any],
    activation: Activation | None,
    params: Mapping[str, Any],
    ignore_index: int | None = None,
) -> DiceSpec:
    """A name with its parameters, or a spec (or its axes) with axes to change, as a spec."""
    if isinstance(variant, str):
        spec = entry(variant).spec(**params)
    elif isinstance(variant, DiceSpec | Mapping):
        spec = variant if isinstance(variant, DiceSpec) else DiceSpec.of(**variant)
        spec = spec.replace(**params)
    else:
        raise ValueError(
            f"Expected the name of a variant, a DiceSpec or its axes. Received: {variant!r}."
        )
    if ignore_index is not None:
        spec = spec.replace(ignore_index=ignore_index)
    return spec if activation is None else spec.replace(activation=activation)


def config(
    variant: str | DiceSpec | Mapping[str, Any],
    activation: Activation | None,
    params: Mapping[str, Any],
    ignore_index: int | None,
) -> dict[str, Any]:
    """The arguments of ``resolved``, as JSON values."""
    given = variant.axes() if isinstance(variant, DiceSpec) else variant
    options = {"activation": activation, "ignore_index": ignore_index}
    return {"variant": given, **options, **plain(params)}


def plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as JSON values."""
    return {
        name: list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else value
        for name, value in params.items()
    }
