"""The twelfth panel: forty faults of the mock and two example servers, written without sight of the tests."""

from scripts.panels.twelfth import auth, orders, queue, small, starlette_app, stories

OVER_HTTP = True
"""Its stories are played over HTTP, on servers of their own."""

__all__ = ["OVER_HTTP", "auth", "orders", "queue", "small", "starlette_app", "stories"]
