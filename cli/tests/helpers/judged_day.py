"""A short day of the contract tests with a mock in the same process: what a run asks, in an assumed dialect."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from mock.tests.helpers.in_process import URL, Service
from pacsimile_contract import facts
from pacsimile_contract.client.requests import build
from pacsimile_contract.client.tokens import token_request
from pacsimile_contract.dialects import Translation
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request, Respelled
from pacsimile_contract.target.model import Client, Target
from pacsimile_mock.config import WorldOptions
from pacsimile_spec.dialects import SHIPPED, Dialect, dialect_text, parse_dialect
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES
from pacsimile_spec.scopes import SCOPES

STATES = ("RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED")
MORNING = "2026-01-05T08:00:00Z"
"""Where the clock of the service stands."""


class Vendor:
    """A service that speaks a dialect. Days share it, and its orders: making the reports takes the time of a day."""

    def __init__(self, text: str) -> None:
        self.service = Service(WorldOptions(scenario="empty", pace="manual", dialect=text, time=MORNING))
        made = self.service.submitter.client("hospital")
        self.client = Client("primary", made.client_id, made.client_secret, "hospital")
        self.orders = {state: self.service.order(state, study_group=f"Follow-up {state}") for state in STATES}

    def amend_and_submit(self) -> str:
        """Let there be an amended report, and another one, in the next listing; return an id of one."""
        amended = self.service.order()
        self.service.submitter.amend(amended)
        return self.service.order().report_id(1)


@cache
def vendor(spoken: str) -> Vendor:
    """Return the service that speaks a dialect: a shipped one by its name, or the text of a file."""
    return Vendor(dialect_text(spoken) if spoken in SHIPPED else spoken)


class Day:
    """The calls of a run that assumes one dialect, to a service that may speak another."""

    def __init__(self, vendor: Vendor, assumed: Dialect) -> None:
        self.service, self.client, self.assumed = vendor.service, vendor.client, assumed
        self.target = Target(URL, URL + "/oauth2", {"primary": self.client})
        self.translation = Translation(assumed, URL, URL + "/oauth2")
        self.exchanges: list[Exchange] = []
        self.token: str | None = None

    def send(self, request: Request) -> Exchange:
        """Send a request in the assumed dialect, and read its answer in it."""
        sent = self.translation.write_request(request)
        exchange = Exchange(len(self.exchanges) + 1, request, respelled=Respelled(self.assumed, sent))
        exchange.answer = self._answer(sent)
        link = self.translation.report_link(exchange)
        carried = None if link is None else Exchange(0, Request("GET", link), self._answer(Request("GET", link)))
        self.translation.translate_answer(exchange, exchange.answer, carried)
        self.exchanges.append(exchange)
        return exchange

    def _answer(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        reply = self.service.call(
            request.method, parts.path + (f"?{parts.query}" if parts.query else ""), dict(request.headers), request.body
        )
        return Answer(reply.status, tuple(reply.headers.items()), reply.body, reply.body)

    def ask_tokens(self) -> None:
        """Ask for tokens in each way, with all scopes and with each."""
        for operation in ("getToken", "postToken"):
            for scope in (None, *SCOPES[:3]):
                if operation in self.assumed.paths:
                    answer = self.send(token_request(self.target, self.client, operation, scope))
                    if scope is None and answer.succeeded and facts.gives_token(answer):
                        self.token = self.token or facts.token(answer).access_token

    def call(self, operation: str, body: bytes | None = None, token: str | None = None, **given: str) -> None:
        """Call an operation, if the service has it."""
        if operation in self.assumed.paths:
            headers = (("Authorization", f"Bearer {token or self.token}"),)
            headers += (("Content-Type", "application/json"),) if body else ()
            self.send(build(self.target, operation, given, headers=headers, body=body, client=self.client))


def day_of(spoken: str, assumed: Dialect) -> list[Exchange]:
    """Return the calls of a day, and their answers.

    Args:
        spoken: the dialect of the service: a shipped one by its name, or the text of a file.
        assumed: the dialect by which it is asked and read.
    """
    asked = vendor(spoken)
    day = Day(asked, assumed)
    day.ask_tokens()
    if day.token is None:
        return day.exchanges
    done, listed = asked.orders["COMPLETED"], asked.amend_and_submit()
    day.call("getStatus", token="none", order_id=done.order_id)
    for order in asked.orders.values():
        day.call("getStatus", order_id=order.order_id)
        day.call("getResult", order_id=order.order_id, report_type=_first(assumed, ORDER_TYPES))
    for kind in _offered(assumed, ORDER_TYPES):
        day.call("getResult", order_id=done.order_id, report_type=kind)
    for kind in _offered(assumed, GROUP_TYPES):
        day.call("getGroupReport", study_group="Follow-up COMPLETED", report_type=kind)
    day.call("getStatus", study_uid=done.study_uid)
    day.call("getResult", study_uid=done.study_uid, report_type=_first(assumed, ORDER_TYPES))
    for study in (done.study_uid, "1.2.3.4.5.6"):
        day.call("getOrderIds", study_uid=study)
    day.call("getStatus", order_id="ORD-0000-000000")
    day.call("getStatus")
    if assumed.unknown_parameters == "refused":
        day.call("getStatus", order_id=done.order_id, colour="blue")
    for organization in ("elsewhere", "hospital"):
        day.call("listReports", organizationId=organization)
    day.call("listReports", organizationId="hospital", limit="1")
    if assumed.acknowledgements.with_body:
        body = json.dumps({"report_ids": [listed, "REP-0000-000000-1"]}).encode()
        day.call("acknowledgeReports", body, organizationId="hospital")
    if assumed.acknowledgements.without_body:
        day.call("acknowledgeReports", organizationId="hospital")
    return day.exchanges


def _offered(assumed: Dialect, kinds: tuple[str, ...]) -> list[str]:
    return [kind for kind in kinds if kind in assumed.report_types]


def _first(assumed: Dialect, kinds: tuple[str, ...]) -> str:
    return _offered(assumed, kinds)[0]


def notes_of(spoken: str, text: str) -> list[str]:
    """Return what is noted about the lines of a file, if a service is asked by it that speaks another dialect."""
    from pacsimile_contract.dialects.wrong_lines import wrong_lines
    from pacsimile_contract.provenance import unmarked

    assumed: Any = parse_dialect(text)
    return [unmarked(note) for note in wrong_lines(assumed, text, "vendor.yaml", day_of(spoken, assumed))]


VENDOR = """\
name: vendor
paths:
  getStatus: ["/v2/orders/{order_id}", "/v2/studies/{study_uid}/status"]
  getResult: /v2/documents
  listReports: /v2/worklist
  acknowledgeReports: /v2/worklist/done
constants: {api-version: "2025-06"}
parameters:
  order_id: orderId
  study_uid: studyUid
  study_group: folder
  report_type: type
  organizationId: site
  limit: top
  client_id: key
  scope: rights
fields:
  Token: {access_token: /token, expires_in: /ttl}
  TokenError: {error: /code}
  OrderStatus:
    order_id: /data/orderId
    study_group: /data/folder
    status: /data/state
    completed_at: /data/doneAt
  OrderIds: {order_ids: /orders}
  ReportList: {reports: /items, count: /total}
  ReportList.reports:
    report_id: /id
    report_status: /version
    supersedes: null
  Acknowledgement: {acknowledged: /done}
  JsonReport: {accession_number: /accession}
  JsonReport.patient: {mrn: /number}
  GroupJsonReport.orders: {impression: /summary}
  Problem.errors: {parameter: /name}
values:
  OrderStatus.status:
    RECEIVED: queued
    PROCESSING: running
    COMPLETED: done
    FAILED: error
    CANCELLED: canceled
  report_status: {final: F, amended: C}
  report_type:
    json: JSON
    pdf: PDF
  scope:
    status.read: status
    reports.read: documents
  problem:
    invalid-parameter: BAD_PARAMETER
    order-not-found: NO_ORDER
    report-not-ready: NOT_READY
    invalid-token: BAD_TOKEN
times: "%Y%m%d%H%M%S%z"
codes:
  not_ready: 425
  bad_request: 422
  foreign_organization: 404
  acknowledged: 202
headers:
  X-Request-Id: X-Correlation-Id
  X-Report-Id: X-Document-Id
  Content-Digest: null
  Retry-After: X-Wait
  WWW-Authenticate: X-Challenge
media_types:
  pdf: application/x-pdf
report_types: [json, txt, pdf, fhir]
errors:
  media_type: application/json
  type: /code
  detail: /message
  instance: /path
token: {credentials: body}
unknown_parameters: refused
acknowledgement:
  without_body: true
  body: {report_ids: /ids}
"""
"""A dialect with a line of each kind, but for those below."""
EMPTY_VENDOR = """\
name: other
codes: {unknown: 200-empty}
reports_carried: {base64: /document/content}
token: {credentials: query}
acknowledgement: {answer: null}
"""
"""A dialect with the kinds of lines that exclude those of VENDOR."""
