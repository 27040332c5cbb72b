"""The fifth panel: forty faults of the mock, twenty of each of two servers in `examples/`, and a story for each.

They were written from the requirements, the documentation and the code of the servers, before any run against them, by
somebody who had seen the tables of the faults of the four former panels, none of which is repeated, and no outcome of
a fault. Nothing of the contract tests was read, nor any other list of defects.

Nothing was read beyond the rules of the panel. Of the mock's own list of defects, the mock's `wsgi_calls.py` gives away
that some look at four headers that nothing else reads: no fault here does.
"""

from scripts.panels.fifth import (
    mock_access,
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
