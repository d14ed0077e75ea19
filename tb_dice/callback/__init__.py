"""The Keras callback."""

from tb_dice.callback.diagnostics import DiceDiagnostics

__all__ = ["DiceDiagnostics"]
