"""The stories of all faults."""

from scripts.panels.eighth import (
    stories_mock_access,
    stories_mock_queue,
    stories_mock_reports,
    stories_small,
    stories_starlette,
)
from scripts.panels.play import STORIES

__all__ = [
    "STORIES",
    "stories_mock_access",
    "stories_mock_queue",
    "stories_mock_reports",
    "stories_small",
    "stories_starlette",
]
