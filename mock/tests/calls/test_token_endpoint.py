"""The token endpoint, rule by rule: AUTH-1 … AUTH-8, and the order in which requests are refused."""

from urllib.parse import quote_plus

import pytest

from mock.tests.helpers.in_process import START, Caller, Reply, Service, basic
from pacsimile_mock.clock import SECOND, http_date
from pacsimile_mock.oauth2.model import Client

FORM = "application/x-www-form-urlencoded"
GRANT = "grant_type=client_credentials"


def get(service: Service, query: str = "", authorization: str | None = None) -> Reply:
    """Ask by GET."""
    headers = {} if authorization is None else {"Authorization": authorization}
    return service.call("GET", "/oauth2/token" + query, headers)


def post(service: Service, form: str, authorization: str | None = None, media_type: str = FORM) -> Reply:
    """Ask by POST."""
    headers = {"Content-Type": media_type} | ({} if authorization is None else {"Authorization": authorization})
    return service.call("POST", "/oauth2/token", headers, form.encode())


@pytest.fixture
def right(caller: Caller) -> str:
    """The right Authorization header."""
    return basic(caller.client.client_id, caller.client.client_secret)


@pytest.fixture
def in_body(caller: Caller) -> str:
    """The right credentials, as they stand in a form."""
    return f"client_id={quote_plus(caller.client.client_id)}&client_secret={quote_plus(caller.client.client_secret)}"


def error(reply: Reply) -> tuple[int, str]:
    """Status and code of a refusal; whatever is refused is told in RFC 6749's form, and never cached."""
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.json.keys() == {"error", "error_description"}
    assert len(reply.json["error_description"]) > 20
    return reply.status, reply.json["error"]


def check_token(reply: Reply, scope: str = "status.read reports.read reports.ack") -> None:
    """What a granted token's answer says (AUTH-1, AUTH-3, AUTH-7)."""
    assert reply.status == 200, reply.body
    assert reply.json.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (reply.json["token_type"], reply.json["expires_in"], reply.json["scope"]) == ("Bearer", 3600, scope)
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers.getlist("Cache-Control") == ["no-store"]
    assert reply.headers["Date"] == http_date(START)


def test_a_token_is_granted_in_each_way(service: Service, right: str, in_body: str) -> None:
    """By GET with Basic, by POST with Basic, by POST with the credentials in the body (AUTH-1, AUTH-2)."""
    check_token(get(service, authorization=right))
    check_token(get(service, "?" + GRANT, right))
    check_token(post(service, GRANT, right))
    check_token(post(service, f"{GRANT}&{in_body}"))


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "bAsIc"])
def test_the_scheme_is_case_insensitive(service: Service, right: str, scheme: str) -> None:
    """RFC 9110 §11.1."""
    check_token(get(service, authorization=f"{scheme} {right.removeprefix('Basic ')}"))


@pytest.mark.parametrize("media_type", ["APPLICATION/X-WWW-FORM-URLENCODED", FORM + "; charset=UTF-8"])
def test_a_form_is_a_form_in_any_case_and_with_parameters(service: Service, right: str, media_type: str) -> None:
    """Media types compare without case."""
    check_token(post(service, GRANT, right, media_type))


def test_unknown_parameters_are_ignored(service: Service, right: str, in_body: str) -> None:
    """RFC 6749 §3.2 asks for it; one without a value counts as omitted."""
    check_token(get(service, "?audience=x&resource=&scope=", right))
    check_token(post(service, f"{GRANT}&{in_body}&audience=x&scope=&client_assertion_type="))


def test_a_client_id_beside_basic_may_name_the_same_client_alone(service: Service, caller: Caller, right: str) -> None:
    """The same is fine; another, or a secret too, is two authentications (AUTH-2)."""
    check_token(post(service, f"{GRANT}&client_id={caller.client.client_id}", right))
    check_token(post(service, f"{GRANT}&client_id={caller.client.client_id}&client_secret=", right))
    assert error(post(service, f"{GRANT}&client_id=another", right)) == (400, "invalid_request")
    wrong = basic(caller.client.client_id, "wrong")  # who does not know the secret is not told (AUTH-4)
    assert error(post(service, f"{GRANT}&client_id=another", wrong)) == (401, "invalid_client")


def test_a_parameter_is_repeated_without_values_too(service: Service, right: str) -> None:
    """AUTH-5: an empty one is omitted, and yet it was there."""
    assert error(post(service, f"{GRANT}&scope=&scope=status.read", right)) == (400, "invalid_request")


def test_credentials_by_basic_and_in_the_body_are_refused(service: Service, right: str, in_body: str) -> None:
    """Even when both are right (AUTH-2, RFC 6749 §2.3)."""
    assert error(post(service, f"{GRANT}&{in_body}", right)) == (400, "invalid_request")


def test_a_secret_with_reserved_characters_may_be_coded_or_raw(service: Service) -> None:
    """RFC 6749 §2.3.1 codes it before Basic; many clients do not (AUTH-1)."""
    secret = "p%41ss+w/ö%"
    client = Client("odd client", secret, "hospital", ("status.read",))
    service.world.clients[client.client_id] = client
    check_token(get(service, authorization=basic("odd client", secret)), "status.read")
    check_token(get(service, authorization=basic("odd+client", quote_plus(secret))), "status.read")
    assert get(service, authorization=basic("odd client", "pAss w/ö%")).status == 401


def test_a_wrong_secret_and_an_unknown_client_are_told_alike(service: Service, caller: Caller) -> None:
    """The same status, headers and body, however they are sent (AUTH-4)."""
    client_id = caller.client.client_id
    for ask in (
        lambda who, secret: get(service, authorization=basic(who, secret)),
        lambda who, secret: post(service, GRANT, basic(who, secret)),
        lambda who, secret: post(service, f"{GRANT}&client_id={who}&client_secret={secret}"),
    ):
        wrong, unknown = ask(client_id, "wrong"), ask("nobody", "wrong")
        assert error(wrong) == (401, "invalid_client")
        assert wrong.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert (wrong.status, wrong.body) == (unknown.status, unknown.body)
        assert [name for name, _ in wrong.headers] == [name for name, _ in unknown.headers]


@pytest.mark.parametrize(
    "secret", ["", " ", "x", "{secret} ", "{secret}x", " {secret}", "{secret}\n", "{secret}\x00", "{half}"]
)
def test_only_the_whole_secret_opens(service: Service, caller: Caller, secret: str) -> None:
    """Part of it, or more than it, is a wrong one (AUTH-4)."""
    right = caller.client.client_secret
    asked = secret.format(secret=right, half=right[:9])
    assert error(get(service, authorization=basic(caller.client.client_id, asked))) == (401, "invalid_client")


def test_no_credentials_get_no_token(service: Service, caller: Caller) -> None:
    """400 or 401, and no word of a wrong secret (AUTH-4)."""
    for reply in (
        get(service),
        post(service, GRANT),
        post(service, f"{GRANT}&client_id={caller.client.client_id}"),
        get(service, authorization="Bearer x"),
        get(service, authorization="Digest username=x"),
    ):
        assert error(reply) == (401, "invalid_client")
        assert "No client credentials" in reply.json["error_description"]


@pytest.mark.parametrize(
    "value",
    ["", " ", "=", "!!!!", "YQ", "YQ==", "Og==", "Ojo6Og==", "/w==", "gDpiYWQ=", "AAAA", "a" * 9_999, "YTpi YTpi", "é"],
)
def test_malformed_basic_is_refused_as_a_wrong_client(service: Service, value: str) -> None:
    """No base64, no colon, no UTF-8, nothing at all: never more than a 401 (AUTH-4)."""
    for reply in (get(service, authorization=f"Basic {value}"), post(service, GRANT, f"Basic {value}")):
        assert error(reply) == (401, "invalid_client")
        assert reply.headers["WWW-Authenticate"].startswith("Basic ")


def test_grant_types(service: Service, right: str) -> None:
    """Invented: unsupported_grant_type; missing on POST: invalid_request, also when it has no value (AUTH-5)."""
    for grant in ("password", "Client_Credentials", "client_credentials ", "authorization_code", "x" * 500):
        assert error(post(service, f"grant_type={quote_plus(grant)}", right)) == (400, "unsupported_grant_type")
        assert error(get(service, f"?grant_type={quote_plus(grant)}", right)) == (400, "unsupported_grant_type")
    for form in ("", "scope=status.read", "grant_type=", "Grant_Type=client_credentials"):
        assert error(post(service, form, right)) == (400, "invalid_request")


@pytest.mark.parametrize(
    "repeated", ["grant_type=client_credentials", "scope=status.read", "scope=", "x=1", "client_id=a"]
)
def test_a_repeated_parameter_is_refused(service: Service, right: str, repeated: str) -> None:
    """Whichever it is, also with the same value or with none (AUTH-5)."""
    other = "" if repeated == GRANT else GRANT + "&"
    assert error(post(service, f"{other}{repeated}&{repeated}", right)) == (400, "invalid_request")
    assert error(get(service, f"?{repeated}&{repeated}", right)) == (400, "invalid_request")


def test_scopes(service: Service, right: str) -> None:
    """A narrower one is granted and echoed, unknown or more is refused, names match whole (AUTH-6, AUTH-14)."""
    check_token(get(service, "?scope=status.read", right), "status.read")
    check_token(post(service, f"{GRANT}&scope=reports.ack+status.read", right), "reports.ack status.read")
    check_token(get(service, "?scope=status.read%20status.read", right), "status.read")
    for scope in ("ingest.write", "status", "status.read2", "STATUS.READ", "status.read,reports.read", "admin", "*"):
        assert error(get(service, f"?scope={scope}", right)) == (400, "invalid_scope")
        assert error(get(service, f"?scope=status.read%20{scope}", right)) == (400, "invalid_scope")


def test_a_default_set_is_the_clients_own(service: Service) -> None:
    """No scope asked for: what the client has, echoed (AUTH-6)."""
    caller = service.client(scopes=("ingest.write",))
    assert caller.ask_token().json["scope"] == "ingest.write"


@pytest.mark.parametrize("name", ["client_secret", "client_assertion"])
def test_a_secret_in_the_url_is_refused_and_not_repeated(service: Service, in_body: str, right: str, name: str) -> None:
    """On GET and POST, beside whatever is right (AUTH-8, SEC-5)."""
    query = f"?client_id=x&{name}=invented-secret"
    for reply in (
        get(service, query),
        get(service, query, right),
        post(service, f"{GRANT}&{in_body}", None),
        service.call("POST", "/oauth2/token" + query, {"Content-Type": FORM, "Authorization": right}, GRANT.encode()),
    ):
        if reply.status != 200:
            assert error(reply) == (400, "invalid_request")
            assert b"invented-secret" not in reply.body
    assert error(get(service, query, right)) == (400, "invalid_request")


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "", "multipart/form-data"])
def test_another_media_type_is_no_token_request(service: Service, right: str, media_type: str) -> None:
    """400 invalid_request, as RFC 6749 knows no 415."""
    assert error(post(service, GRANT, right, media_type)) == (400, "invalid_request")


@pytest.mark.parametrize("body", [b"\xff\xfe", "grant_type=é".encode(), b"grant_type=%ff", b"a=1&" * 500, b"%" * 50])
def test_a_broken_form_is_a_bad_request(service: Service, right: str, body: bytes) -> None:
    """Not UTF-8, not ASCII, a great many fields: 400, never 5xx (PROTO-3)."""
    reply = service.call("POST", "/oauth2/token", {"Content-Type": FORM, "Authorization": right}, body)
    assert error(reply) == (400, "invalid_request")


@pytest.mark.parametrize("query", ["?%ff=1", "?a=%ff", "?" + "a&" * 500, "?grant_type=%ff"])
def test_a_broken_query_is_a_bad_request(service: Service, right: str, query: str) -> None:
    """On the token endpoint too it is told in RFC 6749's form."""
    assert error(get(service, query, right)) == (400, "invalid_request")


def test_the_order_of_refusals(service: Service, caller: Caller, right: str) -> None:
    """Syntax, then the client, then the grant type, then the scope."""
    wrong = basic(caller.client.client_id, "wrong")
    assert error(get(service, "?grant_type=x&scope=y&grant_type=x", wrong)) == (400, "invalid_request")
    assert error(post(service, "scope=y", wrong)) == (400, "invalid_request")
    assert error(get(service, "?grant_type=x&scope=y", wrong)) == (401, "invalid_client")
    assert error(get(service, "?grant_type=x&scope=y", right)) == (400, "unsupported_grant_type")
    assert error(get(service, "?scope=y", right)) == (400, "invalid_scope")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_refused_without_a_token(service: Service, method: str) -> None:
    """405 with Allow, told as a problem (PROTO-2)."""
    reply = service.call(method, "/oauth2/token")
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, POST")


def test_tokens_are_different_each_time_and_all_valid(service: Service, caller: Caller) -> None:
    """A hundred live tokens of one client, each as good as the others (AUTH-17)."""
    tokens = {caller.new_token() for _ in range(100)}
    assert len(tokens) == 100
    for token in tokens:
        caller.token = token
        assert caller.listing() == []


def test_a_token_lasts_an_hour_by_the_worlds_clock(service: Service, caller: Caller) -> None:
    """Until 59:59.999999 it opens, at 60:00 it does not, also when it was good a moment ago (AUTH-11, AUTH-18)."""
    service.world.clock.advance(3600 * SECOND - 1)
    assert caller.listing() == []
    service.world.clock.advance(1)
    reply = caller.get("/reports", organizationId="hospital")
    assert reply.refusal == (401, "invalid-token")
    assert "expired" in reply.json["detail"]
