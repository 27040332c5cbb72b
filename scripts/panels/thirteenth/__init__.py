"""The thirteenth panel: forty faults of three servers, by an author who had seen no contract test.

Of the other panels the author knew the table of the first alone.
"""

from scripts.panels.thirteenth import (
    mock_access,
    mock_orders,
    mock_queue,
    small_server,
    starlette_server,
    stories,
)

OVER_HTTP = True
"""Its stories are played on running servers."""

__all__ = ["mock_access", "mock_orders", "mock_queue", "small_server", "starlette_server", "stories"]
