"""What is known of an order's changes: `updated_at` follows each of them, and progress never falls, for any client."""

from pacsimile_contract import facts
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

    def take(self, call: Call) -> None:
        """Compare a status with the one before."""
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
        self._last[key] = (status, call.exchange)

    def _compare(self, before: OrderStatus, first: Exchange, after: OrderStatus, second: Exchange) -> None:
        changed = before.status != after.status
        if changed and after.status not in ALLOWED.get(str(before.status), ()):
            return  # STATUS-5 judges that
        if before.progress is not None and after.progress is not None:
            if after.progress < before.progress:
                self._comparisons.contradict(
                    "STATUS-6", first, second, expected=f"progress {before.progress} or more", got=str(after.progress)
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
