"""Reports that come behind a link, behind a redirect, or in base64: judged as if they were the body."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from pacsimile_contract.client.requests import build
from pacsimile_contract.dialects.carried_reports import unwrap_report
from pacsimile_contract.evidence.exchange import Answer, Exchange
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.dialects import stored_dialect
from pacsimile_spec.dialects import parse_dialect

REPORT = b"%PDF-1.7 a report"
BY = {
    "url": "reports_carried: {url: /data/link}", "base64": "reports_carried: {base64: /content}",
    "redirect": "reports_carried: redirect",
}  # fmt: skip


def fetched(serve: Callable[..., Any], by: str, link: str = "/behind") -> tuple[Any, Run, Exchange]:
    """Ask for a report of a service that carries reports so."""

    def answer(method: str, path: str, body: bytes) -> Any:
        if path == "/behind":
            return 200, {"Content-Type": "application/pdf", "Content-Digest": "sha-256=:x:"}, REPORT
        url = link if "://" in link else server.url + link
        headers = {"Content-Type": "application/json", "X-Order-Id": "ORD-1"}
        if by == "redirect":
            return 302, {**headers, "Location": url}, b""
        told = {"data": {"link": url}} if by == "url" else {"content": base64.b64encode(REPORT).decode()}
        return 200, headers, json.dumps(told).encode()

    server = serve(answer)
    target = server.target(dialect=stored_dialect(f"name: vendor\n{BY[by]}\n", "vendor"))
    run, asked = Run(target), {"order_id": "ORD-1", "report_type": "pdf"}
    authorization = (("Authorization", "Bearer t0ken"),)
    try:
        return server, run, run.transport.send(build(target, "getResult", asked, headers=authorization))
    finally:
        run.close()


@pytest.mark.parametrize("by", list(BY))
def test_the_report_is_the_body(serve: Callable[..., Any], by: str) -> None:
    """With the headers of the answer that named it, and its own media type."""
    _, run, exchange = fetched(serve, by)
    assert (exchange.status, exchange.body, exchange.media_type) == (200, REPORT, "application/pdf")
    assert exchange.header("X-Order-Id") == "ORD-1"
    assert exchange.received is not None
    assert exchange.received.status == (302 if by == "redirect" else 200)
    assert len(run.history) == (1 if by == "base64" else 2)
    assert run.transport.pace.requests == len(run.history)


@pytest.mark.parametrize("by", ["url", "redirect"])
def test_a_link_is_followed_without_the_token(serve: Callable[..., Any], by: str) -> None:
    """Whoever keeps the reports is not the service."""
    server, _, _ = fetched(serve, by)
    assert [path for _, path, _, _ in server.requests] == ["/results?order_id=ORD-1&report_type=pdf", "/behind"]
    assert "Authorization" not in server.requests[1][2]


@pytest.mark.parametrize("link", ["http://reports.example/1", "ftp://127.0.0.1/1", "https://a:b@reports.example/1"])
def test_a_link_over_plain_http_to_elsewhere_is_not_followed(serve: Callable[..., Any], link: str) -> None:
    """Then the answer is what it was: no report."""
    server, run, exchange = fetched(serve, "url", link)
    assert (len(server.requests), len(run.history)) == (1, 1)
    assert exchange.body != REPORT


def test_a_digest_by_another_name_is_that_of_the_report_behind_the_link() -> None:
    """Not that of the JSON that has the link."""
    dialect = parse_dialect("name: v\nheaders: {Content-Digest: X-Digest}\nreports_carried: {url: /link}\n")
    named = Answer(200, (("X-Digest", "of the link"), ("X-Order-Id", "1")), b'{"link": "https://r.example/1"}')
    carried = Answer(200, (("X-Digest", "of the report"), ("Content-Type", "application/pdf")), REPORT)
    found = unwrap_report(dialect, named, carried)
    assert dict(found.headers) == {
        "X-Order-Id": "1", "X-Digest": "of the report", "Content-Type": "application/pdf",
    }  # fmt: skip
