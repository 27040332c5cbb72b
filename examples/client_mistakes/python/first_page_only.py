"""Reads the first page of the listing, and believes that it is all."""

import sys
from typing import Any

from good import Results, main


class FirstPageOnly(Results):
    """Lists two reports."""

    def listing(self) -> list[dict[str, Any]]:
        """Return the two oldest reports: `collect` sees that they are fewer than its own limit."""
        answer = self.get("/reports", organizationId=self.organization_id, limit="2")
        return list(answer.json()["reports"])


sys.exit(main(FirstPageOnly))
