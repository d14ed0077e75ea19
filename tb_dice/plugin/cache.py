"""A bounded cache that threads share."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Keeps the most recently used values while their sizes add up to at most ``limit``.

    The newest value is kept whatever its size, so even a large one is of use.
    """

    def __init__(self, limit: int, size: Callable[[Value], int] = lambda value: 1) -> None:
        self._limit = limit
        self._size = size
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """The value of a key, None when it is not held."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: Value) -> Value:
        """Holds a value, drops the ones unused for longest, and returns it."""
        size = self._size(value)
        with self._lock:
            self._drop(key)
            self._values[key] = (value, size)
            self._held += size
            while self._held > self._limit and len(self._values) > 1:
                self._drop(next(iter(self._values)))
        return value

    def get_or(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key, made when it is not held. Two threads may both make it."""
        held = self.get(key)
        return self.put(key, make()) if held is None else held

    def __len__(self) -> int:
        with self._lock:
            return len(self._values)

    def _drop(self, key: Hashable) -> None:
        if key in self._values:
            self._held -= self._values.pop(key)[1]
