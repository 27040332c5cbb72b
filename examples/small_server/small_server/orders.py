"""Orders, the versions of their reports, and their organization, as they are at this instant."""

import itertools
import secrets
from dataclasses import dataclass, field

OFFERED_TYPES = ("json", "txt", "pdf", "hl7v2")
FINAL = ("COMPLETED", "FAILED", "CANCELLED")
PATH = {"RECEIVED": ("RECEIVED", "PROCESSING", *FINAL), "PROCESSING": ("PROCESSING", *FINAL)}
_ranks = itertools.count(1)


@dataclass(slots=True)
class Version:
    """One version of an order's report. Listings and acknowledgements are about versions (BATCH-12)."""

    report_id: str
    order: "Order"
    number: int
    supersedes: str | None
    completed_at: int
    offset: str = "Z"
    acknowledged: bool = False
    rank: int = field(default_factory=lambda: next(_ranks))

    @property
    def report_status(self) -> str:
        """`final` for the first version, `amended` for each later one."""
        return "final" if self.number == 1 else "amended"


@dataclass(slots=True)
class Order:
    """An order. Instants are in milliseconds. `rank` tells which of two orders was submitted later (STATUS-2)."""

    study_uid: str
    created_at: int
    updated_at: int
    study_group: str | None = None
    offset: str = "Z"
    report_types: tuple[str, ...] = OFFERED_TYPES
    status: str = "RECEIVED"
    progress: int = 0
    completed_at: int | None = None
    versions: list[Version] = field(default_factory=list)
    order_id: str = field(default_factory=lambda: f"order-{secrets.token_hex(8)}")
    first_report_id: str = field(default_factory=lambda: f"report-{secrets.token_hex(8)}")
    rank: int = field(default_factory=lambda: next(_ranks))

    @property
    def age_key(self) -> tuple[int, int]:
        """Sort orders by creation as an instant, ties by submission."""
        return self.created_at, self.rank


class Organization:
    """What one organization submitted, by every name that calls use. Nothing is shared with another organization."""

    def __init__(self, organization_id: str) -> None:
        self.organization_id = organization_id
        self.orders: dict[str, Order] = {}
        self.studies: dict[str, list[Order]] = {}
        self.groups: dict[str, list[Order]] = {}
        self.versions: dict[str, Version] = {}
        self.waiting: dict[str, Version] = {}

    def submit(self, order: Order) -> None:
        """Add an order."""
        self.orders[order.order_id] = order
        self.studies.setdefault(order.study_uid, []).append(order)
        if order.study_group is not None:
            self.groups.setdefault(order.study_group, []).append(order)

    def of_study(self, study_uid: str) -> list[Order]:
        """Return the study's orders, newest first (ORDERID-2)."""
        return sorted(self.studies.get(study_uid, []), key=lambda order: order.age_key, reverse=True)

    def of_group(self, study_group: str) -> list[Order]:
        """Return the group's orders, in the order in which they joined."""
        return self.groups.get(study_group, [])

    def move(self, order: Order, status: str, at: int, version_offset: str = "Z") -> None:
        """Change an order's status. COMPLETED makes its report ready at the same instant (CONS-1)."""
        order.status, order.updated_at = status, at
        if status == "COMPLETED":
            order.progress, order.completed_at = 100, at
            self._publish(Version(order.first_report_id, order, 1, None, at, version_offset))
        elif status == "PROCESSING":
            order.progress = max(order.progress, 10)

    def amend(self, order: Order, at: int) -> Version:
        """Add a version after the newest one, which is no longer listed but remains known (BATCH-12)."""
        newest = order.versions[-1]
        self.waiting.pop(newest.report_id, None)
        report_id = f"report-{secrets.token_hex(8)}"
        order.updated_at = at
        return self._publish(Version(report_id, order, newest.number + 1, newest.report_id, at))

    def _publish(self, version: Version) -> Version:
        version.order.versions.append(version)
        self.versions[version.report_id] = self.waiting[version.report_id] = version
        return version


def next_change(order: Order, now: int) -> int:
    """Return now, but at least a millisecond after the last change, so that a change is visible (STATUS-7)."""
    return max(now, order.updated_at + 1)
