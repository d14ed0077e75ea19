"""Masks for the tests of the families."""

import numpy as np

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, (3, 6, 5))
LABELS[0] = np.minimum(LABELS[0], 1)
ONE_HOT = np.eye(3)[LABELS]
PROB = RNG.dirichlet([0.5] * 3, (3, 6, 5))
HARD = np.eye(3)[PROB.argmax(-1)]
EMPTY = np.zeros((2, 4, 4, 1))


def sums(y_true, y_pred, axes=(1, 2)):
    """TP, T and P."""
    return (y_true * y_pred).sum(axes), y_true.sum(axes), y_pred.sum(axes)
