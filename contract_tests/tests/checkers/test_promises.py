"""What is promised of generated requests: which answer keeps each promise, and which breaks it."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, problem
from pacsimile_contract.checkers.promises import PROMISES, breaks
from pacsimile_contract.evidence.exchange import Exchange

TOKEN = {"access_token": "opaque-0123456789-abcdefghij", "token_type": "Bearer", "expires_in": 3600,
         "scope": "status.read"}  # fmt: skip
VALUES = {"why": "what was drawn", "unknown": "colour", "ours": ["A-1"], "limit": 2, "scopes": "status.read"}

HEADERS = (("X-Request-Id", "0123456789"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
NOT_FOUND = problem("order-not-found", 404, title="Not Found", detail="No such order.")


def refused(status: int, reason: str = "invalid-parameter", **members: str) -> Exchange:
    """Return a refusal with a problem of that reason."""
    return exchange("getStatus", status, problem(reason, status, **members))


def no_token(status: int, error: str) -> Exchange:
    """Return a token error."""
    return exchange("getToken", status, {"error": error})


KEPT = {
    "AUTH-1/property-valid-request": [exchange("getToken", 200, TOKEN)],
    "AUTH-2/property-valid-request": [exchange("postToken", 200, TOKEN)],
    "AUTH-4/property-invented-client": [no_token(401, "invalid_client")],
    "AUTH-4/property-malformed-basic": [no_token(401, "invalid_client"), no_token(400, "invalid_request")],
    "AUTH-5/property-invented-grant-type": [no_token(400, "unsupported_grant_type")],
    "AUTH-6/property-narrowed-scope": [exchange("getToken", 200, TOKEN)],
    "AUTH-6/property-invented-scope": [no_token(400, "invalid_scope")],
    "AUTH-12/property-altered-token": [refused(401, "invalid-token")],
    "AUTH-13/property-another-scheme": [refused(401, "invalid-token")],
    "AUTH-13/property-scheme-case": [exchange(document={}), refused(404, "order-not-found")],
    "STATUS-3/property-wrong-selectors": [refused(400)],
    "STATUS-3/property-malformed-identifier": [refused(400)],
    "STATUS-3/property-unknown-parameter": [refused(400)],
    "STATUS-3/property-names-the-unknown": [refused(400, detail="colour is unknown"), refused(404)],
    "STATUS-3/property-against-the-schema": [refused(400)],
    "STATUS-3/property-well-formed": [refused(404, "order-not-found"), exchange(document={})],
    "STATUS-4/property-nobodys-order": [refused(404, "order-not-found")],
    "STATUS-8/property-near-miss": [refused(404), refused(400), exchange(document={"order_id": "A-10"})],
    "ORDERID-4/property-malformed-uid": [refused(400)],
    "ORDERID-4/property-valid-uid": [refused(404, "order-not-found")],
    "RESULTS-5/property-unknown-type": [refused(400)],
    "GROUP-4/property-nobodys-group": [refused(404, "study-group-not-found")],
    "BATCH-13/property-malformed-limit": [refused(400)],
    "BATCH-13/property-valid-limit": [listing(), listing("a", "b"), exchange("listReports", 200, {})],
    "SEC-2/property-nobodys-organization": [refused(403, "organization-not-allowed")],
    "PROTO-1/property-as-described": [exchange(status=404, document=NOT_FOUND, headers=HEADERS), refused(413)],
    "PROTO-3/property-any-input": [exchange(document={}), refused(400), refused(429), refused(503)],
}


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_a_right_answer_keeps_each_promise(promise: str) -> None:
    """One refusal that is promised is not another: 400 for what is malformed, 404 for what nobody has."""
    for answer in KEPT[promise]:
        assert not breaks(promise, answer, VALUES), answer


@pytest.mark.parametrize(
    ("promise", "answer"),
    [
        ("STATUS-4/property-nobodys-order", refused(404, "study-not-found")),
        ("GROUP-4/property-nobodys-group", refused(404, "order-not-found")),
        ("BATCH-13/property-valid-limit", listing("a", "b", "c")),
        ("BATCH-13/property-valid-limit", listing(status=400)),
        ("STATUS-8/property-near-miss", exchange(document={"order_id": "A-1"})),
        ("STATUS-8/property-near-miss", exchange(document={}, headers=(("X-Order-Id", "A-1"),))),
        ("STATUS-8/property-near-miss", refused(405)),
        ("STATUS-8/property-near-miss", listing()),
        ("AUTH-6/property-narrowed-scope", exchange("getToken", 200, {**TOKEN, "scope": "reports.read"})),
        ("AUTH-4/property-malformed-basic", no_token(400, "invalid_scope")),
        ("AUTH-4/property-malformed-basic", no_token(403, "invalid_client")),
        ("AUTH-13/property-scheme-case", refused(403)),
        ("AUTH-13/property-scheme-case", refused(400)),
        ("STATUS-3/property-names-the-unknown", refused(400, detail="order_id is unknown")),
        ("PROTO-3/property-any-input", exchange(status=None)),
        ("PROTO-3/property-any-input", exchange(status=500, document={})),
        ("PROTO-1/property-as-described", exchange(status=418, document={})),
    ],
)
def test_a_wrong_answer_breaks_it(promise: str, answer: Exchange) -> None:
    """The reason of a problem, the number of reports, the scope of a token and what bears our name count too."""
    assert breaks(promise, answer, VALUES)
