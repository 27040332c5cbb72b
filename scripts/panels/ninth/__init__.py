"""The ninth panel: forty faults of three servers, written from the documents and the servers' code alone."""

from scripts.panels.ninth import auth, groups, of_small_server, of_starlette_server, orders, queue, reports, stories

OVER_HTTP = True

__all__ = ["auth", "groups", "of_small_server", "of_starlette_server", "orders", "queue", "reports", "stories"]
