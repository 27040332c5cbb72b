"""The stories, by the name of the fault: calls over HTTP on which only a server with the fault is wrong."""

from scripts.panels.play import STORIES
from scripts.panels.tenth import stories_access, stories_orders, stories_queue, stories_reports

__all__ = ["STORIES", "stories_access", "stories_orders", "stories_queue", "stories_reports"]
