"""Which Dice is that, which class fails, and on which images.

``DiceDiagnostics`` listens to Keras' validation pass and records sums, not scores; the *Dice* tab
of TensorBoard recomputes any definition of Dice from them. The names below are resolved on first
use, so importing ``tb_dice`` imports neither Keras nor TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tb_dice import losses, metrics
    from tb_dice.callback import DiceDiagnostics
    from tb_dice.definition.catalogue import variant, variants
    from tb_dice.definition.spec import DiceSpec
    from tb_dice.log.eventlog import read
    from tb_dice.masks.reference import dice
    from tb_dice.recording.recorder import DiceRecorder

__version__ = "0.1.0"

__all__ = [
    "DiceDiagnostics",
    "DiceRecorder",
    "DiceSpec",
    "dice",
    "losses",
    "metrics",
    "read",
    "variant",
    "variants",
]

_HOME = {
    "DiceDiagnostics": "tb_dice.callback",
    "DiceRecorder": "tb_dice.recording.recorder",
    "DiceSpec": "tb_dice.definition.spec",
    "dice": "tb_dice.masks.reference",
    "read": "tb_dice.log.eventlog",
    "variant": "tb_dice.definition.catalogue",
    "variants": "tb_dice.definition.catalogue",
}
_MODULES = ("losses", "metrics")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(
            f"tb_dice has no attribute {name!r}. Expected one of {', '.join(__all__)}."
        )
    try:
        module = import_module(f"tb_dice.{name}" if name in _MODULES else _HOME[name])
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("keras", "tensorflow"):
            raise
        raise ImportError(
            f"tb_dice.{name} needs {error.name}, which is not installed. You can read and view "
            "logs without it; to train, install it:  pip install 'tb-dice[tensorflow]'"
        ) from error
    value = module if name in _MODULES else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
