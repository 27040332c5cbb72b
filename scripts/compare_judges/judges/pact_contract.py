"""A pact as a careful consumer writes it by hand: what it relies on, call by call, with identifiers that are there."""

from __future__ import annotations

import base64
import json
from typing import Any

from scripts.compare_judges.known import Known

Body = dict[str, Any]
Matchers = dict[str, str]
"""By JSON path: `type` for "any of this type", or a regular expression."""

UNKNOWN_ORDER = "NO-SUCH-ORDER"
UNKNOWN_STUDY = "1.2.3.4"


def pact(known: Known) -> dict[str, Any]:
    """Return the pact, in version 3 of its format."""
    contract = Contract(known)
    contract.tokens()
    contract.access()
    contract.statuses()
    contract.studies()
    contract.results()
    contract.groups()
    contract.queue()
    return {
        "consumer": {"name": "a ward"},
        "provider": {"name": "results API"},
        "interactions": contract.interactions,
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


class Contract:
    """Collects interactions, in the order in which they are played."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.interactions: list[dict[str, Any]] = []

    def tokens(self) -> None:
        """Expect tokens in both ways, narrower ones, and refusals."""
        known = self.known
        right, wrong = basic(known.client_id, known.client_secret), basic(known.client_id, "not-the-secret")
        token = {"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "scope": "status.read"}
        loosely = {
            "$.access_token": "type",
            "$.token_type": "(?i)bearer",
            "$.expires_in": "integer",
            "$.scope": "type",
        }
        path = "/oauth2/token"
        self.expect("a token by GET", "GET", path, 200, token, loosely, authorization=right)
        form = f"grant_type=client_credentials&client_id={known.client_id}&client_secret={known.client_secret}"
        self.expect("a token by POST", "POST", path, 200, token, loosely, authorization=None, form=form)
        narrow = {**loosely, "$.scope": "status\\.read"}
        self.expect("fewer scopes", "GET", f"{path}?scope=status.read", 200, token, narrow, authorization=right)
        refusals = {
            "a wrong secret": ("", wrong, 401, "invalid_client"),
            "a wrong grant": ("?grant_type=password", right, 400, "unsupported_grant_type"),
            "an unknown scope": ("?scope=everything", right, 400, "invalid_scope"),
        }
        for name, (query, credentials, status, error) in refusals.items():
            headers = {"WWW-Authenticate": "(?i)basic.*"} if status == 401 else {}
            self.expect(name, "GET", path + query, status, {"error": error}, {}, headers, authorization=credentials)

    def access(self) -> None:
        """Expect that calls without a token, with a wrong one, or without the scope are refused."""
        known = self.known
        order, queue = (
            f"/status?order_id={known.orders['COMPLETED']}",
            f"/reports?organizationId={known.organization_id}",
        )
        bearer = {"WWW-Authenticate": "(?i)bearer.*"}
        invalid = {"WWW-Authenticate": '(?i)bearer.*error="invalid_token".*'}
        scope = {"WWW-Authenticate": '(?i)bearer.*error="insufficient_scope".*'}
        narrow = f"Bearer {known.status_only_token}"
        self.refuse("a status without a token", order, 401, headers=bearer, authorization=None)
        self.refuse("a listing without a token", queue, 401, headers=bearer, authorization=None)
        self.refuse("a wrong token", order, 401, headers=invalid, authorization="Bearer not-a-token")
        self.refuse("a listing without the scope", queue, 403, "insufficient-scope", scope, authorization=narrow)
        self.refuse("a POST without the scope", queue, 403, "insufficient-scope", scope, narrow, "POST")
        self.refuse("an unknown method", order, 405, "method-not-allowed", {"Allow": ".+"}, method="DELETE")

    def statuses(self) -> None:
        """Expect an order in each status, and refusals."""
        time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
        for status, order_id in self.known.orders.items():
            order: Body = {
                "order_id": order_id,
                "status": status,
                "study_uid": "1.2",
                "created_at": "2025-06-23T09:00:00Z",
            }
            matchers = {"$.study_uid": r"[0-9.]+", "$.created_at": time}
            if status == "COMPLETED":
                order |= {"study_uid": self.known.study_uid, "progress": 100, "completed_at": order["created_at"]}
                matchers = {"$.created_at": time, "$.completed_at": time}
            else:
                order |= {"completed_at": None, "report_types": []}
            self.expect(f"the status {status}", "GET", f"/status?order_id={order_id}", 200, order, matchers)
        newest = {"order_id": self.known.study["order_ids"][-1], "status": "COMPLETED"}
        self.expect("the status of a study", "GET", f"/status?study_uid={self.known.study['study_uid']}", 200, newest)
        both = f"/status?order_id={self.known.orders['COMPLETED']}&study_uid={self.known.study_uid}"
        self.refuse("an unknown order", f"/status?order_id={UNKNOWN_ORDER}", 404, "order-not-found")
        self.refuse("another's order", f"/status?order_id={self.known.others['order_id']}", 404, "order-not-found")
        self.refuse("another's study", f"/status?study_uid={self.known.others['study_uid']}", 404, "study-not-found")
        self.refuse("no selector", "/status", 400, "invalid-parameter")
        self.refuse("both selectors", both, 400, "invalid-parameter")
        self.refuse("an unknown parameter", f"{both.partition('&')[0]}&verbose=1", 400, "invalid-parameter")

    def studies(self) -> None:
        """Expect a study's orders, newest first, and refusals."""
        study = self.known.study
        orders = {"study_uid": study["study_uid"], "order_ids": study["order_ids"][::-1]}
        self.expect("the orders of a study", "GET", f"/orderId?study_uid={study['study_uid']}", 200, orders)
        self.refuse("an unknown study", f"/orderId?study_uid={UNKNOWN_STUDY}", 404, "study-not-found")
        self.refuse("a malformed study", "/orderId?study_uid=1..2", 400, "invalid-parameter")

    def results(self) -> None:
        """Expect an order's report in three types, and refusals of those that are not to be had."""
        order_id = self.known.orders["COMPLETED"]
        path = f"/results?order_id={order_id}&report_type="
        headers = {"X-Order-Id": order_id, "X-Report-Id": "[A-Za-z0-9-]+", "Content-Disposition": ".*filename.*"}
        report = {"order_id": order_id, "study_uid": self.known.study_uid, "report_id": "R", "impression": "None."}
        matchers = {"$.report_id": "[A-Za-z0-9-]+", "$.impression": "type"}
        self.expect("a report as json", "GET", f"{path}json", 200, report, matchers, headers)
        for kind, media_type in (("txt", "text/plain.*"), ("pdf", "application/pdf.*")):
            typed = {**headers, "Content-Type": f"(?i){media_type}"}
            self.expect(f"a report as {kind}", "GET", f"{path}{kind}", 200, None, {}, typed)
        by_study = {"order_id": self.known.study["order_ids"][-1]}
        study = f"/results?study_uid={self.known.study['study_uid']}&report_type=json"
        self.expect("the report of a study", "GET", study, 200, by_study)
        waits = {"Retry-After": "[1-9][0-9]*|[A-Z][a-z]{2}, .* GMT"}
        for status, reason, more in (
            ("RECEIVED", "report-not-ready", waits), ("PROCESSING", "report-not-ready", waits),
            ("FAILED", "order-failed", {}), ("CANCELLED", "order-cancelled", {}),
        ):  # fmt: skip
            unready = f"/results?order_id={self.known.orders[status]}&report_type=json"
            self.refuse(f"a report of {status}", unready, 409, reason, more)
        another = f"/results?order_id={self.known.others['order_id']}&report_type=json"
        self.refuse("another's report", another, 404, "order-not-found")
        self.refuse("a type of groups alone", f"{path}csv", 404, "report-type-not-available")
        self.refuse("an unknown type", f"{path}docx", 400, "invalid-parameter")
        self.refuse("no type", path.rpartition("&")[0], 400, "invalid-parameter")

    def groups(self) -> None:
        """Expect the report of a group, and refusals."""
        name = self.known.group["study_group"]
        group = {"study_group": name, "organization_id": self.known.organization_id, "orders": [{"order_id": "O"}] * 3}
        matchers = {"$.orders": "type", "$.orders[*].order_id": "[A-Za-z0-9-]+"}
        self.expect("the report of a group", "GET", group_path(name, "json"), 200, group, matchers)
        self.expect("a group as csv", "GET", group_path(name, "csv"), 200, None, {}, {"Content-Type": "(?i)text/csv.*"})
        self.refuse("an unfinished group", group_path(self.known.waiting_group, "json"), 409, "report-not-ready")
        self.refuse("an unknown group", group_path("no such group", "json"), 404, "study-group-not-found")
        another = self.known.others.get("study_group") or "no such group"
        self.refuse("another's group", group_path(another, "json"), 404, "study-group-not-found")

    def queue(self) -> None:
        """Expect the queue to be listed and worked off: by name, then by the last listing."""
        known = self.known
        path, reports = f"/reports?organizationId={known.organization_id}", known.reports
        ids = [report["report_id"] for report in reports]
        if not ids:
            return
        keys = ("report_id", "order_id", "study_uid", "report_status")
        self.list_reports("all reports", path, [{key: report[key] for key in keys} for report in reports])
        self.list_reports("two reports", f"{path}&limit=2", [{"report_id": report_id} for report_id in ids[:2]])
        self.refuse("another's queue", f"/reports?organizationId={known.others['organization_id']}", 403,
                    "organization-not-allowed")  # fmt: skip
        self.refuse("a limit of nothing", f"{path}&limit=0", 400, "invalid-parameter")
        self.refuse("a body that is no JSON", path, 400, "invalid-body", method="POST", body="{")
        self.refuse("a body of text", path, 415, "unsupported-media-type", method="POST", body="x", media="text/plain")
        self.acknowledge("one by name", path, [ids[0]], [ids[0]], [])
        self.acknowledge("it again", path, [ids[0]], [], [])
        self.acknowledge("another's report", path, [known.others["report_id"]], [], [known.others["report_id"]])
        self.list_reports("what is left", path, [{"report_id": report_id} for report_id in ids[1:]])
        self.acknowledge("what was listed", path, None, ids[1:], [])
        self.list_reports("nothing", path, [])

    def list_reports(self, name: str, path: str, reports: list[Body]) -> None:
        """Expect a listing."""
        listing = {"organization_id": self.known.organization_id, "count": len(reports), "reports": reports}
        self.expect(f"list {name}", "GET", path, 200, listing)

    def acknowledge(self, name: str, path: str, ids: list[str] | None, done: list[str], unknown: list[str]) -> None:
        """Expect an acknowledgement."""
        body = None if ids is None else json.dumps({"report_ids": ids})
        answer = {"organization_id": self.known.organization_id, "count": len(done), "acknowledged": done}
        in_any_order = {"$.acknowledged[*]": "|".join(done)} if done else {}
        self.expect(f"acknowledge {name}", "POST", path, 200, {**answer, "not_found": unknown}, in_any_order, body=body)

    def refuse(
        self, name: str, path: str, status: int, reason: str = "", headers: Matchers | None = None,
        authorization: str | None = "", method: str = "GET", body: str | None = None, media: str = "application/json",
    ) -> None:  # fmt: skip
        """Expect a problem."""
        problem = {"type": "urn:x", "title": "x", "status": status}
        matchers = {"$.type": rf"(.*[/:#])?{reason}/?" if reason else ".+", "$.title": "type"}
        self.expect(name, method, path, status, problem, matchers, headers, authorization, body, media)

    def expect(  # noqa: PLR0913
        self, name: str, method: str, path: str, status: int, answer: Body | None, matchers: Matchers | None = None,
        headers: Matchers | None = None, authorization: str | None = "", body: str | None = None,
        media: str = "application/json", form: str | None = None,
    ) -> None:  # fmt: skip
        """Add an interaction. `authorization` is the header; empty: the token of all scopes; None: no header."""
        path, _, query = path.partition("?")
        request: dict[str, Any] = {"method": method, "path": path, "headers": {}}
        if query:
            request["query"] = query
        if authorization is not None:
            request["headers"]["Authorization"] = authorization or f"Bearer {self.known.token}"
        if body is not None or form is not None:
            request["headers"]["Content-Type"] = media if form is None else "application/x-www-form-urlencoded"
            request["body"] = _as_pact_has_it(body) if form is None else form
        expected = {"Cache-Control": ".*no-store.*", "X-Request-Id": ".+", "X-Content-Type-Options": "nosniff"}
        if answer is not None:
            problem = status >= 400 and not path.startswith("/oauth2")
            expected["Content-Type"] = f"(?i)application/{'problem[+]' if problem else ''}json.*"
        expected |= headers or {}
        response: dict[str, Any] = {"status": status, "headers": {header: _instance(header) for header in expected}}
        rules: dict[str, Any] = {"header": {header: _rule(regex) for header, regex in expected.items()}}
        if answer is not None:
            response["body"] = answer
            rules["body"] = {place: _rule(matcher) for place, matcher in (matchers or {}).items()}
        response["matchingRules"] = rules
        self.interactions.append({"description": name, "request": request, "response": response})


def basic(client_id: str, secret: str) -> str:
    """Return an Authorization header."""
    return f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"


def group_path(name: str, report_type: str) -> str:
    """Return the path of a group's report."""
    return f"/report?study_group={name}&report_type={report_type}"


def _as_pact_has_it(body: str | None) -> Any:
    try:
        return body and json.loads(body)
    except ValueError:
        return body


def _rule(matcher: str) -> dict[str, Any]:
    plain = matcher in ("type", "integer")
    return {
        "combine": "AND",
        "matchers": [{"match": matcher} if plain else {"match": "regex", "regex": f"^({matcher})$"}],
    }


def _instance(header: str) -> str:
    """Return a value that stands for a header in the pact; the rule decides."""
    return {"Content-Type": "application/json"}.get(header, "x")
