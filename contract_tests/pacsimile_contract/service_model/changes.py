"""What is known of an order's changes: `updated_at` follows each of them, and progress never falls, for any client."""

from collections import defaultdict

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import OrderStatus
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.orders import differs_from_asked
from pacsimile_spec.statuses import ALLOWED


class Changes:
    """The statuses of each order in a row, whoever asked for them."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons
        self._last: dict[tuple[str, str], tuple[OrderStatus, Exchange]] = {}
        """By organization and order."""
        self._versions: dict[tuple[str, str], list[tuple[str, Exchange]]] = defaultdict(list)
        """By organization and order, the versions that were served since its last status, one after another."""

    def take(self, call: Call) -> None:
        """Compare a status with the one before."""
        if call.operation == "getResult" and call.exchange.status == 200:
            self._take_version(call)
        if call.operation != "getStatus" or call.exchange.status != 200:
            return
        status = facts.order_status(call.exchange)
        if status.order_id is None or differs_from_asked(call, status.order_id, status.study_uid):
            return
        key = (call.organization, status.order_id)
        if key in self._last:
            before, exchange = self._last[key]
            if not self._comparisons.came_before(exchange, call.exchange):
                return
            self._compare(before, exchange, status, call.exchange)
            self._follows_versions(key, before, status, call.exchange)
        self._last[key] = (status, call.exchange)
        self._versions.pop(key, None)

    def _take_version(self, call: Call) -> None:
        headers, exchange = report_headers(call.exchange), call.exchange
        key = (call.organization, headers.order_id or "")
        if headers.report_id is None or key not in self._last:
            return
        last = self._versions[key][-1] if self._versions[key] else (None, self._last[key][1])
        if last[0] != headers.report_id and self._comparisons.came_before(last[1], exchange):
            self._versions[key].append((headers.report_id, exchange))

    def _follows_versions(
        self, key: tuple[str, str], before: OrderStatus, after: OrderStatus, exchange: Exchange
    ) -> None:
        """Judge that `updated_at` moved where a newer version came between two statuses."""
        versions = self._versions.get(key, [])
        if len(versions) < 2 or not self._comparisons.came_before(versions[1][1], exchange):
            return
        if (
            before.updated_at is not None
            and before.updated_at == after.updated_at
            and not after.updated_at.whole_seconds
        ):
            self._comparisons.contradict(
                "STATUS-7", self._last[key][1], versions[0][1], versions[1][1], exchange, got="the same",
                expected="updated_at after an amendment later than", expected_value=str(before.updated_at),
                is_tentative=True,
            )  # fmt: skip

    def _compare(self, before: OrderStatus, first: Exchange, after: OrderStatus, second: Exchange) -> None:
        changed = before.status != after.status
        if changed and after.status not in ALLOWED.get(str(before.status), ()):
            return  # STATUS-5 judges that
        if before.progress is not None and after.progress is not None:
            if after.progress < before.progress:
                self._comparisons.contradict(
                    "STATUS-6",
                    first,
                    second,
                    expected="no less than progress",
                    got="progress",
                    expected_value=before.progress,
                    got_value=after.progress,
                )
            changed |= before.progress != after.progress
        if before.updated_at is None or after.updated_at is None:
            return
        if after.updated_at < before.updated_at:
            self._comparisons.contradict(
                "STATUS-7", first, second, expected="updated_at not before", expected_value=str(before.updated_at),
                got="updated_at", got_value=str(after.updated_at),
            )  # fmt: skip
        elif changed and after.updated_at == before.updated_at and not before.updated_at.whole_seconds:
            self._comparisons.contradict(
                "STATUS-7", first, second, expected="updated_at after a change later than", got="the same",
                expected_value=str(before.updated_at),
            )  # fmt: skip
        else:
            self._comparisons.note("STATUS-7", second)
