"""Traffic of a client that speaks a dialect with the mock, as an HTTP archive."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, urlencode

from mock.tests.helpers.in_process import URL, Service, basic
from mock.tests.helpers.speaking import speaking
from pacsimile_spec.dialects import Dialect, load_dialect
from pacsimile_spec.dialects.spelling import writer_of_scopes, writer_of_table
from pacsimile_spec.documents import operations
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES

STATES = ("RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED")


class Recorder:
    """A client that speaks a dialect, and remembers what it sent and was answered."""

    def __init__(self, dialect: str) -> None:
        self.dialect: Dialect = load_dialect(dialect)
        self.service: Service = speaking(dialect)
        self.client = self.service.submitter.client("hospital")
        self.entries: list[dict[str, Any]] = []
        self.tokens: dict[str, str] = {}

    def archive(self) -> dict[str, Any]:
        """Return the archive."""
        return {"log": {"version": "1.2", "creator": {"name": "a client", "version": "1"}, "entries": self.entries}}

    def ask_token(self, scope: str) -> None:
        """Ask for a token of one scope, in whichever way there is."""
        operation = "getToken" if "getToken" in self.dialect.paths else "postToken"
        by, names = self.dialect.credentials, self.dialect.parameters
        word = writer_of_scopes(self.dialect.values["scope"])(scope)
        credentials = {names["client_id"]: self.client.client_id, names["client_secret"]: self.client.client_secret}
        query, headers, form = {names["scope"]: word}, {}, {}
        if by == "body" or operation == "postToken":
            operation = "postToken" if "postToken" in self.dialect.paths else operation
            form, query = {names["grant_type"]: "client_credentials", names["scope"]: word}, {}
        if by == "basic":
            headers["Authorization"] = basic(self.client.client_id, self.client.client_secret)
        elif by == "body":
            form |= credentials
        elif by == "query":
            query |= credentials
        else:
            headers |= credentials
        query |= self.dialect.constants
        body = urlencode(form).encode() if form else None
        reply = self._send(
            operation, self.dialect.paths[operation][0].text, query, headers, body, "application/x-www-form-urlencoded"
        )  # type: ignore[index]
        value: Any = reply.json
        for step in self.dialect.fields["Token"]["access_token"] or ():
            value = value[step]
        self.tokens[scope] = value

    def call(self, operation: str, body: bytes | None = None, **given: str) -> Any:
        """Call an operation with the contract's parameters; None where the service does not have it."""
        if operation not in self.dialect.paths:
            return None
        known = operations()[operation]
        scope = str(known.scope)
        if scope not in self.tokens:
            self.ask_token(scope)
        if "report_type" in given:
            given["report_type"] = str(self.dialect.values["report_type"].written(given["report_type"]))
        fitting = [t for t in self.dialect.paths[operation] if set(t.parameters) <= set(given)]  # type: ignore[index]
        if not fitting:
            return None
        path = fitting[0].text
        for name in fitting[0].parameters:
            path = path.replace("{" + name + "}", quote(given.pop(name), safe=""))
        query = {
            self.dialect.parameters.get(name, name): value for name, value in given.items()
        } | self.dialect.constants
        headers = {"Authorization": f"Bearer {self.tokens[scope]}"}
        return self._send(operation, path, query, headers, body, "application/json")

    def _send(
        self, operation: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes | None, kind: str
    ) -> Any:
        method, target = operations()[operation].method, path + (f"?{urlencode(query)}" if query else "")
        sent = headers | ({"Content-Type": kind} if body else {})
        reply = self.service.call(method, target, sent, body)
        answer = {"size": len(reply.body), "mimeType": reply.headers.get("Content-Type", "")}
        if reply.body:
            try:
                answer["text"] = reply.body.decode()
            except UnicodeDecodeError:
                answer |= {"text": base64.b64encode(reply.body).decode(), "encoding": "base64"}
        self.entries.append(
            {
                "request": {
                    "method": method,
                    "url": URL + target,
                    "headers": [{"name": name, "value": value} for name, value in sent.items()],
                    **({"postData": {"mimeType": kind, "text": body.decode()}} if body else {}),
                },
                "response": {
                    "status": reply.status,
                    "headers": [{"name": name, "value": value} for name, value in reply.headers.items()],
                    "content": answer,
                },
            }
        )
        return reply


def working_day(dialect: str) -> dict[str, Any]:
    """Return the traffic of a client that asks all that there is: orders in each status, and what is refused."""
    recorder = Recorder(dialect)
    service = recorder.service
    orders = {state: service.order(state, study_group=f"Follow-up {state}") for state in STATES}
    done = orders["COMPLETED"]
    for order in orders.values():
        recorder.call("getStatus", order_id=order.order_id)
        recorder.call("getResult", order_id=order.order_id, report_type="pdf")
    study = done.study_uid
    recorder.call("getStatus", study_uid=study)
    recorder.call("getOrderIds", study_uid=study)
    for kind in ORDER_TYPES:
        recorder.call("getResult", order_id=done.order_id, report_type=kind)
    recorder.call("getResult", study_uid=study, report_type="json")
    for kind in GROUP_TYPES:
        recorder.call("getGroupReport", study_group="Follow-up COMPLETED", report_type=kind)
    recorder.call("getStatus", order_id="ORD-0000-000000")
    recorder.call("getOrderIds", study_uid="1.2.3.4.5.6")
    recorder.call("getStatus")
    recorder.call("listReports", organizationId="elsewhere")
    recorder.call("listReports", organizationId="hospital")
    recorder.call("listReports", organizationId="hospital", limit="1")
    write = writer_of_table(recorder.dialect, "AcknowledgementRequest")
    body = json.dumps(write({"report_ids": [done.report_id(1), "REP-0000-000000-1"]})).encode()
    if recorder.dialect.acknowledgements.with_body:
        recorder.call("acknowledgeReports", body, organizationId="hospital")
    if recorder.dialect.acknowledgements.without_body:
        recorder.call("acknowledgeReports", organizationId="hospital")
    return recorder.archive()
