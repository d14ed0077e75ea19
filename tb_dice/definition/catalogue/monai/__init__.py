"""``monai.*``: MONAI's losses and metrics (measured on 1.6.1)."""

from tb_dice.definition.catalogue.monai import losses, metrics

__all__ = ["losses", "metrics"]
