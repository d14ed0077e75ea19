"""A checksum of each sample's input, computed where the input is."""

from tb_dice.callback.backends import Backend
from tb_dice.definition.arrays import Tensor
from tb_dice.masks.device import device

# Odd constants of well-known integer hashes, as int32.
MIXERS = ((-1640531535, 99396715), (2146121005, -2073254261))


def fingerprints(x: Tensor, backend: Backend) -> Tensor:
    """Returns int32 [n, 2]: two sums of the bits of a sample, weighted by their positions.

    The arithmetic is modulo 2^32: neither the device nor the order of adding changes the result.
    """
    words = backend.hashed(backend.words(x))
    ops = device(words).xp
    place = 2 * ops.arange(ops.shape(words)[1], dtype="int32") + 1
    sums = [ops.sum(words * _weights(place, mixer, backend), axis=1) for mixer in MIXERS]
    return ops.cast(ops.stack(sums, axis=-1), "int32")


def _weights(place: Tensor, mixer: tuple[int, int], backend: Backend) -> Tensor:
    return backend.hashed(place * mixer[0]) * mixer[1]
