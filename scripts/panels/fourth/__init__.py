"""The fourth panel: forty faults of the mock, twenty of each of two servers in `examples/`, and a story for each.

They were written from the requirements, the documentation and the code of the servers, before any run against them, by
somebody who had seen the table of the third panel's faults, none of which is repeated, and no outcome of a fault.

Read beyond the rules of the panel: the first 60 lines of two files of the third panel and the first 30 of a third one,
where one file was allowed; and `ARCHITECTURE.md` and `CONTRIBUTING.md`, which tell how the contract tests are built and
how many faults of the former panels were killed. Nothing of the contract tests was read, nor any other list of defects.
"""

from scripts.panels.fourth import (
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
