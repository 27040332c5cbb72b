"""Remembers bytes that take long to make, within a bound of their sum: the least recently used are dropped first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class ByteCache:
    """A cache of bytes by key, bounded by their sum."""

    def __init__(self, bound: int) -> None:
        """Keep at most `bound` bytes, those of the keys not counted."""
        self.bound = bound
        self.size = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under `key`, or make and keep it."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        content = make()
        with self._lock:
            self._keep(key, content)
        return content

    def clear(self) -> None:
        """Drop all."""
        with self._lock:
            self._kept.clear()
            self.size = 0

    def _keep(self, key: Hashable, content: bytes) -> None:
        if key in self._kept or len(content) > self.bound:
            return
        self._kept[key] = content
        self.size += len(content)
        while self.size > self.bound:
            self.size -= len(self._kept.popitem(last=False)[1])
