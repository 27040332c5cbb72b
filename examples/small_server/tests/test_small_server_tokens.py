"""Tokens: who gets one, and what it opens."""

import base64
from urllib.parse import quote, urlencode

import pytest

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OPERATIONS = [
    ("GET", "/status"),
    ("GET", "/orderId"),
    ("GET", "/results"),
    ("GET", "/report"),
    ("GET", "/reports"),
    ("POST", "/reports"),
]


@pytest.fixture
def client(small_server):
    return small_server.announced["clients"][0]


def post(small_server, form, headers=None, query=""):
    return small_server.call("POST", "/oauth2/token" + query, urlencode(form).encode(), {**FORM, **(headers or {})})


def test_get_with_basic_gives_a_token_for_an_hour(small_server, client):
    """AUTH-1, AUTH-3, AUTH-7: one hour, the client's scopes, not to be cached."""
    answer = small_server.token(client["client_id"], client["client_secret"])
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.json["expires_in"] == 3600
    assert set(answer.json["scope"].split()) == set(client["scopes"])
    assert "refresh_token" not in answer.json


def test_post_takes_credentials_in_the_body(small_server, client):
    """AUTH-2: id and secret in the form, and the media type in any case."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    answer = post(small_server, form, {"Content-Type": "Application/X-WWW-Form-URLEncoded; charset=UTF-8"})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ([("grant_type", "client_credentials"), ("scope", "status.read"), ("scope", "status.read")], "invalid_request"),
        ([("grant_type", "client_credentials"), ("other", "1"), ("other", "2")], "invalid_request"),
        ([("grant_type", "")], "invalid_request"),
        ([("grant_type", "password")], "unsupported_grant_type"),
        ([("grant_type", "client_credentials"), ("scope", "status.read status")], "invalid_scope"),
        ([("grant_type", "client_credentials"), ("scope", "ingest.write")], "invalid_scope"),
        ([("grant_type", "client_credentials"), ("client_secret", "x")], "invalid_request"),
        ([("grant_type", "client_credentials"), ("client_id", "somebody-else")], "invalid_request"),
        ([("grant_type", "client_credentials"), ("scope", ""), ("scope", "status.read")], "invalid_request"),
    ],
)
def test_a_wrong_request_is_refused_in_the_rfcs_words(small_server, client, form, error):
    """AUTH-2, AUTH-5, AUTH-6: the error names what is wrong."""
    answer = post(small_server, form, {"Authorization": _basic(client)})
    assert (answer.status, answer.json["error"]) == (400, error)


@pytest.mark.parametrize(
    "form",
    [
        [("grant_type", "client_credentials"), ("scope", ""), ("unknown", "1"), ("empty", "")],
        [("grant_type", "client_credentials"), ("scope", "reports.read status.read")],
    ],
)
def test_what_does_not_matter_does_not_disturb(small_server, client, form):
    """RFC 6749 section 3.2: unknown parameters are ignored, those without a value count as omitted."""
    assert post(small_server, form, {"Authorization": _basic(client)}).status == 200


def test_a_client_id_beside_a_wrong_secret_changes_nothing(small_server, client):
    """AUTH-4: 401, whichever client it names."""
    wrong = _basic({**client, "client_secret": "wrong"})
    for name in (client["client_id"], "somebody-else"):
        form = [("grant_type", "client_credentials"), ("client_id", name)]
        answer = post(small_server, form, {"Authorization": wrong})
        assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_wrong_secret_and_unknown_client_are_told_alike(small_server, client):
    """AUTH-4: the same answer, with a Basic challenge."""
    answers = [small_server.token(client["client_id"], "wrong"), small_server.token("nobody", "wrong")]
    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}
    assert answers[0].json["error"] == "invalid_client"
    assert answers[0].headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("value", ["Basic", "Basic !!!!", "Basic YQ", "Basic YWJj", "Basic /////w==", "Basic \xff\xfe"])
def test_malformed_basic_is_refused(small_server, value):
    """AUTH-4: 401, never a failure of the server."""
    answer = small_server.call("GET", "/oauth2/token", headers={"Authorization": value})
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_secret_in_the_url_is_refused(small_server, client, method):
    """AUTH-8: on both methods, before the client is looked at."""
    answer = small_server.call(
        method,
        "/oauth2/token?client_secret=invented",
        b"grant_type=client_credentials",
        {**FORM, "Authorization": _basic(client)},
    )
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_refusals_of_a_call_come_in_order(small_server, client, method, path):
    """AUTH-9, AUTH-10, AUTH-14, AUTH-15: token, then scope, then the query."""
    bare = small_server.call(method, path)
    assert bare.status == 401
    assert bare.headers["WWW-Authenticate"].startswith("Bearer")
    assert "error" not in bare.headers["WWW-Authenticate"]
    bad = small_server.call(method, path + "?bad=1", headers={"Authorization": "Bearer invented"})
    assert bad.status == 401
    assert 'error="invalid_token"' in bad.headers["WWW-Authenticate"]
    values = small_server.state("client_with_scopes", scopes=["ingest.write"])
    narrow = small_server.caller(values).call(method, path + "?bad=1")
    assert narrow.status == 403
    assert 'error="insufficient_scope"' in narrow.headers["WWW-Authenticate"]
    token = small_server.token(client["client_id"], client["client_secret"]).json["access_token"]
    right = small_server.call(method, path + "?bad=1", headers={"Authorization": f"bEARER {token}"})
    assert (right.status, right.reason) == (400, "invalid-parameter")


def test_a_token_counts_in_the_one_header_only(small_server, client):
    """AUTH-13: not in the query, not in a form, not in a second header."""
    token = small_server.token(client["client_id"], client["client_secret"]).json["access_token"]
    organization = client["organization_id"]
    target = f"/reports?organizationId={organization}"
    assert small_server.call("GET", f"{target}&access_token={token}").status == 401
    assert small_server.call("POST", target, f"access_token={token}".encode(), FORM).status == 401
    head = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n"
    assert small_server.raw(head.encode() + b"\r\n").startswith(b"HTTP/1.1 200")
    twice = head + f"Authorization: Bearer {token}\r\n\r\n"
    assert small_server.raw(twice.encode()).startswith(b"HTTP/1.1 401")


def test_scope_names_match_whole(small_server):
    """AUTH-14: a scope that only begins like the right one opens nothing."""
    values = small_server.state("token_with", claims={"scope": "status.reader status status.read.more"})
    answer = small_server.call("GET", "/status", headers={"Authorization": f"Bearer {values['access_token']}"})
    assert answer.status == 403


def test_a_token_ends_at_its_last_instant(small_server):
    """AUTH-11, AUTH-18: good before, refused from then on, by the server's clock."""
    values = small_server.state("order_in_status", status="RECEIVED")
    caller = small_server.caller(values)
    small_server.state("time_passes", seconds=3590)
    assert caller.get("/status", order_id=values["order_id"]).status == 200
    small_server.state("time_passes", seconds=10)
    assert caller.get("/status", order_id=values["order_id"]).status == 401
    expired = small_server.state("expired_token", client_id=values["client_id"])["access_token"]
    answer = small_server.call("GET", "/status", headers={"Authorization": f"Bearer {expired}"})
    assert answer.status == 401


def test_credentials_may_be_form_encoded(small_server):
    """RFC 6749 section 2.3.1: Basic carries id and secret as they stand, or form-encoded."""
    client = small_server.state("client_with_scopes", scopes=["status.read"])
    encoded = "".join(f"%{ord(letter):02X}" for letter in client["client_secret"])
    assert small_server.token(quote(client["client_id"], safe=""), encoded).status == 200


def _basic(client):
    pair = f"{client['client_id']}:{client['client_secret']}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
