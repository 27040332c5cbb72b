"""An exchange in a dialect is written as on the wire, and read back in the contract's spelling."""

import json
from typing import Any

import pytest

from pacsimile_contract.dialects import Translation
from pacsimile_contract.evidence.exchange import Answer, Exchange, Headers, Request, Respelled
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.transcript.curl import answer, curl
from pacsimile_contract.transcript.recorded import recorded
from pacsimile_spec.dialects import load_dialect
from pacsimile_spec.dialects.reading import shipped_text
from pacsimile_spec.dialects.spelling import writer_of_table

BASE = "http://127.0.0.1:8000"
LEGACY = load_dialect("legacy")
RUN = {
    "record": "run", "run_id": "1", "target": BASE, "profile": "strict", "level": "standard", "seed": 0,
    "requirements": [], "requests": 1, "seconds": 1.0,
    "dialect": {"name": "legacy", "digest": "", "text": shipped_text("legacy")},
}  # fmt: skip


def exchanged(
    operation: str, path: str, status: int, document: Any, media_type: str = "application/json",
    headers: Headers = (), body: bytes | None = None, **given: str,
) -> Exchange:  # fmt: skip
    """Return an exchange with a service of the dialect legacy."""
    translation = Translation(LEGACY, BASE, BASE + "/oauth2")
    method = "GET" if body is None else "POST"
    request = Request(method, BASE + path, headers, body, operation=operation, given=given, own_length=len(BASE))
    exchange = Exchange(1, request, respelled=Respelled(LEGACY, translation.write_request(request)))
    content = b"" if document is None else json.dumps(document).encode()
    translation.translate_answer(
        exchange, Answer(status, (("Content-Type", media_type), ("X-Correlation-Id", "r-1")), content, content)
    )
    return exchange


def again(exchange: Exchange, redactor: Redactor, tmp_path: Any) -> Exchange:
    """Return the exchange of a run in which it was stored."""
    record = json.dumps({"record": "exchange", **recorded(exchange, redactor)})
    (tmp_path / "history.jsonl").write_text(json.dumps(RUN) + "\n" + record + "\n", "utf-8")
    return load_run(tmp_path).exchanges[1]


STATUS = {"order_id": "ORD-1", "study_uid": "1.2", "status": "COMPLETED", "updated_at": "2026-01-01T10:00:00Z"}
NOT_READY = {"type": "urn:pacsimile:problem:report-not-ready", "detail": "not yet", "status": 409}


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_stored_exchange_is_judged_as_it_was(synthetic: bool, tmp_path: Any) -> None:
    """Its request, status, headers and facts are those of the contract, whether its body was stored or its facts."""
    redactor = Redactor(all_synthetic=synthetic)
    status, problem = writer_of_table(LEGACY, "OrderStatus")(STATUS), writer_of_table(LEGACY, "Problem")(NOT_READY)
    token = {"access_token": "t0ken-t0ken", "expires_in": 60}
    told = [
        exchanged("getStatus", "/status?order_id=ORD-1", 200, status, order_id="ORD-1"),
        exchanged("getResult", "/results?order_id=ORD-1&report_type=json", 404, problem,
                  order_id="ORD-1", report_type="json"),
        exchanged("getToken", "/oauth2/token?grant_type=client_credentials", 200, token),
        exchanged("acknowledgeReports", "/reports?organizationId=org-a", 204, None, body=b'{"report_ids": ["R-1"]}'),
    ]  # fmt: skip
    for exchange in told:
        stored = again(exchange, redactor, tmp_path)
        assert stored.request.url.partition("?")[0] == exchange.request.url.partition("?")[0]
        assert (stored.status, stored.header("X-Request-Id")) == (exchange.status, "r-1")
        assert stored.media_type == exchange.media_type
        facts = {
            name: exchange.json[name] for name in ("status", "type", "expires_in") if name in (exchange.json or {})
        }
        assert {name: stored.json[name] for name in facts} == facts
        if synthetic:
            assert (stored.request.url, stored.request.body) == (exchange.request.url, exchange.request.body)
            assert stored.sent.url == exchange.sent.url
        assert "t0ken-t0ken" not in json.dumps(recorded(exchange, redactor))


def test_what_is_shown_is_as_on_the_wire() -> None:
    """Command, status and media type: a reader repeats the call at the service itself."""
    exchange = exchanged(
        "getResult", "/results?order_id=ORD-1&report_type=json", 404, writer_of_table(LEGACY, "Problem")(NOT_READY)
    )
    redactor = Redactor(all_synthetic=True)
    assert "/v1/report/download?order=ORD-1&format=json" in curl(exchange, redactor)
    assert answer(exchange, redactor).startswith("404 application/json")
    record = recorded(exchange, redactor)
    assert (record["status"], record["contract"]["status"]) == (404, 409)
    assert json.loads(record["body"]["text"])["code"] == NOT_READY["type"]
