"""The shipped dialects, as a client of such a service finds them."""

from base64 import b64decode
from hashlib import sha256
from typing import Any

from mock.tests.helpers.in_process import Service, basic
from mock.tests.helpers.speaking import speaking


class Vendor:
    """A client of `hospital` at a service of a shipped dialect."""

    def __init__(self, dialect: str, token_path: str = "/oauth2/token") -> None:
        self.service = speaking(dialect)
        client = self.service.submitter.client("hospital")
        reply = self.service.call("GET", token_path, {"Authorization": basic(client.client_id, client.client_secret)})
        assert reply.status == 200, reply.body
        self.token = reply.json

    def call(self, method: str, target: str, body: bytes | None = None) -> Any:
        """Make a call with the token."""
        headers = {"Authorization": f"Bearer {self.token['access_token']}"}
        return self.service.call(method, target, headers | ({"Content-Type": "application/json"} if body else {}), body)


def digest_of(service_reply: Any) -> bool:
    """Whether the digest of an answer is that of its bytes."""
    sent = service_reply.headers["Content-Digest"].removeprefix("sha-256=:").removesuffix(":")
    return b64decode(sent) == sha256(service_reply.body).digest()


def test_camel() -> None:
    """Names in camelCase, what an answer says in `data`, and a digest of the bytes that are sent."""
    vendor = Vendor("camel")
    order = vendor.service.order()
    status = vendor.call("GET", f"/status?orderId={order.order_id}")
    assert status.json["data"]["orderId"] == order.order_id
    assert status.json["data"]["status"] == "COMPLETED"
    assert set(status.json) == {"data"}
    report = vendor.call("GET", f"/results?orderId={order.order_id}&reportType=json")
    assert report.json["reportId"] == order.report_id(1)
    assert digest_of(report)
    listed = vendor.call("GET", "/reports?organizationId=hospital").json["data"]
    assert [listed["total"], listed["reports"][0]["reportId"]] == [1, order.report_id(1)]
    body = b'{"reportIds": ["%s"]}' % order.report_id(1).encode()
    assert vendor.call("POST", "/reports?organizationId=hospital", body).json["data"] == {
        "organizationId": "hospital", "total": 1, "acknowledged": [order.report_id(1)], "notFound": [],
    }  # fmt: skip


def test_legacy() -> None:
    """Other paths, seconds, numbers for statuses, a 404 that says to come back, plain errors, and a 204."""
    vendor = Vendor("legacy", "/auth/token")
    order, waiting = vendor.service.order(), vendor.service.order("RECEIVED")
    status = vendor.call("GET", f"/v1/order/status?order={order.order_id}")
    assert (status.json["status"], status.json["created_at"]) == (2, 4_102_444_800 - 3600)
    assert "X-Correlation-Id" in status.headers
    assert "X-Request-Id" not in status.headers
    report = vendor.call("GET", f"/v1/report/download?order={order.order_id}&format=hl7v2")
    assert (report.headers["Content-Type"], report.headers.get("Content-Digest")) == ("text/plain", None)
    refused = vendor.call("GET", f"/v1/report/download?order={waiting.order_id}&format=pdf")
    assert (refused.status, refused.headers["Content-Type"]) == (404, "application/json")
    assert set(refused.json) == {"code", "message"}
    assert refused.json["code"].endswith("report-not-ready")
    assert int(refused.headers["Retry-After"]) > 0
    assert vendor.call("GET", "/v1/report/pending?site=hospital").json["count"] == 1
    done = vendor.call("POST", "/v1/report/pending?site=hospital")
    assert (done.status, done.body, done.headers.get("Content-Type")) == (204, b"", None)
    assert vendor.call("GET", "/v1/report/pending?site=hospital").json["count"] == 0


def test_minimal() -> None:
    """What the service does not have is 404 or not said, and scopes that share a word open the same."""
    vendor = Vendor("minimal")
    order = vendor.service.order()
    assert vendor.token["scope"] == "api.read api.write"
    status = vendor.call("GET", f"/status?order_id={order.order_id}").json
    assert {"progress", "study_group"}.isdisjoint(status)
    assert status["report_types"] == ["json", "pdf"]
    assert vendor.call("GET", f"/orderId?study_uid={order.study_uid}").status == 404
    refused = vendor.call("GET", f"/results?order_id={order.order_id}&report_type=txt")
    assert refused.refusal == (400, "invalid-parameter")
    assert refused.json["errors"] == [{"parameter": "report_type", "reason": "must be one of json, pdf"}]


def scopes_of(service: Service, scopes: tuple[str, ...], ask: str) -> tuple[int, str]:
    """Ask for a scope by the dialect's word; the answer's scope, or its error."""
    client = service.submitter.client("hospital", scopes)
    header = {"Authorization": basic(client.client_id, client.client_secret)}
    reply = service.call("GET", f"/oauth2/token?scope={ask}", header)
    return reply.status, str(reply.json.get("scope") or reply.json["error_description"])


def test_a_shared_word_asks_for_what_the_client_may_have() -> None:
    """And a word of the contract is unknown, and repeated as it was sent."""
    service = speaking("minimal")
    assert scopes_of(service, ("status.read",), "api.read") == (200, "api.read")
    assert scopes_of(service, ("status.read",), "api.write")[0] == 400
    status, text = scopes_of(service, ("status.read",), "status.read")
    assert status == 400
    assert text == "'status.read' is unknown or beyond this client: api.read."


def test_the_contracts_own_spelling_is_not_understood() -> None:
    """Its paths are nowhere, its names are unknown, and messages name what the client sent and what it should send."""
    legacy, camel = Vendor("legacy", "/auth/token"), Vendor("camel")
    assert legacy.call("GET", "/status?order=1").status == 404
    refused = camel.call("GET", "/status?order_id=ORD-1")
    assert refused.refusal == (400, "invalid-parameter")
    assert refused.json["errors"] == [
        {"parameter": "order_id", "reason": "is not known to getStatus: it takes orderId, studyInstanceUid"}
    ]
    shape = camel.call("POST", "/reports?organizationId=hospital", b'{"report_ids": []}')
    assert shape.refusal == (400, "invalid-body")
    assert '{"reportIds": ["..."]}' in shape.json["detail"]
    assert legacy.call("POST", "/v1/order/status").headers["Allow"] == "GET"


def test_the_journal_shows_what_was_on_the_wire() -> None:
    """Path, names and status, beside the operation that it was."""
    vendor = Vendor("legacy", "/auth/token")
    vendor.call("GET", f"/v1/report/download?order={vendor.service.order('RECEIVED').order_id}&format=pdf")
    entry = list(vendor.service.world.journal.entries())[-1]
    assert (entry.operation, entry.path, entry.status) == ("getResult", "/v1/report/download", 404)
    assert set(entry.parameters) == {"order", "format"}
    assert entry.client_id
