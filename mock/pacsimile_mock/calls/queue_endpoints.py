"""`listReports` and `acknowledgeReports`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import orjson

from pacsimile_advice.calls import ReportMention
from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.request import Request
from pacsimile_mock.collection import collection_delayed
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call, why_incomplete
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Listed, Store
from pacsimile_mock.queue.service import QueueService

MOST_IDS = 10_000
MOST_LOOKED_UP = 10
"""So many unknown ids of an acknowledgement are looked up among orders and studies, for advice."""
SHAPE = 'Send no body at all, or JSON of the form {"report_ids": ["..."]} with up to 10,000 ids.'


class OwnershipCheck(Protocol):
    """The step of the pipeline that checks an organization's id."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Refuse another organization's id (SEC-2)."""


class QueueWorld(Protocol):
    """A world with a queue of reports."""

    orders: OrderService
    queue: QueueService

    @property
    def pipeline(self) -> OwnershipCheck:
        """The pipeline that serves the world."""


def list_reports(world: QueueWorld, request: Request) -> Answer:
    """List the reports not yet acknowledged (BATCH-1 … BATCH-4, BATCH-13)."""
    organization_id = requested_organization(world, request)
    with collection_delayed():
        return _listing(world, request, organization_id)


def _listing(world: QueueWorld, request: Request, organization_id: str) -> Answer:
    limit = request.values.get("limit")
    listed = world.queue.list_reports(
        organization_id, request.client_id, request.now, None if limit is None else int(limit)
    )
    seen = request.call.seen
    seen.reports, seen.has_more = [_mention(report) for report in listed], len(listed) == int(limit or -1)
    reports = [serialization.listed(report, world.orders.offered(report.order)) for report in listed]
    return Answer.of_json(200, serialization.report_list(organization_id, reports))


def acknowledge_reports(world: QueueWorld, request: Request) -> Answer:
    """Acknowledge the reports named; without a body, those of the client's most recent listing (BATCH-5 … 12)."""
    organization_id = requested_organization(world, request)
    if request.report_ids is None:
        done = world.queue.acknowledge_listing(organization_id, request.client_id, request.now)
    else:
        done = world.queue.acknowledge(organization_id, request.report_ids, request.now)
    seen = request.call.seen
    seen.with_body = request.report_ids is not None
    seen.reports = [ReportMention(report_id) for report_id in done.acknowledged]
    seen.order_ids = _orders_named(world.orders.store, organization_id, done.not_found[:MOST_LOOKED_UP])
    return Answer.of_json(200, serialization.acknowledgement(organization_id, done))


def _orders_named(store: Store, organization_id: str, unknown: Sequence[str]) -> list[str]:
    """Return the organization's orders that a client named, by themselves or by their study, where reports belong."""
    orders = [(store.order(organization_id, name), *store.orders_of_study(organization_id, name)) for name in unknown]
    return [found[0].order_id for named in orders if (found := [order for order in named if order is not None])]


def _mention(report: Listed) -> ReportMention:
    order, version = report
    return ReportMention(version.report_id, order.order_id, order.study_uid, version.supersedes)


def requested_organization(world: QueueWorld, request: Request) -> str:
    """Return the organization that the call names, once the pipeline has checked that it is the caller's."""
    asked = request.values["organizationId"]
    world.pipeline.check_ownership(request, asked)
    return asked


def read_report_ids(call: Call) -> list[str] | None:
    """Read the report ids of an acknowledgement; None where there is no body.

    Raises:
        Problem: the body cannot be used; nothing is acknowledged.
    """
    if call.too_large:
        raise Problem("The body is larger than 1 MiB.", reason="body-too-large", requirement="BATCH-11")
    if not call.body and not call.incomplete:
        return None
    check_media_type(call)
    check_complete(call)
    try:
        content = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        raise Problem(f"The body is not valid JSON. {SHAPE}", reason="invalid-body", requirement="BATCH-11") from None
    return _ids(content)


def check_complete(call: Call) -> None:
    """Refuse a body that did not arrive whole, even where nothing of it did (BATCH-11)."""
    if call.incomplete:
        raise Problem(
            f"The body {why_incomplete(call.content_length)}.",
            reason="invalid-body",
            requirement="BATCH-11",
        )


def check_media_type(call: Call) -> None:
    """Refuse a body that is not JSON, or has a content coding (BATCH-11)."""
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    coding = call.headers.get("content-encoding", "identity").strip().lower()
    if media_type != "application/json" or coding != "identity":
        raise Problem(
            f"The body must be application/json without Content-Encoding. {SHAPE}",
            reason="unsupported-media-type",
            requirement="BATCH-11",
        )


def _ids(content: Any) -> list[str]:
    if not isinstance(content, dict) or content.keys() != {"report_ids"}:
        raise Problem(f"The body has another shape. {SHAPE}", reason="invalid-body", requirement="BATCH-11")
    ids = content["report_ids"]
    if not isinstance(ids, list) or not all(isinstance(report_id, str) for report_id in ids):
        raise Problem(f"report_ids is not an array of strings. {SHAPE}", reason="invalid-body", requirement="BATCH-11")
    if len(ids) > MOST_IDS:
        raise Problem(
            f"report_ids has {len(ids)} ids, more than 10,000: acknowledge them in several calls.",
            reason="invalid-body",
            requirement="BATCH-11",
        )
    return ids
