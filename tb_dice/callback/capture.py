"""Hears Keras' own validation step: no second forward pass, and nothing left on the model.

All of Keras' trainers look up ``model.test_function`` afresh for each batch. ``Hook.arm`` puts a
one-shot function there, which first restores the original and then runs the model's own
``test_step``, watched.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import keras

from tb_dice.callback.backends import Backend, Heard, Parts

WATCHED = ("compute_metrics", "compute_loss", "call")


class Seen(NamedTuple):
    """What the step passed around, each any structure of tensors or None."""

    x: Any
    y: Any
    y_pred: Any
    weight: Any = None


class Hook:
    """Arms a model for one batch at a time.

    Callbacks on one model share the armed function: later ones become guests of the first.

    Args:
        model: The Keras model.
        backend: The adapter of its backend.
        take: Picks what to keep of what the step passed around. Runs inside the step, traced.
        deliver: Gets these tensors after each batch, one dict per replica.
        fault: Called with the exception raised in `take`.

    Raises:
        RuntimeError: The model makes its test function itself.
    """

    def __init__(
        self,
        model: Any,
        backend: Backend,
        take: Callable[[Seen], Heard],
        deliver: Callable[[Sequence[Heard]], None],
        fault: Callable[[Exception], None],
    ) -> None:
        if not type(model).make_test_function.__module__.startswith("keras."):
            raise RuntimeError(
                "Expected a model with Keras' own make_test_function. Received: a model that"
                " overrides it. Use DiceRecorder in its test_step."
            )
        self.model = model
        self.deliver = deliver
        self._backend = backend
        self._take = take
        self._fault = fault
        self._watch = Watch(model)
        self._guests: list[Hook] = []
        self._original: Any = None
        self._built: tuple[Any, tuple[Hook, ...]] | None = None  # what the function was built for
        self._function: Callable[..., Any] | None = None

    def arm(self) -> None:
        """Makes the model's next test call ours. Between calls the model stays as it was."""
        self.disarm()
        original = self.model.test_function
        host = getattr(original, "hook", None)
        if host is not None:
            host._guests.append(self)
            return

        def once(*args: Any) -> Any:
            self.model.test_function = original
            hooks, self._guests = (self, *self._guests), []
            try:
                function = self._for(original, hooks)
                watched = self._watch.watched()
            except Exception as error:
                _tell(hooks, error)
                return original(*args)
            with self._watch.placed(watched):
                return function(*args)

        once.hook = self  # type: ignore[attr-defined]
        self._original, self._guests = original, []
        self.model.test_function = once

    def disarm(self) -> None:
        """Takes back an armed function that was not called, as when another callback raised."""
        host = getattr(self.model.test_function, "hook", None)
        if host is self:
            self.model.test_function = self._original
        elif host is not None and self in host._guests:
            host._guests.remove(self)

    def taken(self, seen: Seen) -> Heard:
        """What is kept of a step; nothing if that fails."""
        try:
            return self._take(seen)
        except Exception as error:
            self._fault(error)
            return {}

    def _for(self, original: Any, hooks: tuple["Hook", ...]) -> Callable[..., Any]:
        """The function that runs the model's step for these hooks, built once."""
        # After compile() Keras builds a new function: its identity shows what ours was built for.
        if self._function is None or self._built != (original, hooks):
            ear = Ear(self.model, self._watch, hooks)
            self._function = self._backend.test_function(self.model, original, ear)
            self._built = original, hooks
        return self._function


class Ear:
    """Listens to a model's step for several hooks.

    It raises nothing but what the model's own step raises.
    """

    def __init__(self, model: Any, watch: "Watch", hooks: tuple[Hook, ...]) -> None:
        self._model = model
        self._watch = watch
        self._hooks = hooks
        self._running = False  # the model's own step

    def step(self, *args: Any) -> tuple[Any, Heard]:
        """Runs the model's ``test_step``; also returns what it heard."""
        self._running = True
        with self._watch.listening() as heard:
            outputs = self._model.test_step(*args)
        self._running = False
        kept: Heard = {}
        try:
            found = seen(heard, args[-1])
            for place, hook in enumerate(self._hooks):
                kept |= {f"{place} {name}": t for name, t in hook.taken(found).items()}
        except Exception as error:
            _tell(self._hooks, error)
        return outputs, kept

    def deliver(self, heard: Heard, parts: Parts) -> None:
        """Gives each hook its part of what was heard of a batch, one dict per replica."""
        try:
            several = [[(name, part) for part in parts(t)] for name, t in heard.items()]
            for place, hook in enumerate(self._hooks):
                begin = f"{place} "
                own = [
                    {name.removeprefix(begin): t for name, t in replica if name.startswith(begin)}
                    for replica in zip(*several, strict=True)
                ]
                if all(own):
                    hook.deliver(own)
        except Exception as error:
            _tell(self._hooks, error)

    def missed(self, error: Exception) -> None:
        """Takes an error of ours; raises it if it comes from the model's own step."""
        own, self._running = self._running, False
        if own:
            raise error
        _tell(self._hooks, error)


class Watch:
    """Sees what a model's step passes to its metrics or its loss, or returns from its call."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._local = threading.local()  # the replicas of a MirroredStrategy are threads

    def watched(self) -> dict[str, Callable[..., Any]]:
        """The model's methods, watched while ``listening``."""
        return {name: self._watched(name, getattr(self._model, name)) for name in WATCHED}

    @contextmanager
    def placed(self, watched: dict[str, Callable[..., Any]]) -> Iterator[None]:
        """Puts watched methods on the model's instance, and takes them away."""
        own = vars(self._model)
        saved = {name: own[name] for name in WATCHED if name in own}
        own.update(watched)
        try:
            yield
        finally:
            for name in WATCHED:
                own.pop(name, None)
            own.update(saved)

    @contextmanager
    def listening(self) -> Iterator[dict[str, Seen]]:
        """What the watched methods of this thread's step see, by their names."""
        heard: dict[str, Seen] = {}
        before, self._local.heard = getattr(self._local, "heard", None), heard
        try:
            yield heard
        finally:
            self._local.heard = before

    def _watched(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        note = _NOTES[name]

        def watched(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            heard = getattr(self._local, "heard", None)
            if heard is not None:
                with suppress(Exception):  # a signature of the user's own
                    heard[name] = note(result, *args, **kwargs)
            return result

        return watched


def seen(heard: dict[str, Seen], data: Any) -> Seen:
    """Returns the best of what was heard, completed from the batch itself.

    Raises:
        RuntimeError: The step called neither metrics, nor loss, nor the model.
    """
    found = next((heard[name] for name in WATCHED if name in heard), None)
    if found is None or found.y_pred is None:
        raise RuntimeError(
            "Expected test_step to call the model, compute_loss or compute_metrics. Received: a"
            " test_step that calls none of them, so the callback cannot see its predictions. Use"
            " DiceRecorder in it."
        )
    x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
    return Seen(
        x if found.x is None else found.x,
        y if found.y is None else found.y,
        found.y_pred,
        weight if found.weight is None else found.weight,
    )


def _tell(hooks: Sequence[Hook], error: Exception) -> None:
    for hook in hooks:
        hook._fault(error)


def _of_metrics(
    _: Any, x: Any, y: Any, y_pred: Any, sample_weight: Any = None, *a: Any, **k: Any
) -> Seen:
    return Seen(x, y, y_pred, sample_weight)


def _of_loss(
    _: Any, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, **k: Any
) -> Seen:
    return Seen(x, y, y_pred, sample_weight)


def _of_call(result: Any, *args: Any, **kwargs: Any) -> Seen:
    return Seen(args[0] if args else None, None, result)


_NOTES: dict[str, Callable[..., Seen]] = {
    "compute_metrics": _of_metrics,
    "compute_loss": _of_loss,
    "call": _of_call,
}
