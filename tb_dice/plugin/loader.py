"""How TensorBoard finds the tab.

An ImportError here would stop TensorBoard itself, so this module imports TensorBoard's base class
and nothing else; whatever goes wrong later costs the tab and a warning.
"""

import logging
from argparse import Namespace

from tensorboard.plugins import base_plugin

logger = logging.getLogger("tb_dice")


class DiceLoader(base_plugin.TBLoader):  # type: ignore[misc]
    """Loads the Dice tab and asks TensorBoard to keep all its steps."""

    def fix_flags(self, flags: Namespace) -> None:
        """Keeps every step of Dice data; a user's own ``--samples_per_plugin dice=7`` still wins.

        By default TensorBoard keeps 10 or 100 steps of a third-party plugin, drawn at random.
        """
        given = getattr(flags, "samples_per_plugin", None) or {}
        flags.samples_per_plugin = {"dice": 0, **given}

    def load(self, context: base_plugin.TBContext) -> base_plugin.TBPlugin | None:
        """The plugin, or None and a warning when it cannot be loaded."""
        try:
            from tb_dice.plugin.plugin import DicePlugin

            return DicePlugin(context)
        except Exception as error:
            logger.warning("The Dice tab is not shown: %s: %s", type(error).__name__, error)
            return None
