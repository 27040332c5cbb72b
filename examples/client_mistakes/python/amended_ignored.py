"""Ignores an amended report, because its order has one."""

import sys
from typing import Any

from good import Results, main


class AmendedIgnored(Results):
    """Believes that an order has one report for ever."""

    def take(self, report: dict[str, Any]) -> str | None:
        """Fetch a report unless its order was fetched before."""
        return str(report["report_id"]) if report["supersedes"] is not None else super().take(report)


sys.exit(main(AmendedIgnored))
