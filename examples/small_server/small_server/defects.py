"""Ways of being wrong on purpose, for testing the contract tests. Each changes one method of a correct service."""

from collections.abc import Callable, Mapping

from small_server.backlog import Backlog
from small_server.clock import SECOND, rfc3339
from small_server.orders import Order, Organization, Version
from small_server.tokens import Token, Tokens
from small_server.wire import Request

Defect = Callable[[], None]


def memory_of_the_organization() -> None:
    """A POST without a body acknowledges what any client of the organization listed last."""

    def place(_: Backlog, client_id: str, organization: Organization) -> tuple[str, str]:
        del client_id
        return "", organization.organization_id

    Backlog.place = place  # type: ignore[assignment, method-assign]


def newest_by_text() -> None:
    """The most recent order is the one whose `created_at` is last as text, whatever its offset."""

    def as_text(order: Order) -> tuple[str, int]:
        return rfc3339(order.created_at, order.offset), order.rank

    Order.age_key = property(as_text)  # type: ignore[assignment, method-assign]


def group_forgets_failed() -> None:
    """A group's report leaves out the orders that failed."""
    of_group = Organization.of_group

    def without_failed(organization: Organization, study_group: str) -> list[Order]:
        members = of_group(organization, study_group)
        return [order for order in members if order.status != "FAILED"] or members

    Organization.of_group = without_failed  # type: ignore[assignment, method-assign]


def amended_listed_once() -> None:
    """An amended report is not listed if the version before it was acknowledged."""
    amend = Organization.amend

    def once(organization: Organization, order: Order, at: int) -> Version:
        was_acknowledged = order.versions[-1].acknowledged
        version = amend(organization, order, at)
        if was_acknowledged:
            organization.waiting.pop(version.report_id)
        return version

    Organization.amend = once  # type: ignore[assignment, method-assign]


def ten_minutes_more() -> None:
    """A token is accepted for ten minutes after it has expired."""
    verify = Tokens.verify

    def later(tokens: Tokens, request: Request, now: int) -> Token:
        return verify(tokens, request, now - 600 * SECOND)

    Tokens.verify = later  # type: ignore[assignment, method-assign]


DEFECTS: Mapping[str, Defect] = {
    "memory-of-the-organization": memory_of_the_organization,
    "newest-by-text": newest_by_text,
    "group-forgets-failed": group_forgets_failed,
    "amended-listed-once": amended_listed_once,
    "ten-minutes-more": ten_minutes_more,
}
"""Each defect and its effect on all services in this process. The README names the requirement that must notice it."""
