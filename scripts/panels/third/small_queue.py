"""Faults of `examples/small_server` in the queue, isolation and protocol."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from small_server import api, backlog, parameters, problems
from small_server.api import Operation, Service
from small_server.backlog import Backlog
from small_server.orders import Organization
from small_server.problems import Refusal
from small_server.tokens import Client
from small_server.wire import Request, Response, json_response

from scripts.panels.faults import fault, put
from scripts.panels.third.small import wrap

SERVER = "small_server"
LARGEST_PAGE = 100


@fault(SERVER, "small-listing-is-remembered-with-its-token", "BATCH-5")
def by_token() -> None:
    """The last listing is kept in the session of a token: a POST with a newer token of the client knows of none."""
    current = {"token": ""}

    def around(operation: Operation) -> Operation:
        def noted(service: Service, client: Client, request: Request) -> Response:
            current["token"] = request.header("Authorization") or ""
            return operation(service, client, request)

        return noted

    def place(queue: Backlog, client_id: str, organization: Organization) -> tuple[str, str]:
        return f"{client_id} {current['token'].partition(' ')[2].strip()}", organization.organization_id

    wrap("/reports", "GET", around)
    wrap("/reports", "POST", around)
    put(Backlog, "place", place)


@fault(SERVER, "small-named-ids-end-the-remembered-listing", "BATCH-11")
def ends_memory() -> None:
    """A POST with `report_ids` settles the listing: a POST without a body after it acknowledges nothing."""
    acknowledge = Backlog.acknowledge

    def settled(
        queue: Backlog, client_id: str, organization: Organization, report_ids: list[str] | None
    ) -> dict[str, Any]:
        done = acknowledge(queue, client_id, organization, report_ids)
        if report_ids is not None:
            queue._shown.pop(queue.place(client_id, organization), None)
        return done

    put(Backlog, "acknowledge", settled)


@fault(SERVER, "small-ten-thousand-ids-are-too-many", "BATCH-11")
def too_many() -> None:
    """A POST with 10,000 ids is refused, one with 9,999 is not: `>=` stands where `>` should."""
    put(backlog, "MAX_IDS", backlog.MAX_IDS - 1)


@fault(SERVER, "small-foreign-report-is-found-and-left-alone", "BATCH-11")
def found_and_left() -> None:
    """What a POST did not find is looked up without the organization: another one's report is in neither list."""

    def around(operation: Operation) -> Operation:
        def looked_up(service: Service, client: Client, request: Request) -> Response:
            answer = json.loads(operation(service, client, request).body)
            known = [organization.versions for organization in service.organizations.values()]
            unknown = [name for name in answer["not_found"] if all(name not in versions for versions in known)]
            return json_response({**answer, "not_found": unknown})

        return looked_up

    wrap("/reports", "POST", around)


@fault(SERVER, "small-limit-is-a-hundred-at-most", "BATCH-13")
def hundred() -> None:
    """A `limit` over 100 is taken for 100, as a page may not be larger, and nothing says so."""
    listing = Backlog.listing

    def cut(queue: Backlog, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        return listing(queue, client_id, organization, None if limit is None else min(limit, LARGEST_PAGE))

    put(Backlog, "listing", cut)


@fault(SERVER, "small-status-of-a-study-is-kept-until-it-has-an-order-more", "CONS-2")
def kept_status() -> None:
    """`/status` by study is kept until the organization submits an order: by order id, the status has moved on."""
    kept: dict[tuple[str, str, int], Response] = {}

    def around(operation: Operation) -> Operation:
        def from_memory(service: Service, client: Client, request: Request) -> Response:
            answer = operation(service, client, request)
            study_uid = dict(parameters.decode_pairs(request.query)).get("study_uid")
            if study_uid is None:
                return answer
            submitted = len(service.organization_of(client).orders)
            return kept.setdefault((client.organization_id, study_uid, submitted), answer)

        return from_memory

    wrap("/status", "GET", around)


@fault(SERVER, "small-empty-list-of-ids-needs-no-organization", "SEC-2")
def empty_list() -> None:
    """A POST that names no report is answered before anything is looked at, whichever `organizationId` it has."""

    def around(operation: Operation) -> Operation:
        def early(service: Service, client: Client, request: Request) -> Response:
            with suppress(Refusal):
                if backlog.read_report_ids(request) == []:
                    asked = parameters.read_query(request.query, ("organizationId",))["organizationId"]
                    nothing = {"acknowledged": [], "not_found": [], "count": 0}
                    return json_response({**nothing, "organization_id": asked})
            return operation(service, client, request)

        return early

    wrap("/reports", "POST", around)


@fault(SERVER, "small-deeply-nested-body-ends-the-connection", "PROTO-3")
def deeply_nested() -> None:
    """Nobody thought of JSON that is nested too deep for the parser: the connection closes without an answer."""
    read = api.read_report_ids

    def unguarded(request: Request) -> list[str] | None:
        with suppress(ValueError):
            json.loads(request.body or b"null")
        return read(request)

    put(api, "read_report_ids", unguarded)


@fault(SERVER, "small-503-does-not-say-when-to-try-again", "PROTO-4")
def no_retry_after() -> None:
    """A client that is throttled by 429 is told how long to wait; one that meets a 503 is not."""

    def throttled(status: int) -> Refusal:
        refusal = problems.throttled(status)
        if status == 503:
            del refusal.headers["Retry-After"]
        return refusal

    put(api, "throttled", throttled)
