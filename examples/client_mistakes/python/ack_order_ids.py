"""Acknowledges by the ids of orders."""

import sys
from typing import Any

from good import Results, main


class OrderIds(Results):
    """Takes the id of an order for that of its report."""

    def take(self, report: dict[str, Any]) -> str | None:
        """Fetch a report, and name its order to be acknowledged."""
        return None if super().take(report) is None else str(report["order_id"])


sys.exit(main(OrderIds))
