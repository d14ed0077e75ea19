"""Records with known sums, made from masks by plain numpy: an oracle that shares no code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tb_dice.definition.spec import SUMS
from tb_dice.log.record import Record

CLASSES = ("background", "small", "large")


def from_masks(
    true: np.ndarray,
    prob: np.ndarray,
    *,
    step: int = 0,
    batch: Sequence[int] | None = None,
    **fields: Any,
) -> Record:
    """The record of label maps [N, H, W] and probabilities [N, H, W, C]."""
    count, channels = len(true), prob.shape[-1]
    one_hot = (true[..., None] == np.arange(channels)).astype(np.float64)
    hard = (prob.argmax(-1)[..., None] == np.arange(channels)).astype(np.float64)
    prob = prob.astype(np.float64)
    added = (1, 2)
    sums = {
        "intersection": (one_hot * prob).sum(added),
        "true_sum": one_hot.sum(added),
        "pred_sum": prob.sum(added),
        "true_sq_sum": (one_hot**2).sum(added),
        "pred_sq_sum": (prob**2).sum(added),
        "abs_diff_sum": np.abs(one_hot - prob).sum(added),
        "true_pred_sq_sum": (one_hot * prob**2).sum(added),
        "true_log_pred_sum": (one_hot * np.log(np.clip(prob, 1e-7, 1))).sum(added),
        "hard_intersection": (one_hot * hard).sum(added),
        "hard_true_sum": one_hot.sum(added),
        "hard_pred_sum": hard.sum(added),
    }
    return from_sums(
        sums,
        step=step,
        batch=np.zeros(count) if batch is None else batch,
        voxels=np.full(count, true[0].size if count else 0),
        **fields,
    )


def from_sums(sums: dict[str, np.ndarray], **fields: Any) -> Record:
    """A record of sums [N, C]."""
    count, channels = sums["true_sum"].shape
    there = (sums["hard_true_sum"] > 0) + 2 * (sums["hard_pred_sum"] > 0)
    step = fields.get("step", 0)
    plain: dict[str, Any] = {
        "step": step,
        "wall_time": 1_700_000_000.0 + step,
        "classes": CLASSES[:channels],
        "batch": np.zeros(count, np.int32),
        "sample_ids": np.array([f"s{row}" for row in range(count)], np.str_),
        "voxels": np.full(count, 100),
        "sums": sums,
        "background": 0,
        "regions": {},
        "exclusive": True,
        "activation": "none",
        "threshold": 0.5,
        "ignore_index": None,
        "fingerprints": None,
        "total": count,
        "pooled": {name: column.sum(axis=0) for name, column in sums.items()},
        "cases": np.stack([(there == state).sum(axis=0) for state in range(4)]),
    }
    return Record(**(plain | fields))


def counted(
    hit: Any, true: Any, pred: Any, *, voxels: int = 100, soft: float = 1.0, **fields: Any
) -> Record:
    """A record of hard counts [N, C]; the soft sums are those of predictions ``soft`` as sure."""
    hit, true, pred = (np.asarray(counts, np.float64) for counts in (hit, true, pred))
    with np.errstate(invalid="ignore"):
        off = true + soft * pred - 2 * soft * hit
    sums = {
        "intersection": soft * hit,
        "true_sum": true,
        "pred_sum": soft * pred,
        "true_sq_sum": true,
        "pred_sq_sum": soft**2 * pred,
        "abs_diff_sum": off,
        "true_pred_sq_sum": soft**2 * hit,
        "true_log_pred_sum": np.zeros_like(hit),
        "hard_intersection": hit,
        "hard_true_sum": true,
        "hard_pred_sum": pred,
    }
    fields.setdefault("voxels", np.full(len(hit), voxels))
    return from_sums(sums, **fields)


def random_record(step: int = 0, samples: int = 6, size: int = 8, **fields: Any) -> Record:
    """A record of random masks in which classes are absent now and then; the seed is the step."""
    rng = np.random.default_rng(step)
    true = rng.integers(0, 3, (samples, size, size))
    logits = rng.normal(0, 2, (samples, size, size, 3))
    for row in range(samples):
        for column in (1, 2):
            if rng.random() < 0.4:
                true[row][true[row] == column] = 0
            if rng.random() < 0.4:
                logits[row, ..., column] = -50
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    prob = weights / weights.sum(-1, keepdims=True)
    fields.setdefault("batch", np.arange(samples) // 4)
    return from_masks(true, prob, step=step, **fields)


def completed(record: Record) -> Record:
    """The record with all sums: those that it lacks are those that it has, or 0."""
    count, channels = len(record.batch), len(record.classes)
    held = list(record.sums.values()) or [np.zeros((count, channels))]
    totals = list(record.pooled.values()) or [np.zeros(channels)]
    sums = {name: held[k % len(held)] for k, name in enumerate(SUMS)}
    pooled = {name: totals[k % len(totals)] for k, name in enumerate(SUMS)}
    return replace(record, sums={**sums, **record.sums}, pooled={**pooled, **record.pooled})
