"""Dice of single samples by plain arithmetic on the record: what the page must agree with."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np

import tb_dice


def cell(record: tb_dice.Record, klass: str) -> np.ndarray:
    """Hard Dice of each sample for a class, NaN where target and prediction are empty: [N]."""
    true, pred, hit = counts(record, klass)
    with np.errstate(invalid="ignore"):
        return 2 * hit / (true + pred)


def counts(record: tb_dice.Record, klass: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Voxels of target, prediction and both: [N] each."""
    column = record.classes.index(klass)
    names = ("hard_true_sum", "hard_pred_sum", "hard_intersection")
    true, pred, hit = (np.asarray(record.sums[name])[:, column] for name in names)
    return true, pred, hit


def worst_first(record: tb_dice.Record, klass: str) -> list[str]:
    """Sample ids, worst first, undefined last; ties by the larger target, then prediction."""
    true, pred, _ = counts(record, klass)
    values = cell(record, klass)
    rows = sorted(
        range(len(values)),
        key=lambda n: (np.isnan(values[n]), np.nan_to_num(values[n]), -true[n], -pred[n], n),
    )
    return [str(record.sample_ids[n]) for n in rows]


def text(value: float) -> str:
    """A score as the page writes it: .125 becomes .13, as in JavaScript."""
    rounded = Decimal(float(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(rounded).removeprefix("0")
