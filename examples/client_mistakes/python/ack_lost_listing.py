"""Acknowledges a listing that never arrived, without a body."""

import sys
from typing import Any

import requests
from good import Results, main


class LostListing(Results):
    """Acknowledges "what was listed", whatever that was."""

    def listing(self) -> list[dict[str, Any]]:
        """List once more where a listing is lost, but acknowledge it first."""
        parameters = {"organizationId": self.organization_id}
        try:
            return list(self.send("GET", "/reports", parameters).json()["reports"])
        except requests.RequestException:
            self.send("POST", "/reports", parameters)
        return super().listing()


sys.exit(main(LostListing))
