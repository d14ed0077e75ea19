"""Found among the callers: the lists of callbacks, and who is in them."""

from typing import Any

import keras
import pytest

from tb_dice.callback import callers


class Listening(keras.callbacks.Callback):
    """Notes who calls it."""

    def on_test_begin(self, logs: Any = None) -> None:
        self.calling = list(callers.lists(self))
        self.board = callers.tensorboard_dir(self)


class Calling(keras.callbacks.Callback):
    """Calls a list of its own, as an evaluate inside a pass does."""

    def __init__(self, *callbacks: Any) -> None:
        super().__init__()
        self.list = keras.callbacks.CallbackList(list(callbacks))

    def on_test_begin(self, logs: Any = None) -> None:
        self.list.on_test_begin()


def test_the_lists_that_hold_a_callback_the_innermost_first() -> None:
    listening = Listening()
    calling = Calling(Calling(listening), listening)
    outer = keras.callbacks.CallbackList([listening, calling])
    outer.on_test_begin()
    assert listening.calling == [calling.list, outer]
    calling.list.callbacks[0].on_test_begin()
    assert listening.calling == [calling.list.callbacks[0].list]


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="Keras' TensorBoard callback needs TensorFlow"
)
def test_the_directory_of_the_tensorboard_callback_in_the_same_list() -> None:
    listening = Listening()
    keras.callbacks.CallbackList([listening]).on_test_begin()
    assert listening.board is None
    board = keras.callbacks.TensorBoard("there")
    keras.callbacks.CallbackList([listening, board]).callbacks[0].on_test_begin()
    assert listening.board is None  # nobody calls
    board.on_test_begin = lambda logs=None: None
    keras.callbacks.CallbackList([listening, board]).on_test_begin()
    assert listening.board == "there"
