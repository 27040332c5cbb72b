"""The story of each fault: calls that an undamaged server answers rightly, and one with the fault does not."""

from __future__ import annotations

from scripts.panels.play import STORIES
from scripts.panels.thirteenth import stories_mock, stories_small_server, stories_starlette_server

__all__ = ["STORIES", "stories_mock", "stories_small_server", "stories_starlette_server"]
