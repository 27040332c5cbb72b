"""Faults of `examples/small_server` in its queue, in what was acknowledged, and in what is not there yet."""

from __future__ import annotations

import heapq
import time
from collections import defaultdict
from typing import Any

from small_server import backlog
from small_server.api import Operation, Service
from small_server.backlog import Backlog
from small_server.orders import Order, Organization, Version
from small_server.problems import problem, type_not_available
from small_server.tokens import Client
from small_server.wire import Request, Response

from scripts.panels.faults import fault, put
from scripts.panels.sixth.small import SERVER, wrap

UNKNOWN_FOR = 5.0
"""Seconds for which it is kept that a study is unknown."""


@fault(SERVER, "small-second-post-is-a-conflict", "BATCH-8")
def conflict() -> None:
    """A POST without a body that finds nothing left of the listing answers 409: it was acknowledged already."""
    acknowledge = Backlog.acknowledge

    def acknowledged(
        self: Backlog, client_id: str, organization: Organization, ids: list[str] | None
    ) -> dict[str, Any]:
        done = acknowledge(self, client_id, organization, ids)
        if ids is None and not done["acknowledged"] and self._shown.get(self.place(client_id, organization)):
            raise problem(409, "already-acknowledged", "This listing was acknowledged before.")
        return done

    put(Backlog, "acknowledge", acknowledged)


@fault(SERVER, "small-pdf-of-an-acknowledged-report-is-gone", "BATCH-10")
def pdf_is_gone() -> None:
    """Files that were rendered are cleared away once their report is acknowledged: its PDF answers 404."""

    def around(operation: Operation) -> Operation:
        def cleared(service: Service, client: Client, request: Request) -> Response:
            response = operation(service, client, request)
            version = service.organization_of(client).versions[response.headers["X-Report-Id"]]
            if version.acknowledged and response.media_type == "application/pdf":
                raise type_not_available()
            return response

        return cleared

    wrap("/results", "GET", around)


@fault(SERVER, "small-id-that-is-not-ready-is-noted", "BATCH-11")
def is_noted() -> None:
    """Acknowledgements are a table of ids, in which those not found are kept too: ready later, they are not listed."""
    mark, publish = backlog._mark, Organization._publish
    noted: defaultdict[str, set[str]] = defaultdict(set)

    def marked(organization: Organization, report_ids: dict[str, None]) -> tuple[list[str], list[str]]:
        acknowledged, not_found = mark(organization, report_ids)
        noted[organization.organization_id].update(not_found)
        return acknowledged, not_found

    def published(self: Organization, version: Version) -> Version:
        publish(self, version)
        if version.report_id in noted[self.organization_id]:
            version.acknowledged = True
            self.waiting.pop(version.report_id)
        return version

    put(backlog, "_mark", marked)
    put(Organization, "_publish", published)


@fault(SERVER, "small-page-has-the-newest", "BATCH-13")
def newest() -> None:
    """A listing with `limit` is sorted the other way, newest first, before it is cut: the oldest wait for ever."""

    class Newest:
        """Takes the greatest where the smallest should be taken."""

        nsmallest = staticmethod(heapq.nlargest)

    put(backlog, "heapq", Newest)


@fault(SERVER, "small-unknown-study-stays-unknown-for-a-while", "CONS-1")
def stays_unknown() -> None:
    """That a study has no order is kept for five seconds: its first order is there by its id, and not by its study."""
    of_study = Organization.of_study
    until: dict[tuple[str, str], float] = {}

    def kept(self: Organization, study_uid: str) -> list[Order]:
        place, now = (self.organization_id, study_uid), time.monotonic()
        if until.get(place, 0.0) > now:
            return []
        orders = of_study(self, study_uid)
        if not orders:
            until[place] = now + UNKNOWN_FOR
        return orders

    put(Organization, "of_study", kept)
