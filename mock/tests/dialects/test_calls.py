"""What a dialect says of requests: credentials, constants, paths, bodies, unknown parameters; and of refusals."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest

from mock.tests.helpers.faulty import Faulty
from mock.tests.helpers.in_process import Reply, Service, basic
from mock.tests.helpers.speaking import speaking
from pacsimile_mock.journal.model import Entry

PLACES = """\
parameters: {client_id: id, client_secret: key}
token: {credentials: %s}
"""
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def bearer(service: Service) -> dict[str, str]:
    """The header of a new client of `hospital` that may do everything."""
    caller = service.submitter.client("hospital")
    token = service.world.tokens.grant(caller, caller.scopes, service.world.clock.now())
    return {"Authorization": f"Bearer {service.world.jwt.make(token, service.world.clock.now())}"}


def latest(service: Service) -> Entry:
    """The latest entry of the journal."""
    return list(service.world.journal.entries())[-1]


def token_by(service: Service, place: str, client_id: str, secret: str) -> Reply:
    """Ask for a token with the credentials in one place."""
    form = f"id={client_id}&key={secret}".encode()
    if place == "basic":
        return service.call("GET", "/oauth2/token", {"Authorization": basic(client_id, secret)})
    if place == "query":
        return service.call("GET", f"/oauth2/token?{form.decode()}")
    if place == "headers":
        return service.call("GET", "/oauth2/token", {"id": client_id, "key": secret})
    return service.call("POST", "/oauth2/token", FORM, b"grant_type=client_credentials&" + form)


@pytest.mark.parametrize("place", ["basic", "body", "query", "headers"])
def test_credentials_stand_in_their_place_and_nowhere_else(place: str) -> None:
    """And the journal shows whose they are, and no secret, whatever its name is."""
    service = speaking(PLACES % place)
    client = service.submitter.client("hospital")
    for other in ("basic", "body", "query", "headers"):
        reply = token_by(service, other, client.client_id, client.client_secret)
        accepted = other == place or (place, other) == ("basic", "body")
        assert (reply.status == 200) == accepted, (other, reply.body)
        assert client.client_secret not in str(latest(service))
        assert (latest(service).client_id == client.client_id) == accepted
    wrong = token_by(service, place, client.client_id, "wr0ng-Secret-Of-A-Client")
    assert (wrong.status, wrong.json["error"]) == (401, "invalid_client")
    assert "wr0ng-Secret" not in str(latest(service)) + wrong.body.decode()


def test_what_is_said_of_missing_credentials_names_their_place() -> None:
    """In the dialect's words."""
    for place, said in (("query", "in the query"), ("headers", "in headers"), ("body", "in the form body")):
        reply = speaking(PLACES % place).call("GET", "/oauth2/token")
        assert f"send id and key {said}" in reply.json["error_description"]


def test_credentials_twice_in_the_query_are_refused() -> None:
    """As every repeated parameter is."""
    service = speaking(PLACES % "query")
    reply = service.call("GET", "/oauth2/token?id=a&id=b&key=c")
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")
    assert reply.json["error_description"] == "The parameter 'id' is given more than once."


def test_every_call_carries_the_constants() -> None:
    """One that is missing or wrong is refused, after the token as every parameter."""
    service = speaking("constants: {api-version: '2025-06'}\ncodes: {bad_request: 422}")
    header = bearer(service)
    assert service.call("GET", "/reports?organizationId=hospital&api-version=2025-06", header).status == 200
    for query in ("organizationId=hospital", "organizationId=hospital&api-version=1"):
        assert service.call("GET", f"/reports?{query}").refusal == (401, "invalid-token")
        refused = service.call("GET", f"/reports?{query}", header)
        assert refused.status == 422
        assert refused.json["errors"] == [{"parameter": "api-version", "reason": "must be 2025-06"}]
        assert refused.json["detail"] == "The query parameter 'api-version' must be 2025-06: every call carries it."
    token = service.call("GET", "/oauth2/token")
    assert (token.status, token.json["error"]) == (400, "invalid_request")


def test_the_errors_of_a_refusal_are_spelled_as_the_dialect_has_them() -> None:
    """The members of each error are respelled, and the parameter that is named in it."""
    service = speaking(
        "parameters: {limit: most}\nerrors: {errors: /violations}\n"
        "fields: {Problem.errors: {parameter: /field, reason: /why/text}}"
    )
    refused = service.call("GET", "/reports?organizationId=hospital&most=x", bearer(service))
    (error,) = refused.json["violations"]
    assert error.keys() == {"field", "why"}
    assert error["field"] == "most"
    assert error["why"].keys() == {"text"}


def test_a_parameter_stands_in_the_path() -> None:
    """Escaped, once, and masked in the journal where it is a secret or real data."""
    service = speaking(
        'paths: {getStatus: ["/v2/orders/{order_id}", "/v2/studies/{study_uid}/status"], '
        'getGroupReport: "/v2/groups/{study_group}/report"}'
    )
    header, order = bearer(service), service.order(study_group="A/B ü")
    status = service.call("GET", f"/v2/orders/{order.order_id}", header)
    assert status.json["order_id"] == order.order_id
    assert latest(service).path == f"/v2/orders/{order.order_id}"
    assert latest(service).parameters == {"order_id": order.order_id}
    assert service.call("GET", f"/v2/studies/{order.study_uid}/status", header).json["order_id"] == order.order_id
    group = service.call("GET", "/v2/groups/A%2FB%20%C3%BC/report?report_type=json", header)
    assert group.json["study_group"] == "A/B ü"
    twice = service.call("GET", f"/v2/orders/{order.order_id}?order_id=1", header)
    assert "more than once" in twice.json["detail"]
    assert twice.json["instance"] == f"/v2/orders/{order.order_id}"
    token = header["Authorization"].removeprefix("Bearer ")
    refused = service.call("GET", f"/v2/orders/{token}", header)
    assert refused.refusal == (400, "invalid-parameter")
    assert token not in refused.body.decode() + str(latest(service))
    assert service.call("GET", "/v2/orders/1/", header).refusal == (404, "not-found")
    assert service.call("POST", "/v2/orders/1", header).headers["Allow"] == "GET"


@pytest.mark.parametrize("order_id", ["<script>alert(1)", "a\r\nb", "\u202eb", 'a"b', "a%b"])
def test_a_refusal_of_what_stands_in_the_path_is_a_uri_and_names_no_query(order_id: str) -> None:
    """`instance` is percent-encoded (RFC 9457 section 3.1.5), and the title says nothing of a query."""
    service = speaking('paths: {getStatus: "/v2/orders/{order_id}"}')
    sent = f"/v2/orders/{quote(order_id)}"
    refused = service.call("GET", f"{sent}?more=1", bearer(service))
    assert refused.refusal == (400, "invalid-parameter")
    assert refused.json["instance"] == sent.replace("%28", "(").replace("%29", ")")
    assert refused.json["title"] == "A parameter is missing, unknown or malformed"


def test_an_unknown_path_leads_to_the_description_of_the_dialect() -> None:
    """The contract's has other paths."""
    nowhere = speaking('paths: {getStatus: "/v2/orders/{order_id}"}').call("GET", "/status")
    assert "`pacsimile describe --dialect`" in nowhere.json["detail"]
    assert "openapi.yaml" not in nowhere.json["detail"]


def test_a_redacted_journal_hashes_what_stands_in_the_path() -> None:
    """As it hashes parameters."""
    service = speaking('paths: {getStatus: "/v2/orders/{order_id}"}', redact_journal=True)
    service.call("GET", "/v2/orders/Mustermann-1950", bearer(service))
    assert latest(service).path.startswith("/v2/orders/#")
    assert "Mustermann" not in str(latest(service))


def test_the_journal_has_what_stands_in_the_path_among_the_parameters() -> None:
    """By the service's name, of a call that was refused too: so it is found by it."""
    service = speaking('paths: {getStatus: "/v2/orders/{order_id}"}\nparameters: {order_id: orderId}')
    for order_id in (service.order().order_id, "a b"):
        service.call("GET", f"/v2/orders/{quote(order_id)}", bearer(service))
        assert latest(service).parameters == {"orderId": order_id}


def test_unknown_parameters_may_be_ignored() -> None:
    """Those of the contract that have another name here too; a malformed one is refused nevertheless."""
    service = speaking("unknown_parameters: ignored\nparameters: {order_id: orderId}")
    header, order = bearer(service), service.order()
    assert service.call("GET", f"/status?orderId={order.order_id}&colour=red&order_id=1", header).status == 200
    assert service.call("GET", f"/status?orderId={order.order_id}&%zz=1", header).status == 400


def test_words_of_report_types() -> None:
    """Any of the dialect's is read; the contract's is none of them."""
    service = speaking("values: {report_type: {pdf: [PDF, acrobat], txt: 7}}\nreport_types: [pdf, txt]")
    header, order = bearer(service), service.order()
    for word, media_type in (("PDF", "application/pdf"), ("acrobat", "application/pdf"), ("7", "text/plain")):
        reply = service.call("GET", f"/results?order_id={order.order_id}&report_type={word}", header)
        assert reply.headers["Content-Type"].startswith(media_type)
    refused = service.call("GET", f"/results?order_id={order.order_id}&report_type=pdf", header)
    assert refused.json["errors"][0]["reason"] == "must be one of 7 (txt), PDF"
    status = service.call("GET", f"/status?order_id={order.order_id}", header)
    assert status.json["report_types"] == [7, "PDF"]


@pytest.mark.parametrize(
    ("forms", "body", "said"),
    [
        ("{without_body: false, body: {report_ids: /a/ids}}", b"", 'Send JSON of the form {"a": {"ids": ["..."]}}'),
        ("{without_body: false, body: {report_ids: /a/ids}}", b'{"report_ids": []}', "The body has another shape."),
        ("{body: {report_ids: /a/ids}}", b'{"a": {"ids": [], "b": 1}}', "The body has another shape."),
        ("{body: {report_ids: /a/ids}}", b'{"a": {"ids": 7}}', "ids is not an array of strings."),
        ("{body: null}", b'{"report_ids": []}', "Send no body"),
    ],
)
def test_a_form_of_acknowledgement_that_the_dialect_lacks_is_refused(forms: str, body: bytes, said: str) -> None:
    """And says which it has."""
    service = speaking(f"acknowledgement: {forms}")
    header = bearer(service) | (JSON if body else {})
    refused = service.call("POST", "/reports?organizationId=hospital", header, body or None)
    assert refused.refusal == (400, "invalid-body")
    assert said in refused.json["detail"]


def test_what_is_unknown_may_be_an_empty_200() -> None:
    """Of a status and of a study's orders; not of a report."""
    service = speaking("codes: {unknown: 200-empty}\nfields: {OrderIds: {order_ids: /data/ids}}")
    header = bearer(service)
    status = service.call("GET", "/status?order_id=ORD-1", header)
    assert (status.status, status.json, status.headers["Content-Type"]) == (200, {}, "application/json")
    assert service.call("GET", "/orderId?study_uid=1.2.3", header).json == {"data": {"ids": []}}
    assert service.call("GET", "/results?order_id=ORD-1&report_type=json", header).status == 404
    assert latest(service).requirement


def test_challenges_and_errors_have_the_dialects_words() -> None:
    """The scope that is missing, and the reason."""
    service = speaking("values: {scope: {reports.read: fetch}, problem: {insufficient-scope: 17}}")
    caller = service.submitter.client("hospital", ("status.read",))
    header = {"Authorization": basic(caller.client_id, caller.client_secret)}
    token = service.call("GET", "/oauth2/token", header).json["access_token"]
    refused = service.call("GET", "/reports?organizationId=hospital", {"Authorization": f"Bearer {token}"})
    assert (refused.status, refused.json["type"]) == (403, 17)
    assert refused.headers["WWW-Authenticate"].endswith('scope="fetch"')
    assert "'fetch'" in refused.json["detail"]
    body = f"token={token}".encode()
    client = service.submitter.client("hospital")
    sent = FORM | {"Authorization": basic(client.client_id, client.client_secret)}
    assert "fetch" in service.call("POST", "/oauth2/introspect", sent, b"token=" + bearer_of(service)).json["scope"]
    assert service.call("POST", "/oauth2/introspect", sent, body).json["active"] is True


def bearer_of(service: Service) -> bytes:
    """A token that may do everything."""
    return bearer(service)["Authorization"].removeprefix("Bearer ").encode()


def test_an_error_body_that_is_moved_away_is_what_is_left() -> None:
    """An object without what the dialect does not say."""
    absent = ", ".join(f"{name}: null" for name in ("type", "title", "status", "instance", "errors"))
    service = speaking(f"errors: {{media_type: text/json, detail: /m, {absent}}}")
    refused = service.call("GET", "/reports")
    assert (refused.status, set(refused.json), refused.headers["Content-Type"]) == (401, {"m"}, "text/json")


def test_faults_match_by_the_contracts_names_and_are_answered_in_the_dialect() -> None:
    """Whatever the call is spelled like."""
    service = speaking("legacy")
    faults, header = Faulty(service), bearer(service)
    order = service.order()
    faults.set({"status": 503}, {"operation": "getStatus", "order_id": order.order_id}, count=1)
    reply = service.call("GET", f"/v1/order/status?order={order.order_id}", header)
    assert (reply.status, set(reply.json)) == (503, {"code", "message"})
    assert latest(service).fault
    assert service.call("GET", f"/v1/order/status?order={order.order_id}", header).status == 200


def test_provider_states_hold_under_a_dialect() -> None:
    """Such as a client that is throttled once."""
    from pacsimile_mock.states import catalogue

    service = speaking("camel")
    made = catalogue.make(service.world, {"state": "fresh_organization", "params": {"ready_reports": 1}})
    catalogue.make(service.world, {"state": "throttled", "params": {"client_id": made["client_id"], "status": 429}})
    header = {"Authorization": "Basic " + b64encode(f"{made['client_id']}:{made['client_secret']}".encode()).decode()}
    token = service.call("GET", "/oauth2/token", header).json["access_token"]
    target, header = f"/reports?organizationId={made['organization_id']}", {"Authorization": f"Bearer {token}"}
    assert [service.call("GET", target, header).status for _ in range(2)] == [429, 200]
    assert service.call("GET", target, header).json["data"]["total"] == 1


@pytest.mark.parametrize(
    ("path", "untaken"), [("/v2/orders/{order_id}", "study_uid"), ("/v2/studies/{study_uid}", "order_id")]
)
def test_a_selector_for_which_no_path_has_room_is_no_parameter(path: str, untaken: str) -> None:
    """It is refused as any unknown parameter is: the operation cannot be asked so."""
    service = speaking(f'paths: {{getStatus: "{path}"}}\n')
    place = path.partition("{")[0]
    reply = service.call("GET", f"{place}?{untaken}=1.2.3", bearer(service))
    assert reply.status == 400
    assert untaken in [error["parameter"] for error in reply.json["errors"]]
