"""The seventh panel: twenty faults of the mock, ten of each of two servers in `examples/`, and a story for each.

They were written from the requirements, the documentation and the code of the servers, before any run against them, by
somebody who had seen the tables of the faults of the six former panels, none of which is repeated, and no outcome of a
fault. Nothing of the contract tests was read, nor any other list of defects. They are meant to be subtle: each needs a
state, an order of events, an amount, a caller or a spelling that an afternoon's tests would hardly have.

Beyond the rules of the panel, listings of folders showed the names of the files in `mock/pacsimile_mock/defects`, and
their lengths. Comments in the mock's code tell that some of its own defects override `ReportService.selected` and
`OrderService.listed`. When all faults were written, a listing of the history showed the subject of a commit that tells
how many faults of the sixth panel were killed in its first run, and of another that names three that were not; nothing
was changed for it.
"""

from scripts.panels.seventh import mock_access, mock_queue, mock_reports, small, starlette, stories

__all__ = ["mock_access", "mock_queue", "mock_reports", "small", "starlette", "stories"]

OVER_HTTP = True
"""The stories play on a running server, which serves the API and provider states over HTTP."""
