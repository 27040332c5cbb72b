"""Exports Prometheus metrics with the official client, computed for each scrape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pacsimile_mock.journal.journal import Journal
from pacsimile_spec.version import __version__

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MeasuredWorld(Protocol):
    """A world whose calls are counted."""

    name: str
    journal: Journal


class _Worlds(Collector):
    """Calls by world, operation and status; and how many worlds there are."""

    def __init__(self, worlds: Iterable[MeasuredWorld]) -> None:
        self.worlds = list(worlds)

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("pacsimile_worlds", "Worlds of this server.", value=len(self.worlds))
        info = GaugeMetricFamily("pacsimile_info", "The version of this server.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        requests = CounterMetricFamily("pacsimile_requests", "Calls answered.", labels=["world", "operation", "status"])
        for world in self.worlds:
            for (operation, status), number in sorted(_by_operation(world).items()):
                requests.add_metric([world.name, operation, str(status)], number)
        yield requests


def _by_operation(world: MeasuredWorld) -> Counter[tuple[str, int]]:
    counted: Counter[tuple[str, int]] = Counter()
    for (operation, status, _), number in world.journal.store.counters().items():
        counted[operation or "none", status] += number
    return counted


def exposition(worlds: Iterable[MeasuredWorld]) -> bytes:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Worlds(worlds))
    return generate_latest(registry)
