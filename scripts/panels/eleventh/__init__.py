"""The eleventh panel: forty faults of the mock, the small server and the Starlette server, written blind.

Its author has read the contract, the documentation, the servers and the table of the panel `first`: no contract test.
"""

from scripts.panels.eleventh import example_stories, orders, queue, reports, small, starlette, stories, tokens

OVER_HTTP = True

__all__ = ["OVER_HTTP", "example_stories", "orders", "queue", "reports", "small", "starlette", "stories", "tokens"]
