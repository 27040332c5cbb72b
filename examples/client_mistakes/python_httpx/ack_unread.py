"""Acknowledges reports that it has never fetched."""

import sys
from typing import Any

from good import Results, main


class Unread(Results):
    """Takes a listing for the reports themselves."""

    def take(self, report: dict[str, Any]) -> str:
        """Fetch nothing."""
        return str(report["report_id"])


sys.exit(main(Unread))
