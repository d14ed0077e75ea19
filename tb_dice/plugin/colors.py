"""The colours of runs: TensorBoard's own, as far as they distinguish the Dice runs."""

from collections.abc import Sequence

PALETTE = 7  # colours of TensorBoard's palette; later runs get the same ones again


def colors(ranked: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """Run to an index into TensorBoard's palette.

    Args:
        ranked: all runs in the order in which TensorBoard gives out its colours.
        names: the runs to colour. A run whose colour is already taken gets the next free one.
    """
    place = {name: index for index, name in enumerate(ranked)}
    chosen: dict[str, int] = {}
    for name in sorted(names, key=lambda name: (place.get(name, len(ranked)), name)):
        own = place.get(name, len(chosen)) % PALETTE
        taken = {index % PALETTE for index in chosen.values()}
        free = [(own + more) % PALETTE for more in range(PALETTE)]
        chosen[name] = next((index for index in free if index not in taken), own)
    return chosen
