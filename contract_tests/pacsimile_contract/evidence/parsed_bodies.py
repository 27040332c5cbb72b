"""What was read from bodies and is kept with their exchanges: the latest of it alone, since it outweighs the bodies."""

import threading
import weakref
from collections import deque
from typing import Any

MOST_WEIGHT = 48 * 1024 * 1024
"""Bytes of memory that parsed documents may take, as they are estimated; the latest is kept in any case."""


class ParsedBodies:
    """Forgets the oldest of what owners keep under some of their attributes, once all weigh too much."""

    def __init__(self, most: int, attributes: tuple[str, ...]) -> None:
        self._most, self._attributes = most, attributes
        self._kept: deque[tuple[weakref.ref[Any], int]] = deque()
        self._weight = 0
        self._lock = threading.Lock()

    def track(self, owner: Any, weight: int) -> None:
        """Count what an owner keeps, as so many bytes. The oldest owners may lose theirs."""
        with self._lock:
            self._kept.append((weakref.ref(owner), weight))
            self._weight += weight
            while self._weight > self._most and len(self._kept) > 1:
                reference, freed = self._kept.popleft()
                self._weight -= freed
                self._forget(reference())

    def _forget(self, owner: Any) -> None:
        for name in self._attributes if owner is not None else ():
            vars(owner).pop(name, None)
