"""The eighth panel: twenty faults of the mock, ten of each of two servers in `examples/`, and a story for each.

They were written from the requirements, the documentation and the code of the servers, before any run against them, by
somebody who had seen the tables of the faults of the seven former panels, none of which is repeated, and the outcome of
no fault. Nothing of the contract tests was read, nor any other list of defects. They are meant to be subtle: each needs
a state, an order of events, an amount, a caller, a combination or a spelling that an afternoon's tests would hardly
have.

Beyond the rules of the panel, a search of `CONTRIBUTING.md` showed how many faults of each former panel were killed,
but not which. Comments in the mock's code tell that some of its own defects override `ReportService.selected`,
`OrderService.listed` and single steps of the token endpoint. `wsgi_calls.py` lists the request headers that only those
defects look at: no fault here looks at any of them. Listings of folders showed the names of the files with the results
of the former panels, and that each of the two servers has a `defects.py`; none of these was opened.
"""

from scripts.panels.eighth import mock_access, mock_queue, mock_reports, small, starlette, stories

__all__ = ["mock_access", "mock_queue", "mock_reports", "small", "starlette", "stories"]

OVER_HTTP = True
"""The stories play on a running server, which serves the API and provider states over HTTP."""
