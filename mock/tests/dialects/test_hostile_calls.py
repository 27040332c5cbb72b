"""Whatever is sent to a world that speaks a dialect, it is answered and not failed on, and no secret is repeated."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock.tests.dialects.test_calls import bearer
from mock.tests.helpers.in_process import Service
from mock.tests.helpers.speaking import speaking

DIALECTS = (
    'paths: {getStatus: "/v2/{order_id}", getToken: /auth, getGroupReport: "/g/{study_group}/{report_type}"}\n'
    "parameters: {client_id: id, client_secret: key, organizationId: org}\n"
    "constants: {v: '1'}\ntoken: {credentials: query}\nvalues: {scope: {status.read: a, reports.read: a}}\n"
    "acknowledgement: {without_body: false, body: {report_ids: /a/b}}\nreports_carried: redirect\ntimes: epoch_ms\n",
    "unknown_parameters: ignored\ntoken: {credentials: headers}\nparameters: {client_id: X-Id, client_secret: X-Key}\n"
    "codes: {unknown: 200-empty, bad_request: 422}\nreports_carried: {base64: /c}\nacknowledgement: {answer: null}\n",
    "token: {credentials: body}\nvalues: {report_type: {pdf: [1, PDF]}, problem: {invalid-parameter: 7}}\n"
    "errors: {type: /a/b, detail: /a/c}\nreports_carried: {url: /l}\nparameters: {scope: scopes, grant_type: grant}\n",
)
NAMES = [
    "order_id",
    "study_uid",
    "report_type",
    "org",
    "organizationId",
    "limit",
    "v",
    "id",
    "key",
    "client_id",
    "client_secret",
    "scope",
    "scopes",
    "grant",
    "grant_type",
    "study_group",
    "canonical:order_id",
    "constant:v",
]
ODD = st.sampled_from(
    ["", *["a", "PDF", "1", "pdf", "%", "%zz", "%FF", "%C3%A4", "%00", "+", "%20b", "%26", "=", "[]", "status.read"]]
)
PATHS = st.sampled_from(
    [
        "/status",
        "/v2/",
        "/v2/a%2Fb",
        "/v2/%00",
        "/v2/%FF",
        "/auth",
        "/oauth2/token",
        "/g/a/b/pdf",
        "/g//",
        "/results",
        "/report",
        "/reports",
        "/links/",
        "/links/a.b.c",
        "/w/default/status",
        "/w/x/v2/1",
        "/orderId",
        "//",
        "/v2",
    ]
)
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), ODD), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}".replace(" ", "%20") for name, value in pairs)
)
BODIES = st.one_of(
    st.none(),
    QUERIES.map(str.encode),
    st.binary(max_size=20),
    st.sampled_from(
        [b"{}", b'{"a":{"b":["x"]}}', b'{"a":{"b":7}}', b'{"report_ids":[]}', b"[" * 2000, b'{"a":[]}', b"null"]
    ),
)
TYPES = st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain", ""])


@pytest.fixture(scope="module", params=range(len(DIALECTS)))
def spoken(request: pytest.FixtureRequest) -> tuple[Service, dict[str, str]]:
    """A service of each dialect, and a token of it."""
    service = speaking(DIALECTS[request.param])
    return service, bearer(service)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(["GET", "POST", "HEAD", "PUT"]), PATHS, QUERIES, BODIES, TYPES, st.booleans(), ODD)
def test_nothing_makes_it_fail(
    spoken: tuple[Service, dict[str, str]], method, path, query, body, media_type, with_token, odd
) -> None:
    """Each call has an answer below 500, and a place in the journal."""
    service, header = spoken
    headers = dict(header) if with_token else {"X-Id": odd, "X-Key": odd, "Authorization": f"Basic {odd}"}
    if body is not None:
        headers["Content-Type"] = media_type
    before = service.world.journal.store.last()
    reply = service.call(method, f"{path}?{query}", headers, body)
    assert reply.status < 500, reply.body
    assert service.world.journal.store.last() == before + 1
    assert b"canonical:" not in reply.body.replace(b"canonical:order_id", b"")
