"""The first panel: forty faults, written from the requirements and the mock's code before any run against them."""

from scripts.panels.first import auth, orders, queue, reports, stories, views

__all__ = ["auth", "orders", "queue", "reports", "stories", "views"]
