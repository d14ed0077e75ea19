"""The catalogue: known implementations of Dice by name, each a ``DiceSpec``.

One module per family of origins; a name is ``family.name`` and takes the original's own parameters.
"""

from typing import Any

from tb_dice.catalogue import recipe
from tb_dice.catalogue.registry import ENTRIES, Entry
from tb_dice.spec import DiceSpec, nearest

__all__ = ["Entry", "entries", "entry", "recipe", "variant", "variants"]


def variants() -> list[str]:
    """The names of all known implementations."""
    return list(ENTRIES)


def variant(name: str, **params: Any) -> DiceSpec:
    """The definition of a known implementation.

    Args:
        name: one of ``variants()``, such as "recipe.dice_coef".
        params: the original's own parameters, by its own keyword names.

    Returns:
        The definition, for ``dice``, ``losses.DiceLoss``, ``metrics.DiceScore`` and the recorded sums.

    Raises:
        ValueError: for an unknown name or parameter, naming the nearest ones.
    """
    return entry(name).spec(**params)


def entries() -> tuple[Entry, ...]:
    """All entries with what is known about them."""
    return tuple(ENTRIES.values())


def entry(name: str) -> Entry:
    """The entry of a name. Raises ValueError as ``variant``."""
    if name not in ENTRIES:
        raise ValueError(
            f"Expected a variant that tb_dice.variants() lists{nearest(name, ENTRIES)}."
            f" Received: {name!r}."
        )
    return ENTRIES[name]
