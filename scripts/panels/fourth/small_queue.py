"""Faults of `examples/small_server` in its queue, and in what all views of it say."""

from __future__ import annotations

import time
from typing import Any

from small_server import api, backlog
from small_server.backlog import Backlog
from small_server.orders import Order, Organization, Version
from small_server.wire import Request, Response

from scripts.panels.faults import fault, put
from scripts.panels.fourth.small import SERVER, wrap

KEPT = 1.0
"""Seconds that a listing is kept."""


@fault(SERVER, "small-page-is-remembered-for-the-organization", "BATCH-9")
def page_of_organization() -> None:
    """A page with `limit` is remembered as the organization's: a colleague's POST acknowledges it."""
    listing, acknowledge = Backlog.listing, Backlog.acknowledge

    def paged(self: Backlog, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        made = listing(self, client_id, organization, limit)
        pages: dict[str, list[str]] = self.__dict__.setdefault("pages", {})
        if limit is not None:
            pages[organization.organization_id] = self._shown.pop(self.place(client_id, organization))
        else:
            pages.pop(organization.organization_id, None)
        return made

    def of_page(self: Backlog, client_id: str, organization: Organization, ids: list[str] | None) -> dict[str, Any]:
        pages: dict[str, list[str]] = self.__dict__.setdefault("pages", {})
        return acknowledge(
            self, client_id, organization, pages.get(organization.organization_id) if ids is None else ids
        )

    put(Backlog, "listing", paged)
    put(Backlog, "acknowledge", of_page)


@fault(SERVER, "small-order-id-acknowledges-its-report", "BATCH-11")
def order_id_acknowledges() -> None:
    """A POST takes ids of orders as well, and acknowledges their newest reports: they are not in `not_found`."""
    mark = backlog._mark

    def marked(organization: Organization, report_ids: dict[str, None]) -> tuple[list[str], list[str]]:
        ids = []
        for name in report_ids:
            order: Order | None = organization.orders.get(name)
            ids.append(order.versions[-1].report_id if order is not None and order.versions else name)
        return mark(organization, dict.fromkeys(ids))

    put(backlog, "_mark", marked)


@fault(SERVER, "small-superseded-report-acknowledges-its-successor", "BATCH-12")
def acknowledges_successor() -> None:
    """To acknowledge a report is to be done with its order: a superseded version takes its successor along."""
    mark = backlog._mark

    def marked(organization: Organization, report_ids: dict[str, None]) -> tuple[list[str], list[str]]:
        acknowledged, not_found = mark(organization, report_ids)
        for report_id in acknowledged:
            newest = organization.versions[report_id].order.versions[-1]
            if organization.waiting.pop(newest.report_id, None) is not None:
                newest.acknowledged = True
        return acknowledged, not_found

    put(backlog, "_mark", marked)


@fault(SERVER, "small-page-has-amended-reports-by-their-first-completion", "BATCH-13")
def by_first_completion() -> None:
    """The listing is sorted by when orders were completed: an amended report is older there than it says."""

    def oldest_first(version: Version) -> tuple[int, int]:
        return version.order.versions[0].completed_at, version.rank

    put(backlog, "_oldest_first", oldest_first)


@fault(SERVER, "small-listing-is-kept-for-its-client", "CONS-1")
def kept_for_client() -> None:
    """A listing is kept for a second for its client, until it acknowledges: what a colleague does is not seen."""

    def around(operation: api.Operation) -> api.Operation:
        def kept(service: api.Service, client: api.Client, request: Request) -> Response:
            answers: dict[tuple[str, str], tuple[float, Response]] = service.__dict__.setdefault("kept", {})
            place = client.client_id, request.query
            at, former = answers.get(place, (-KEPT, None))
            if former is not None and time.monotonic() - at < KEPT:
                return former
            response = operation(service, client, request)
            answers[place] = time.monotonic(), response
            return response

        return kept

    def around_post(operation: api.Operation) -> api.Operation:
        def forgetting(service: api.Service, client: api.Client, request: Request) -> Response:
            answers: dict[tuple[str, str], tuple[float, Response]] = service.__dict__.setdefault("kept", {})
            for place in [place for place in answers if place[0] == client.client_id]:
                del answers[place]
            return operation(service, client, request)

        return forgetting

    wrap("/reports", "GET", around)
    wrap("/reports", "POST", around_post)
