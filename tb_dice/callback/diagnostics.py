"""The Keras callback: when a pass begins and ends, and which run it belongs to."""

import os
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec

import keras

from tb_dice.callback import callers
from tb_dice.callback.identity import Identity
from tb_dice.callback.options import Options, options
from tb_dice.callback.session import Session, iteration
from tb_dice.callback.validation import Memory
from tb_dice.definition.questions import ActivationOrAuto
from tb_dice.masks.notice import Notice
from tb_dice.recording.arguments import hinting
from tb_dice.recording.place import writable
from tb_dice.recording.process import process
from tb_dice.recording.runlog import VARIANTS, RunLog

NAME = "dice"  # of the run of a training
LOG_DIR = "logs"  # as keras.callbacks.TensorBoard
INSIDE = Notice(
    "An evaluate() inside a validation pass is not recorded, since it would mix with that pass."
    " Give it its own DiceDiagnostics.",
    "inside",
)
UNHEARD = (
    "No validation pass ran in this training, so nothing was recorded. Pass validation_data to"
    " fit() (and a validation_freq of at most its epochs), or call evaluate(callbacks=[...])."
)

P = ParamSpec("P")


class Run(NamedTuple):
    """A run: its log, and what is remembered of its passes."""

    log: RunLog
    memory: Memory


def _quiet(
    method: Callable[Concatenate["DiceDiagnostics", P], None],
) -> Callable[Concatenate["DiceDiagnostics", P], None]:
    """Never lets an error of this callback stop training: it warns once per training."""

    @wraps(method)
    def guarded(self: "DiceDiagnostics", /, *args: P.args, **kwargs: P.kwargs) -> None:
        if not self._off:
            try:
                method(self, *args, **kwargs)
            except Exception as error:
                self._give_up(error)

    return guarded


class DiceDiagnostics(keras.callbacks.Callback):  # type: ignore[misc]
    """Records Dice sums per sample and class in every validation pass, for the Dice tab.

    It listens to the validation that Keras runs anyway: there is no second forward pass, and
    neither weights nor History change. Every pass of ``fit`` is recorded in the run
    ``<log_dir>/dice``, with the epoch as its step. If that run holds an earlier training, the next
    free one of ``dice-2``, ``dice-3``, ... is used. A training with ``initial_epoch`` above 0
    continues its run, unless the run already holds this epoch: TensorBoard would hide the earlier
    steps. A standalone ``evaluate(callbacks=[...])`` goes to ``<run>-evaluate``, with the
    optimizer's iteration as its step::

        model.fit(x, y, validation_data=(x_val, y_val), callbacks=[DiceDiagnostics()])

    Predictions are channels-last [N, *spatial, C]; targets have the same shape or are label maps
    [N, *spatial] or [N, *spatial, 1]. Sample weights per voxel, [N, *spatial] or [N, *spatial, 1],
    are a mask: a voxel with weight 0 does not count, all others count once. Weights per sample do
    not change the sums. An error in the recording never ends a training: it warns once, and the
    rest of the training is not recorded.

    Args:
        log_dir: Where TensorBoard looks; made if it is missing. None: the directory of the
            ``keras.callbacks.TensorBoard`` in the same list of callbacks, else "logs".
        class_names: One name per channel. None: "class 0", "class 1", ...
        regions: Merged classes, name to channels: ``{"whole tumour": [1, 2, 3]}``. They are
            recorded as additional columns. None: no regions.
        activation: What turns predictions into probabilities: "none" (they already are), "sigmoid",
            "softmax", or "auto". That looks at the loss (``from_logits``), then the last layer,
            then the values of the first batch, and warns if it had to guess.
        threshold: A class is drawn where its probability is above this, if classes may overlap or
            there is one channel; if not, the largest channel is drawn.
        ignore_index: Target value of voxels that do not count. None: all voxels count.
        variants: Names from ``tb_dice.variants()`` that are also written as plain scalars,
            ``dice/<variant>`` and ``dice/<variant>/<class>``. Empty: no scalars.
        losses: More losses, as a list or a dict by name of functions of (y_true, y_pred) as Keras
            takes them. They are evaluated on each batch and averaged over the samples. None: none.
        images: How many samples are shown with their images at every step, in addition to the two
            worst of each class; at most four times as many in all. 0: no images, and a single
            transfer from the device per pass.
        probabilities: Whether the probabilities of these samples are written too, with 8 bits per
            pixel and class, to let you move the threshold in the tab.
        max_samples: How many samples are kept one by one: the first ones of a larger validation
            set. The pooled sums cover all samples.
        output: Name or index of the output to record if the model has several. None: the
            segmentation output with most voxels, of equal ones the first.
        every: Records every n-th validation pass of a training, beginning with the first.
        sample_ids: Names of the validation samples in their order. None: their positions in the
            first pass; a sample is recognised by its content if the order changes.
        rank: This process among `world_size`. If several train, each records its own samples, and
            the tab joins them. None: taken from ``torch.distributed`` or ``jax.distributed``, then
            from ``TF_CONFIG``, then from the environment variables ``RANK`` and ``WORLD_SIZE``.
        world_size: Number of processes that record; given together with `rank`.

    Raises:
        ValueError: An argument has the wrong type, or is out of range.
        TypeError: A loss is not callable, or there is no argument of this name.
        OSError: `log_dir` cannot be made or written; raised at the start of the training.

    Example:
        >>> diagnostics = DiceDiagnostics(class_names=["background", "nucleus"])
        >>> model.fit(train, validation_data=val, callbacks=[diagnostics])
        >>> tb_dice.read("logs")["dice"][-1].sums["hard_intersection"].shape
        (64, 2)
    """

    _off: bool  # after an error of ours
    _fitting: bool
    _alone: bool  # the next pass belongs to evaluate, perhaps in the middle of a training
    _session: Session | None
    _training: Run | None
    _evaluation: Run | None
    _run: Run | None  # of the last pass; in a training, of its last one
    _beside: str | None  # directory of the TensorBoard callback
    _heard: Any  # the list of callbacks whose pass is running
    _process: tuple[int, int]  # rank, world size

    @hinting
    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        *,
        class_names: Sequence[str] | None = None,
        regions: Mapping[str, Sequence[int]] | None = None,
        activation: ActivationOrAuto = "auto",
        threshold: float = 0.5,
        ignore_index: int | None = None,
        variants: Iterable[str] | None = VARIANTS,
        losses: Mapping[str, Callable[..., Any]] | Sequence[Callable[..., Any]] | None = None,
        images: int = 8,
        probabilities: bool = False,
        max_samples: int = 10_000,
        output: str | int | None = None,
        every: int = 1,
        sample_ids: Iterable[Any] | None = None,
        rank: int | None = None,
        world_size: int | None = None,
    ) -> None:
        super().__init__()
        self._options: Options = options(locals())
        self._forget()

    def set_model(self, model: Any) -> None:
        """Called at the start of each fit and each standalone evaluate."""
        super().set_model(model)
        self._off = False
        self._alone = True
        self._beside = callers.tensorboard_dir(self)
        self._process = self._options.process or process()

    def on_train_begin(self, logs: Any = None) -> None:
        """Refuses a directory that cannot be written, before anything is trained."""
        self._log_dir = writable(self._options.log_dir or self._beside or LOG_DIR)
        self._off = self._alone = False
        self._fitting = True
        self._started = False
        self._passes = 0
        self._run = None

    @_quiet
    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notes the step; the first one shows whether a training is resumed or new."""
        self._fitting, self._alone = True, False
        self._epoch = epoch
        if not self._started:
            self._start(resume=epoch > 0)

    def on_test_begin(self, logs: Any = None) -> None:
        """Starts a pass."""
        if self._inside() and self._session is not None:
            self._session.once(INSIDE)
            return
        if self._alone or not self._fitting:
            self._log_dir = writable(self._options.log_dir or self._beside or LOG_DIR)
        self._begin()

    @_quiet
    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Listens to this batch."""
        if self._session is not None and not self._inside():
            self._session.arm()

    @_quiet
    def on_test_end(self, logs: Any = None) -> None:
        """Writes the record of the pass."""
        if self._inside():
            return
        self._alone, self._heard = False, None
        found = None if self._session is None else self._session.finish(logs)
        if found is None or self._session is None or self._run is None:
            return
        self._run.log.commit(*found)
        if self._run is not self._training:
            self._run.log.close()
        self._session.speak()

    @_quiet
    def on_train_end(self, logs: Any = None) -> None:
        """Ends the log."""
        self._fitting = False
        if self._training is not None:
            self._training.log.close()
        if self._started and self._run is None:
            self._warn(UNHEARD)

    def __getstate__(self) -> dict[str, Any]:
        """A copy, such as a tuner makes, starts afresh."""
        return {"_options": self._options}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__init__()
        self._options = state["_options"]
        self._forget()

    def _forget(self) -> None:
        self._off = self._fitting = self._alone = self._started = False
        self._epoch = self._passes = 0
        self._log_dir = Path(LOG_DIR)
        self._process = (0, 1)
        self._session = self._training = self._evaluation = self._run = self._beside = None
        self._heard = None

    @_quiet
    def _begin(self) -> None:
        if self._session is None or self._session.model is not self.model:
            self._session = Session(self.model, self._options, self._give_up, self._warn)
        self._session.stop()
        self._heard = None
        if self._alone or not self._fitting:
            self._run = self._evaluation = self._evaluation_run()
            step = max(iteration(self.model) or 0, self._run.log.last_step() + 1)
            self._listen(step, self._run)
            return
        if not self._started:  # a loop of the user's own
            self._start(resume=False)
        due, self._passes = self._passes % self._options.every == 0, self._passes + 1
        self._run = self._training
        if due and self._run is not None:
            self._listen(self._epoch, self._run)

    def _listen(self, step: int, run: Run) -> None:
        assert self._session is not None
        self._session.begin(step, run.memory)
        self._heard = next(callers.lists(self), None)

    def _inside(self) -> bool:
        """Whether a second pass calls: an evaluate inside the one that is heard."""
        if self._heard is None:
            return False
        calling = callers.lists(self)
        return next(calling, None) is not self._heard and any(o is self._heard for o in calling)

    def _start(self, *, resume: bool) -> None:
        self._started = True
        before = self._training
        if before is not None:
            before.log.close()
        goes_on = resume and before is not None and before.log.log_dir == self._log_dir
        memory = before.memory if before and goes_on else self._memory()
        self._training = self._new_run(memory, resume=resume)
        if self._process[1] > 1:
            self._training.log.join(self._epoch)

    def _evaluation_run(self) -> Run:
        name = f"{NAME if self._training is None else self._training.log.name}-evaluate"
        run = self._evaluation
        if run is not None and (run.log.wanted, run.log.log_dir) == (name, self._log_dir):
            return run
        return self._new_run(self._memory(), name=name, resume=True)

    def _new_run(self, memory: Memory, *, name: str = NAME, resume: bool) -> Run:
        log = RunLog(
            self._log_dir,
            variants=self._options.variants,
            process=self._process,
            name=name,
            resume=resume,
        )
        return Run(log, memory)

    def _memory(self) -> Memory:
        rank, world_size = self._process
        return Memory(Identity(self._options.sample_ids, f"{rank}:" if world_size > 1 else ""))

    def _give_up(self, error: Exception) -> None:
        if self._off:
            return
        self._off = True
        if self._session is not None:
            self._session.stop()
        text = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        self._warn(f"The rest of this training is not recorded: {text}")

    def _warn(self, sentence: str) -> None:
        warnings.warn(f"DiceDiagnostics: {sentence}", stacklevel=2)
