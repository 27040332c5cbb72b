"""Makes a call that the description does not allow."""

import sys
from typing import Any

from good import Results, main


class NotDescribed(Results):
    """Misspells a parameter."""

    def listing(self) -> list[dict[str, Any]]:
        """List with a parameter in the spelling of the others, and properly when that is refused."""
        answer = self.call("GET", "/reports", {"organization_id": self.organization_id})
        return list(answer.json()["reports"]) if answer.ok else super().listing()


sys.exit(main(NotDescribed))
