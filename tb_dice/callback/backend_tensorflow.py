"""The callback on TensorFlow."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf
from keras.src.backend.tensorflow.trainer import reduce_per_replica

from tb_dice.callback.backends import Ear, Function, Heard, alone
from tb_dice.definition.arrays import Tensor

HALF_WORDS = {2: tf.int16, 4: tf.int32, 8: tf.int32}


def test_function(model: Any, original: Function, ear: Ear) -> Callable[[Any], Any]:
    """The steps of Keras' own test function, one batch per call, to hear each of them."""
    one_batch = _one_batch(model, ear)
    strategy = model.distribute_strategy
    parts = strategy.experimental_local_results if strategy.num_replicas_in_sync > 1 else alone

    # As in Keras the batch is taken inside a tf.function: an eager next(iterator) would trace again
    # for a smaller last batch.
    def next_batch(iterator: Any) -> Any:
        return one_batch(iterator.get_next())

    next_batch = tf.autograph.experimental.do_not_convert(next_batch)
    if not model.run_eagerly:
        next_batch = _or_original(tf.function(next_batch, reduce_retracing=True), original, ear)

    def function(iterator: Any) -> Any:
        is_dataset = isinstance(iterator, tf.data.Iterator | tf.distribute.DistributedIterator)
        logs = None
        for _ in range(model.steps_per_execution):
            try:
                logs, heard = next_batch(iterator) if is_dataset else one_batch(next(iterator))
            except (StopIteration, tf.errors.OutOfRangeError):
                if logs is None:
                    raise
                break
            if heard is None:  # the original took all batches of this call
                break
            ear.deliver(heard, parts)
        return logs

    return function


def compiled(function: Function) -> Function:
    """XLA: the fastest form of many reductions over the same tensors, one program per shape."""
    program: Function = tf.function(function, jit_compile=True, autograph=False)
    return program


def plain(function: Function) -> Function:
    """A graph that is traced a few times whatever the number of shapes."""
    graph: Function = tf.function(function, reduce_retracing=True, autograph=False)
    return graph


def beside(tensor: Tensor) -> Any:
    """The device scope of a replica's tensor."""
    return tf.device(tensor.device)


def words(tensor: Tensor) -> Tensor:
    """Reads floats bit by bit; integers up to 32 bits are values."""
    tensor = tf.convert_to_tensor(tensor)
    if tensor.dtype.is_floating or tensor.dtype.size == 8:
        tensor = tf.bitcast(tensor, HALF_WORDS[tensor.dtype.size])
    rows = tf.shape(tensor)[0]
    size = tensor.shape[1:].num_elements()
    return tf.reshape(tf.cast(tensor, tf.int32), (rows, -1 if size is None else size))


def hashed(words: Tensor) -> Tensor:
    """One round of xor and shift."""
    return tf.bitwise.bitwise_xor(words, tf.bitwise.right_shift(words, 16))


def whole(variable: Any) -> int:
    """Reads the first copy of a mirrored variable."""
    value = variable.value
    return int(getattr(value, "values", (value,))[0].numpy())


def _or_original(graph: Function, original: Function, ear: Ear) -> Function:
    """A batch by our graph or, if that cannot be traced, batches by the original function."""

    def next_batch(iterator: Any) -> tuple[Any, Heard | None]:
        try:
            heard: tuple[Any, Heard] = graph(iterator)
            return heard
        except (StopIteration, tf.errors.OpError):
            raise  # the graph was run, and the batch is taken
        except Exception as error:
            ear.missed(error)
        return original(iterator), None

    return next_batch


def _one_batch(model: Any, ear: Ear) -> Callable[[Any], Any]:
    strategy = model.distribute_strategy

    def one_batch(data: Any) -> Any:
        logs, heard = strategy.run(ear.step, args=(data,))
        if strategy.num_replicas_in_sync > 1:
            logs = reduce_per_replica(logs, strategy, reduction="auto")
        return logs, heard

    one_batch = tf.autograph.experimental.do_not_convert(one_batch)
    if not model.run_eagerly:
        one_batch = tf.function(one_batch, reduce_retracing=True, jit_compile=model.jit_compile)
    convert = getattr(model, "_autoconvert_optionals", None)  # Keras >= 3.7
    converted: Callable[[Any], Any] = one_batch if convert is None else convert(one_batch)
    return converted
