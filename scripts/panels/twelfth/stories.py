"""The stories of the twelfth panel, each of which tells whether a server did right."""

from scripts.panels.play import STORIES
from scripts.panels.twelfth import stories_of_examples, stories_of_mock

__all__ = ["STORIES", "stories_of_examples", "stories_of_mock"]
