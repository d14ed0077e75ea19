"""A small U-Net: an encoder, a decoder, and a skip between them at every resolution."""

from collections.abc import Sequence

import keras
from keras import layers


def build(
    shape: tuple[int, int, int], classes: int, filters: Sequence[int] = (8, 16, 32, 64)
) -> keras.Model:
    """Builds a U-Net whose output is the softmax over the classes at every pixel.

    Args:
        shape: ``(height, width, channels)``; ``2 ** (len(filters) - 1)`` divides
            height and width.
        classes: number of classes, the background included.
        filters: filters at each resolution, the finest first.
    """
    inputs = keras.Input(shape)
    x = _double_conv(inputs, filters[0])
    skips = []
    for width in filters[1:]:
        skips.append(x)
        x = _double_conv(layers.MaxPooling2D()(x), width)
    for width, skip in zip(reversed(filters[:-1]), reversed(skips), strict=True):
        x = layers.Concatenate()([layers.UpSampling2D()(x), skip])
        x = _double_conv(x, width)
    outputs = layers.Conv2D(classes, 1, activation="softmax")(x)
    return keras.Model(inputs, outputs, name="unet")


def _double_conv(x: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """Two 3 x 3 convolutions with ReLU, each followed by batch normalisation.

    The momentum suits a training of some hundred steps; Keras' 0.99 would still carry the start.
    """
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
    return x
