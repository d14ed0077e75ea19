"""A GradientTape loop with the Dice tab: ``python examples/tensorflow_loop.py [log_dir]``."""

import sys

import keras
import tensorflow as tf
from shapes import CLASSES, shapes

from tb_dice import DiceRecorder

EPOCHS = 5


def main(log_dir: str = "logs/examples") -> None:
    """Trains, and records each validation pass."""
    keras.utils.set_random_seed(0)
    conv = keras.layers.Conv2D
    model = keras.Sequential(
        [
            keras.Input((None, None, 1)),
            conv(8, 5, padding="same", activation="relu"),
            conv(3, 1, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.Adam(2e-2)
    criterion = keras.losses.SparseCategoricalCrossentropy()
    training, validation = (
        tf.data.Dataset.from_tensor_slices(shapes(count, seed)).batch(8)
        for count, seed in ((256, 1), (16, 2))
    )

    @tf.function
    def train(x: tf.Tensor, y: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = criterion(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))

    with DiceRecorder(f"{log_dir}/tensorflow/dice", class_names=CLASSES) as recorder:
        for epoch in range(EPOCHS):
            for x, y in training:
                train(x, y)
            for x, y in validation:
                recorder.update(y, model(x), images=x)
            recorder.commit(epoch)


if __name__ == "__main__":
    main(*sys.argv[1:])
