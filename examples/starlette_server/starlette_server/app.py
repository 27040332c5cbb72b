"""The operations, and the one order in which a call is checked: token, scope, query, body, existence, state, type.

Endpoints run on the event loop and never wait between reading and writing the database: calls take effect one by one.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from starlette_server import inbox
from starlette_server.answers import Answers
from starlette_server.authorization import authorize
from starlette_server.bodies import read_report_ids
from starlette_server.content import content_of
from starlette_server.database import Client
from starlette_server.documents import EXTENSIONS, MEDIA_TYPES, check_available, rendered
from starlette_server.grants import granted, token_request
from starlette_server.groups import check_group, group_orders, rendered_group
from starlette_server.orders import latest_report, order_status, selected_order, study_orders
from starlette_server.problems import JsonAnswer, Problem, TokenError, problem_answer, token_error_answer
from starlette_server.query import read_query, read_selector
from starlette_server.service import Service
from starlette_server.states import States


class Token(HTTPEndpoint):
    """The two token operations."""

    async def get(self, request: Request) -> Response:
        """Grant a token by a query."""
        request.scope["operation"] = "getToken"
        return await self.grant(request)

    async def post(self, request: Request) -> Response:
        """Grant a token by a form."""
        request.scope["operation"] = "postToken"
        return await self.grant(request)

    async def grant(self, request: Request) -> Response:
        """Grant a token."""
        given = await token_request(request)
        return JsonAnswer(granted(request.app.state.service, request, given))


class Status(HTTPEndpoint):
    """`/status`."""

    async def get(self, request: Request) -> Response:
        """Tell how far an order is."""
        service, client = called(request, "getStatus", "status.read")
        selector = read_selector(request.scope["query_string"])
        with service.sessions() as session:
            return JsonAnswer(order_status(selected_order(session, client.organization_id, selector)))


class OrderId(HTTPEndpoint):
    """`/orderId`."""

    async def get(self, request: Request) -> Response:
        """Tell which orders a study has."""
        service, client = called(request, "getOrderIds", "status.read")
        study_uid = read_query(request.scope["query_string"], ("study_uid",))["study_uid"]
        with service.sessions() as session:
            orders = study_orders(session, client.organization_id, study_uid)
        return JsonAnswer({"study_uid": study_uid, "order_ids": [order.id for order in orders]})


class Results(HTTPEndpoint):
    """`/results`."""

    async def get(self, request: Request) -> Response:
        """Send the report of an order."""
        service, client = called(request, "getResult", "reports.read")
        query = read_selector(request.scope["query_string"], "report_type")
        with service.sessions() as session:
            order = selected_order(session, client.organization_id, query)
            check_available(order, query["report_type"])
            report = latest_report(session, order)
        body = rendered(content_of(order, report), query["report_type"])
        headers = {"X-Order-Id": order.id, "X-Report-Id": report.id}
        return document(body, query["report_type"], report.id, headers)


class GroupReport(HTTPEndpoint):
    """`/report`."""

    async def get(self, request: Request) -> Response:
        """Send the report of a study group."""
        service, client = called(request, "getGroupReport", "reports.read")
        query = read_query(request.scope["query_string"], ("study_group", "report_type"))
        with service.sessions() as session:
            orders = group_orders(session, client.organization_id, query["study_group"])
            check_group(orders, query["report_type"])
            body = rendered_group(session, orders, query["report_type"])
        return document(body, query["report_type"], "study-group", {})


class Reports(HTTPEndpoint):
    """`/reports`."""

    async def get(self, request: Request) -> Response:
        """List what is ready and not acknowledged. HEAD lists nothing to the client, so it is not remembered."""
        service, client = called(request, "listReports", "reports.read")
        query = read_query(request.scope["query_string"], ("organizationId",), ("limit",))
        check_organization(client, query["organizationId"])
        with service.sessions.begin() as session:
            limit = int(query["limit"]) if "limit" in query else None
            waiting = inbox.waiting_reports(session, client.organization_id, limit)
            if request.method == "GET":
                inbox.remember(session, client, [report for report, _ in waiting])
            reports = [inbox.listed_report(report, order) for report, order in waiting]
        return JsonAnswer({"organization_id": client.organization_id, "count": len(reports), "reports": reports})

    async def post(self, request: Request) -> Response:
        """Acknowledge the reports that the body names, or those of the last listing."""
        service, client = called(request, "acknowledgeReports", "reports.ack")
        query = read_query(request.scope["query_string"], ("organizationId",))
        ids = await read_report_ids(request)
        check_organization(client, query["organizationId"])
        not_found: list[str] = []
        with service.sessions.begin() as session:
            if ids is None:
                acknowledged = inbox.acknowledge_listing(session, client)
            else:
                acknowledged, not_found = inbox.acknowledge_named(session, client, ids)
        return JsonAnswer(
            {
                "organization_id": client.organization_id,
                "count": len(acknowledged),
                "acknowledged": acknowledged,
                "not_found": not_found,
            }
        )


def called(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
    """The service, and the client that may call this operation."""
    request.scope["operation"] = operation
    service: Service = request.app.state.service
    return service, authorize(service, request, scope)


def check_organization(client: Client, organization_id: str) -> None:
    """Refuse an organization that is not the client's, whether it exists or not."""
    if organization_id != client.organization_id:
        raise Problem("organization-not-allowed", "Use the organization that this client belongs to.")


def document(body: bytes, report_type: str, name: str, headers: dict[str, str]) -> Response:
    """The answer that a report is sent in."""
    headers["Content-Digest"] = f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"
    headers["Content-Disposition"] = f'attachment; filename="{name}.{EXTENSIONS.get(report_type, report_type)}"'
    answer = Response(body, headers=headers)
    answer.headers["Content-Type"] = MEDIA_TYPES[report_type]
    return answer


class Keys(HTTPEndpoint):
    """The keys by which others may verify tokens."""

    async def get(self, request: Request) -> Response:
        """Send the key set."""
        return JsonAnswer(request.app.state.service.tokens.public_keys())


async def refused(request: Request, error: Any) -> Response:
    """Answer a call that a problem ended."""
    return problem_answer(request, error)


async def token_refused(request: Request, error: Any) -> Response:
    """Answer a token request that an error ended."""
    return token_error_answer(error)


async def not_routed(request: Request, error: Any) -> Response:
    """Answer what has no path or no method here."""
    if error.status_code == 405:
        return problem_answer(request, Problem("method-not-allowed", "Use one that Allow names.", error.headers))
    return problem_answer(request, Problem("not-found", "Check the address."))


async def failed(request: Request, error: Any) -> Response:
    """Answer a call that a mistake of this server ended, without a word about it."""
    return problem_answer(request, Problem("internal-error", "Try again, and tell the operator the X-Request-Id."))


def build_app(service: Service) -> Answers:
    """The application over a service."""
    paths: dict[str, Any] = {
        "/oauth2/token": Token,
        "/oauth2/keys": Keys,
        "/status": Status,
        "/orderId": OrderId,
        "/results": Results,
        "/report": GroupReport,
        "/reports": Reports,
        "/states": States,
    }
    handlers: dict[Any, Any] = {
        Problem: refused,
        TokenError: token_refused,
        HTTPException: not_routed,
        Exception: failed,
    }
    app = Starlette(
        routes=[Route(path, endpoint) for path, endpoint in paths.items()],
        exception_handlers=handlers,
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return Answers(app, service)
