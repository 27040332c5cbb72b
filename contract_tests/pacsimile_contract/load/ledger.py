"""What one organization's client was answered, and what later answers must therefore say (CONS-1).

Calls overlap. So an answer is held only against what was received before its request was sent, and a report may be
absent from a listing as soon as an acknowledgement of it was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pacsimile_contract.facts.queue import Acknowledgement, ReportList
from pacsimile_contract.load.violations import Violations
from pacsimile_spec.statuses import COMPLETED, RECEIVED

FINAL = ("COMPLETED", "FAILED", "CANCELLED")
ANOTHER = "the answer is about another order"


def _rank(status: str) -> int:
    return 0 if status == RECEIVED else 2 if status in FINAL else 1


class Owners:
    """The organizations that own the reports and orders which this process has seen."""

    def __init__(self, orders: Mapping[str, str] | None = None) -> None:
        self._orders = dict(orders or {})
        self._reports: dict[str, str] = {}

    def foreign(self, organization: str, order_id: str | None, report_id: str | None) -> str | None:
        """Note that an organization was shown these, and return the id that is another organization's, if any is."""
        pairs = ((self._orders, order_id), (self._reports, report_id))
        return next(
            (name for names, name in pairs if name and names.setdefault(name, organization) != organization), None
        )

    @property
    def reports(self) -> Mapping[str, str]:
        """The organization of each report that was listed."""
        return self._reports


class Ledger:
    """Judges the answers about one organization's orders and queue.

    Times are seconds of one monotonic clock. `sent` is when a request left, `received` when its answer was whole.

    Args:
        organization: Its id.
        violations: Where judgements go.
        owners: Shared by all ledgers of a process.
        exclusive: Whether nobody else acknowledges in this organization meanwhile. If somebody may, a report that is
            no longer listed is not lost.
        began: When the load began.
    """

    def __init__(
        self, organization: str, violations: Violations, owners: Owners, *, exclusive: bool, began: float = 0.0
    ) -> None:
        self.organization, self.exclusive, self.began = organization, exclusive, began
        self._violations, self._owners = violations, owners
        self._statuses: dict[str, tuple[str, float]] = {}
        self._waiting: dict[str, float] = {}
        """Reports that must be listed until they are acknowledged, and since when."""
        self._ready: dict[str, float] = {}
        """Orders that were seen to become COMPLETED and whose report was not listed yet, and since when."""
        self._listed_orders: set[str] = set()
        self._acknowledged: dict[str, tuple[float, str]] = {}
        """Reports that must not be listed any more: since when, and by which kind of acknowledgement."""
        self._taken: dict[str, float] = {}
        """Reports that an answer named as acknowledged."""
        self._contents: dict[tuple[str, str], tuple[bytes, bytes]] = {}

    # --- statuses

    def status(self, order_id: str, answered: str | None, status: str | None, sent: float, received: float) -> None:
        """Judge a status: it is that of the order asked for, and not behind an earlier one."""
        if answered is not None:
            self._judge("STATUS-1", answered == order_id, ANOTHER, order_id, received, answered)
        if status is None or answered not in (None, order_id):
            return
        known, since = self._statuses.get(order_id, (None, 0.0))
        if known is not None and since < sent:
            forward = _rank(status) > _rank(known) or status == known
            self._judge("STATUS-5", forward, f"{status} after {known}", order_id, received)
        if known is None or _rank(status) >= _rank(known):
            if status == COMPLETED and known not in (None, COMPLETED) and order_id not in self._listed_orders:
                self._ready.setdefault(order_id, received)
            self._statuses[order_id] = (status, min(since, received) if status == known else received)

    def completed_before(self, order_id: str, sent: float) -> bool:
        """Tell whether an order was known to be COMPLETED before a request was sent."""
        status, since = self._statuses.get(order_id, ("", 0.0))
        return status == COMPLETED and since < sent

    def is_final(self, order_id: str) -> bool:
        """Tell whether an order is known to have a final status."""
        return self._statuses.get(order_id, ("", 0.0))[0] in FINAL

    # --- the queue

    def listing(self, listed: ReportList, limit: int | None, sent: float, received: float) -> None:
        """Judge a listing, and note what it names."""
        entries, names = listed.reports or (), [name for name in listed.report_ids if name]
        if limit is not None:
            self._judge("BATCH-13", len(entries) <= limit, f"{len(entries)} reports for {limit}", "limit", received)
        if listed.organization_id is not None:
            own = listed.organization_id == self.organization
            self._judge("BATCH-2", own, "the listing is another organization's", listed.organization_id, received)
        self._judge_twice(names, received)
        for entry in entries:
            foreign = self._owners.foreign(self.organization, entry.order_id, entry.report_id)
            self._judge("BATCH-2", foreign is None, "it is another organization's", foreign or "", received)
        self._judge_acknowledged(names, sent, received)
        if self.exclusive and (limit is None or len(entries) < limit):
            superseded = {entry.supersedes for entry in entries if entry.supersedes}
            self._judge_lost(set(names), {entry.order_id for entry in entries}, superseded, sent, received)
        for entry in entries:
            if entry.supersedes:
                self._waiting.pop(entry.supersedes, None)
            if entry.order_id:
                self._ready.pop(entry.order_id, None)
                self._listed_orders.add(entry.order_id)
                self._statuses.setdefault(entry.order_id, (COMPLETED, received))
            if entry.report_id and entry.report_id not in self._acknowledged:
                self._waiting.setdefault(entry.report_id, received)

    def _judge_twice(self, names: Sequence[str], received: float) -> None:
        seen: set[str] = set()
        twice = next((name for name in names if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value]
        self._judge("BATCH-1", twice is None, "listed twice in one listing", twice or "", received)

    def _judge_acknowledged(self, names: Iterable[str], sent: float, received: float) -> None:
        for name in names:
            since, kind = self._acknowledged.get(name, (sent, ""))
            if since >= sent:
                continue
            requirement = "BATCH-2" if name in self._taken else kind
            words = "it was acknowledged, and is listed again" if requirement == "BATCH-2" else (
                "it was in the last listing, the acknowledgement was answered with success, and it is listed again"
            )  # fmt: skip
            self._judge(requirement, False, words, name, received)
            del self._acknowledged[name]

    def _judge_lost(
        self, names: set[str], orders: set[str | None], superseded: set[str], sent: float, received: float
    ) -> None:
        """Judge a listing that had room for everything: what was known before it must be there."""
        for name, since in list(self._waiting.items()):
            if since < sent and name not in superseded:
                words = "it was listed and not acknowledged, and is not listed any more"
                if not self._judge("BATCH-1", name in names, words, name, received):
                    del self._waiting[name]
        for order_id, since in list(self._ready.items()):
            if since < sent and not self._judge(
                "BATCH-1",
                order_id in orders,
                "its order is COMPLETED, and its report is not listed",
                order_id,
                received,
            ):
                del self._ready[order_id]

    def acknowledging(self, names: Iterable[str]) -> None:
        """Note that an acknowledgement of these reports was sent: from now on each may be listed or not."""
        for name in names:
            self._waiting.pop(name, None)

    def refused(self, names: Iterable[str], received: float) -> None:
        """Note that it was refused: a refused call acknowledges nothing."""
        for name in names:
            if name not in self._acknowledged:
                self._waiting.setdefault(name, received)

    def acknowledged(
        self, names: Sequence[str], answer: Acknowledgement | None, received: float, *, named: bool
    ) -> None:
        """Judge the answer to an acknowledgement that succeeded.

        Args:
            names: The reports that it was about: those named, or those of the client's last listing.
            answer: What was answered; None where the service's dialect answers nothing.
            received: When it was received.
            named: Whether the call named them.
        """
        kind, others = ("BATCH-11", "BATCH-11") if named else ("BATCH-5", "BATCH-6")
        for name in names:
            self._acknowledged[name] = (received, kind)
        if answer is None:
            return
        if self.exclusive:
            meant = set(names)
            for name in answer.acknowledged or ():
                self._judge(others, name in meant, "acknowledged, though it was not listed before", name, received)
        for name in answer.not_found or ():
            if named and name in self._acknowledged:
                self._judge("BATCH-11", False, "answered as not found, though it was listed", name, received)
        self._taken.update(dict.fromkeys(answer.acknowledged or (), received))
        self._violations.judged[kind] += len(names)

    # --- reports

    def report(
        self, order_id: str, answered: str | None, key: tuple[str, str] | None, exact: bytes,
        content: Callable[[], bytes], received: float,
    ) -> None:  # fmt: skip
        """Judge a report that was fetched.

        Args:
            order_id: The order asked for.
            answered: The order that the answer names; None where it names none.
            key: Its version and type; None where the answer does not name the version, or the type may differ in bytes.
            exact: A digest of its bytes.
            content: Returns a digest of what it says, which other bytes may say too.
            received: When the report was received.
        """
        if answered is not None:
            self._judge("RESULTS-1", answered == order_id, ANOTHER, order_id, received, answered)
        if key is not None:
            if key not in self._contents:
                self._contents[key] = (exact, content())
            else:
                bytes_before, content_before = self._contents[key]
                same = exact == bytes_before or content() == content_before
                self._judge("RESULTS-6", same, f"as {key[1]} it says something else", key[0], received)

    def judge(self, requirement: str, holds: bool, words: str, subject: str, received: float) -> bool:
        """Judge something else about an answer."""
        return self._judge(requirement, holds, words, subject, received)

    def _judge(self, requirement: str, holds: bool, words: str, subject: str, received: float, other: str = "") -> bool:
        return self._violations.judge(requirement, holds, words, subject, received - self.began, other)
