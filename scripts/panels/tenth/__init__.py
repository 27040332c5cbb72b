"""The tenth panel: forty faults, written from the requirements and the servers' code, without a look at the tests.

Twenty are the mock's, ten are those of each of two servers of `examples/`. All stories are played over HTTP alone.
"""

from scripts.panels.tenth import access, orders, queue, reports, small, starlette, stories

OVER_HTTP = True
__all__ = ["access", "orders", "queue", "reports", "small", "starlette", "stories"]
