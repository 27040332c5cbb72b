"""Defects of the list of a study's orders, and of the check of study UIDs."""

from __future__ import annotations

from collections.abc import Mapping

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND
from pacsimile_mock.defects.changed_calls import query_of, replaced_problem
from pacsimile_mock.errors import Problem, invalid_parameter
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.parameters import pairs
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED

TWO_YEARS = 2 * 365 * 86_400 * SECOND


@defect("order-ids-oldest-first", "ORDERID-2")
class OldestFirst(OrderService):
    """The orders of a study are listed oldest first."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Reverse the list."""
        return super().listed(organization_id, study_uid)[::-1]


@defect("order-ids-miss-one", "ORDERID-1")
class MissesOne(OrderService):
    """The oldest of several orders of a study is missing in the list."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Drop the last order."""
        orders = super().listed(organization_id, study_uid)
        return orders[:-1] or orders


@defect("order-ids-double-one", "ORDERID-1")
class DoublesOne(OrderService):
    """The newest order of a study is listed twice."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Repeat the first order."""
        orders = super().listed(organization_id, study_uid)
        return [orders[0], *orders]


@defect("order-ids-end-at-100", "ORDERID-1")
class EndsAt100(OrderService):
    """Only the first hundred orders of a study are listed."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Cut the list."""
        return super().listed(organization_id, study_uid)[:100]


@defect("unknown-study-is-empty", "ORDERID-3")
class UnknownStudyEmpty(OrderService):
    """An unknown study is answered with 200 and an empty list."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Return an empty list."""
        try:
            return super().listed(organization_id, study_uid)
        except Problem:
            return []


@defect("study-uid-with-newline-accepted", "ORDERID-4")
class NewlineAccepted(Pipeline):
    """A study UID followed by a newline is accepted."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Remove the newline."""
        call.query = query_of([(name, value.removesuffix("\n")) for name, value in pairs(call.query)])
        return super().parameters(operation_id, call)


@defect("study-uid-padded-with-nul-accepted", "ORDERID-4")
class PaddingAccepted(Pipeline):
    """A study UID padded with NUL, as DICOM data elements are, is accepted."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Remove the padding."""
        unpadded = [
            (name, value.removesuffix("\0") if name == "study_uid" else value) for name, value in pairs(call.query)
        ]
        call.query = query_of(unpadded)
        return super().parameters(operation_id, call)


@defect("study-uid-with-leading-zero-accepted", "ORDERID-4")
class LeadingZeroAccepted(Pipeline):
    """A study UID with leading zeros or too many characters is accepted."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Accept the UID as it is."""
        given = dict(pairs(call.query))
        try:
            return super().parameters(operation_id, call)
        except Problem as problem:
            uid = given.get("study_uid", "")
            if problem.requirement == "ORDERID-4" and uid.replace(".", "").isdigit():
                return given
            raise


@defect("unknown-study-has-no-such-order", "ORDERID-3")
class UnknownStudyHasNoOrder(OrderService):
    """`/orderId` reports an unknown study as an unknown order."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Change the problem type."""
        with replaced_problem("study-not-found", by="order-not-found"):
            return super().listed(organization_id, study_uid)


@defect("order-ids-leave-the-unfinished-out", "ORDERID-1")
class UnfinishedLeftOut(OrderService):
    """`/orderId` lists only the COMPLETED orders of a study, if there are any."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Remove the others."""
        orders = super().listed(organization_id, study_uid)
        return [order for order in orders if order.plan[-1].status == COMPLETED] or orders


@defect("amended-order-named-once-a-version", "ORDERID-1")
class NamedOnceAVersion(OrderService):
    """`/orderId` lists an amended order once for each version of its report."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Repeat the order for each amendment."""
        orders = super().listed(organization_id, study_uid)
        return [order for order in orders for _ in range(1 + len(order.amendments))]


@defect("uid-of-63-characters-refused", "ORDERID-4")
class LengthOffByOne(Pipeline):
    """A study UID of exactly 63 characters is refused as malformed."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Refuse that length."""
        values = super().parameters(operation_id, call)
        if len(values.get("study_uid", "")) == 63:
            raise invalid_parameter("study_uid", "must be a DICOM UID", "ORDERID-4")
        return values


@defect("order-ids-end-two-years-before-the-newest", "ORDERID-1")
class EndsAfterTwoYears(OrderService):
    """The orders of a study are read from the archive's newest volume: those two years older are missing."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Leave out what is older."""
        orders = super().listed(organization_id, study_uid)
        return [order for order in orders if orders[0].created_at - order.created_at < TWO_YEARS]


@defect("order-that-comes-late-is-listed-first", "ORDERID-2")
class LateListedFirst(OrderService):
    """`/orderId` puts each order that arrives first, even one that is older."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Keep the list in the order in which its orders came."""
        kept: dict[tuple[str, str], list[str]] = self.__dict__.setdefault("kept", {})
        orders = super().listed(organization_id, study_uid)
        known = kept.get((organization_id, study_uid), [])
        ranks = {order_id: rank for rank, order_id in enumerate(known)}
        listed = sorted(orders, key=lambda order: ranks.get(order.order_id, -1))
        kept[organization_id, study_uid] = [order.order_id for order in listed]
        return listed
