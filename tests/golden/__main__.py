"""Prints how many golden values each variant reproduces: ``python -m tests.golden``.

Columns: values; equal in numpy; equal as a Keras loss on the backend of the environment; from the
log that ``DiceRecorder`` wrote: recomputed, refused with a reason, wrong. Below: the reasons.
"""

import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from tb_dice import DiceRecorder, dice, read, variant
from tb_dice.log import scores
from tests.golden import Golden, agrees, golden

COLUMNS = ("values", "numpy", "loss", "recomputed", "refused", "wrong")


def main() -> int:
    """Prints the table; 1 if any value is wrong."""
    table: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of predictions that are no probabilities
        logs = Logs(Path(folder))
        for record in golden():
            row = table.setdefault(record.variant, dict.fromkeys(COLUMNS, 0))
            row["values"] += 1
            row["numpy"] += in_numpy(record)
            row["loss"] += as_loss(record)
            row[logs.outcome(record)] += 1
    rows = [
        *sorted(table.items()),
        ("all", {c: sum(r[c] for r in table.values()) for c in COLUMNS}),
    ]
    lines = [f"{'':42}" + "".join(f"{column:>12}" for column in COLUMNS)]
    lines += [f"{name:42}" + "".join(f"{row[c]:>12}" for c in COLUMNS) for name, row in rows]
    lines += ["", *(f"{n:>4} {name} {reason}" for (name, reason), n in logs.reasons.items())]
    sys.stdout.write("\n".join(lines) + "\n")
    failed = rows[-1][1]["wrong"] or rows[-1][1]["numpy"] < rows[-1][1]["values"]
    return int(bool(failed))


def in_numpy(record: Golden) -> bool:
    """Whether the reference gives the golden value."""
    got = dice(record.y_true, record.y_pred, record.variant, mask=record.mask, **record.params)
    return agrees(got, record.value)


def as_loss(record: Golden) -> bool:
    """Whether ``DiceLoss`` does, for the variants that are losses."""
    from keras import ops

    from tb_dice.losses import DiceLoss

    spec = variant(record.variant, **record.params)
    if spec.outcome.form == "score":
        return False
    loss = DiceLoss(spec, reduction=None)(record.y_true, record.y_pred, mask=record.mask)
    return agrees(ops.convert_to_numpy(loss), record.value)


class Logs:
    """The inputs as validation passes in a log, each written once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._records = {}
        self.reasons = Counter()

    def outcome(self, golden_record: Golden) -> str:
        """What the log gives: recomputed, refused or wrong."""
        spec = variant(golden_record.variant, **golden_record.params)
        held = self._record(golden_record, activation_of(golden_record))
        reason = scores.refusal(held, spec)
        if reason is not None:
            self.reasons[golden_record.variant, reason] += 1
            return "refused" if np.isnan(scores.value(held, spec)).all() else "wrong"
        good = agrees(scores.value(held, spec), golden_record.value)
        return "recomputed" if good else "wrong"

    def _record(self, record: Golden, activation: str):
        key = f"{record.case}-{activation}-{'all' if record.mask is None else record.mask.sum()}"
        if key not in self._records:
            with DiceRecorder(
                self._folder / key, activation=activation, images=0, variants=()
            ) as recorder:
                recorder.update(record.y_true, record.y_pred, mask=record.mask)
                recorder.commit(0)
            (passes,) = read(self._folder / key).values()
            self._records[key] = passes[0]
        return self._records[key]


def activation_of(record: Golden) -> str:
    """The activation of a pass in which the variant is used: its own, if it has one."""
    own = variant(record.variant, **record.params).compared.activation
    return "none" if record.variant == "recipe.dice_loss3" else own


if __name__ == "__main__":
    np.seterr(all="ignore")
    sys.exit(main())
