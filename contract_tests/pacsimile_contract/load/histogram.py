"""A histogram of times that can be merged: its size does not grow with the calls, so a soak of days has room."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

GROWTH = 1.02
"""Each bucket is so much wider than the one before: a quantile is exact to 1 %."""
SHORTEST = 1e-5
"""Seconds of the first bucket. Everything shorter counts as this."""
_LOG = math.log(GROWTH)


class Histogram:
    """Times in seconds."""

    def __init__(self) -> None:
        self.buckets: Counter[int] = Counter()
        self.count, self.longest, self.sum = 0, 0.0, 0.0

    def add(self, seconds: float) -> None:
        """Count a time."""
        self.buckets[int(math.log(max(seconds, SHORTEST) / SHORTEST) / _LOG)] += 1
        self.count += 1
        self.sum += seconds
        self.longest = max(self.longest, seconds)

    def merge(self, other: Histogram) -> None:
        """Count all times of another histogram too."""
        self.buckets.update(other.buckets)
        self.count += other.count
        self.sum += other.sum
        self.longest = max(self.longest, other.longest)

    def quantile(self, share: float) -> float:
        """Return the seconds within which this share (0 … 1) of the calls ended; 0 where there are none."""
        wanted, seen = max(1, math.ceil(share * self.count)), 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= wanted:
                return float(min(SHORTEST * GROWTH ** (bucket + 0.5), self.longest))
        return 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "buckets": [[bucket, count] for bucket, count in sorted(self.buckets.items())],
            "longest": self.longest,
            "sum": self.sum,
        }

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Histogram:
        """Return the histogram of a JSON object that `as_json` made."""
        histogram = cls()
        histogram.buckets.update({int(bucket): int(count) for bucket, count in members["buckets"]})
        histogram.count = sum(histogram.buckets.values())
        histogram.longest, histogram.sum = float(members["longest"]), float(members["sum"])
        return histogram
