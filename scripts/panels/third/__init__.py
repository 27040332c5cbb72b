"""The third panel: forty faults of the mock, twenty of each of two servers in `examples/`, and a story for each.

They were written from the requirements, the documentation and the code of the servers, before any run against them, and
with the outcomes of the second panel seen: none of its faults is repeated.
"""

from scripts.panels.third import (
    mock_access,
    mock_orders,
    mock_queue,
    mock_reports,
    small,
    small_queue,
    starlette,
    starlette_queue,
    stories,
)

__all__ = [
    "mock_access",
    "mock_orders",
    "mock_queue",
    "mock_reports",
    "small",
    "small_queue",
    "starlette",
    "starlette_queue",
    "stories",
]

OVER_HTTP = True
"""The stories play on a running server, which serves the API and provider states over HTTP."""
