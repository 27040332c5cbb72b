"""A story for each fault: calls after which the undamaged server is right, and the one with the fault is wrong."""

from scripts.panels.ninth import stories_of_examples, stories_of_mock
from scripts.panels.play import STORIES

__all__ = ["STORIES", "stories_of_examples", "stories_of_mock"]
