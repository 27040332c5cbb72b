"""The sixth panel: forty faults of the mock, twenty of each of two servers in `examples/`, and a story for each.

They were written from the requirements, the documentation and the code of the servers, before any run against them, by
somebody who had seen the tables of the faults of the five former panels, none of which is repeated, and no outcome of a
fault. Nothing of the contract tests was read, nor any other list of defects. They are meant as a sample of what teams
get wrong in a service like this one, plain mistakes included.

Beyond the rules of the panel, a search for the word `panels` showed how many faults of each former panel were killed in
all. Of the mock's own list of defects, comments in its code tell that some override `ReportService.selected` and
`OrderService.listed`.
"""

from scripts.panels.sixth import (
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
