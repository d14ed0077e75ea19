"""The names of array types in the signatures of all packages."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Tensor: TypeAlias = Any  # of numpy or of any framework
Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
States: TypeAlias = NDArray[np.uint8]  # of samples and classes, see ``tb_dice.log.record``
