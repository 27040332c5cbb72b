"""The queue as the contract has it (BATCH-1 … BATCH-13): a pure model that answers are compared with.

What is true of one organization at one instant, and what each call does to it. It knows neither HTTP nor time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Books:
    """What is true of an organization: its studies, its reports, and what each client was shown last.

    `studies` holds (study, its orders, oldest first), `versions` (order, its reports that became ready, oldest first),
    `shown` (client, reports of its most recent listing). Equality ignores the order in which entries were added.
    """

    studies: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    versions: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    acknowledged: frozenset[str] = frozenset()
    shown: frozenset[tuple[str, frozenset[str]]] = frozenset()

    # What is true

    def newest(self, order: str) -> str | None:
        """Return the report of the order's newest version; None while it is not COMPLETED."""
        return next((reports[-1] for name, reports in self.versions if name == order), None)

    def versions_with(self, report: str) -> tuple[str, ...]:
        """Return the reports of the order that a report is of, oldest first; none where it never was ready."""
        return next((reports for _, reports in self.versions if report in reports), ())

    def is_newest(self, report: str) -> bool:
        """Tell whether a report is its order's newest version."""
        return any(reports[-1] == report for _, reports in self.versions)

    def superseded_by(self, report: str) -> str | None:
        """Return the version that a report superseded when it became ready; None for an order's first (BATCH-12)."""
        versions = self.versions_with(report)
        place = versions.index(report) if versions else 0
        return versions[place - 1] if place else None

    def of_study(self, study: str) -> tuple[str, ...]:
        """Return the study's orders, newest first; each was created when it was submitted (STATUS-2)."""
        return next((orders[::-1] for name, orders in self.studies if name == study), ())

    @property
    def ready(self) -> frozenset[str]:
        """All reports that are or were ready, including those superseded or acknowledged."""
        return frozenset(report for _, reports in self.versions for report in reports)

    @property
    def listable(self) -> frozenset[str]:
        """All reports that are ready, not acknowledged and not superseded (BATCH-1, BATCH-2, BATCH-12)."""
        return frozenset(reports[-1] for _, reports in self.versions if reports[-1] not in self.acknowledged)

    def remembered(self, client: str) -> frozenset[str] | None:
        """Return what the client's most recent listing contained; None where it never listed (BATCH-7)."""
        return next((reports for name, reports in self.shown if name == client), None)

    def marked_by_listing(self, client: str) -> frozenset[str]:
        """Return what an acknowledgement without a body marks: of the last listing, superseded or not (BATCH-5)."""
        return (self.remembered(client) or frozenset()) - self.acknowledged

    def marked_by_name(self, reports: Iterable[str]) -> frozenset[str]:
        """Return which of these reports an acknowledgement newly marks: ready and not marked before (BATCH-11)."""
        return frozenset(reports) & self.ready - self.acknowledged

    def unknown(self, reports: Iterable[str]) -> frozenset[str]:
        """Return which of these reports an acknowledgement does not find: those that never were ready (BATCH-11)."""
        return frozenset(reports) - self.ready

    # What calls do

    def submitted(self, order: str, study: str) -> "Books":
        """Add a new order, the most recent of its study."""
        return replace(self, studies=_appended(self.studies, study, order))

    def completed(self, order: str, report: str) -> "Books":
        """Make a version of the order's report ready. It supersedes those before."""
        return replace(self, versions=_appended(self.versions, order, report))

    def listed(self, client: str, reports: Iterable[str]) -> "Books":
        """Make these reports the client's most recent listing."""
        others = (entry for entry in self.shown if entry[0] != client)
        return replace(self, shown=frozenset([*others, (client, frozenset(reports))]))

    def forgotten(self, client: str) -> "Books":
        """Forget the client's most recent listing."""
        return replace(self, shown=frozenset(entry for entry in self.shown if entry[0] != client))

    def marked(self, reports: Iterable[str]) -> "Books":
        """Acknowledge these reports."""
        return replace(self, acknowledged=self.acknowledged | frozenset(reports))


def _appended(
    known: frozenset[tuple[str, tuple[str, ...]]], name: str, member: str
) -> frozenset[tuple[str, tuple[str, ...]]]:
    before = next((entry for entry in known if entry[0] == name), (name, ()))
    return known - {before} | {(name, (*before[1], member))}
