"""Fetches each report twice: once to look at it, and once to store it."""

import sys
from typing import Any

from good import Results, main


class FetchedTwice(Results):
    """Keeps nothing of the first look."""

    def take(self, report: dict[str, Any]) -> str | None:
        """Fetch a report to look at it, and again to store it."""
        self.fetch(report)
        return super().take(report)


sys.exit(main(FetchedTwice))
