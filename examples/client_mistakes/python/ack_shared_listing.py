"""Two workers share a client id, and each acknowledges without a body what was listed last: by the other one."""

import sys
from pathlib import Path

from good import Results, main


class Worker(Results):
    """Acknowledges without a body."""

    def acknowledge(self, report_ids: list[str]) -> None:
        """Acknowledge what was listed last."""
        self.expect_200(self.call("POST", "/reports", {"organizationId": self.organization_id}))


class SharedListing(Worker):
    """Shares the reports with a second worker."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.second = Worker(folder)

    def collect(self) -> int:
        """List by both, take half by each, and let the first one acknowledge."""
        own, others = self.listing(), self.second.listing()
        stored = [self.take(report) for report in own[::2]]
        self.acknowledge([])
        return len(stored + [self.second.take(report) for report in others[1::2]])


sys.exit(main(SharedListing))
