"""Reports behind links: signed, short-lived, without a token, the same on every worker, and naming no secret."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from mock.tests.dialects.test_calls import bearer, latest
from mock.tests.helpers.in_process import URL, Reply, Service
from mock.tests.helpers.speaking import speaking
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import ServerOptions
from pacsimile_mock.control.server_state import ServerState

LINKED = "reports_carried: {url: /link}\nmedia_types: {txt: text/x-report}"


def link_of(service: Service, report_type: str = "txt") -> str:
    """The path of the link to the report of a new order."""
    target = f"/results?order_id={service.order().order_id}&report_type={report_type}"
    reply = service.call("GET", target, bearer(service))
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/json"
    link = str(reply.json["link"])
    assert link.startswith(URL)
    return urlsplit(link).path


def followed(service: Service, link: str) -> Reply:
    """What a link leads to, without a token."""
    return service.call("GET", link)


def test_a_link_leads_to_the_report() -> None:
    """With its headers and the dialect's media type; the journal has the call, and not the link."""
    service = speaking(LINKED)
    link = link_of(service)
    report = followed(service, link)
    assert report.status == 200
    assert report.headers["Content-Type"] == "text/x-report"
    assert {"X-Order-Id", "X-Report-Id", "Content-Digest", "Content-Disposition"} <= set(report.headers.keys())
    assert b"SYNTHETIC DATA" in report.body
    assert link.rpartition("/")[2] not in str(latest(service))
    assert (latest(service).operation, latest(service).status) == (None, 200)


def test_a_redirect_has_the_link_in_its_location() -> None:
    """And no body."""
    service = speaking("reports_carried: redirect")
    target = f"/results?order_id={service.order().order_id}&report_type=json"
    reply = service.call("GET", target, bearer(service))
    assert (reply.status, reply.body, reply.headers.get("Content-Type")) == (302, b"", None)
    assert followed(service, urlsplit(reply.headers["Location"]).path).json["report_id"]


def test_a_link_names_no_secret() -> None:
    """Neither the token nor the client's secret."""
    service = speaking(LINKED)
    header, order = bearer(service), service.order()
    link = service.call("GET", f"/results?order_id={order.order_id}&report_type=txt", header).json["link"]
    for secret in (header["Authorization"].removeprefix("Bearer "), *(c.client_secret for c in all_clients(service))):
        assert secret not in link


def all_clients(service: Service) -> list:
    """The clients of the default world."""
    return list(service.world.clients.values())


def test_a_link_ends_by_the_worlds_clock() -> None:
    """After five minutes it is refused in the dialect's format."""
    service = speaking(LINKED + "\nerrors: {media_type: application/json, detail: /message}")
    link = link_of(service)
    service.world.clock.advance(299 * SECOND)
    assert followed(service, link).status == 200
    service.world.clock.advance(SECOND)
    refused = followed(service, link)
    assert (refused.status, refused.json["message"]) == (403, "This link has expired: ask for the report again.")


@pytest.mark.parametrize("change", ["last", "payload", "none", "empty", "other"])
def test_an_altered_link_is_refused(change: str) -> None:
    """As is one of another world, or none at all."""
    service = speaking(LINKED)
    link = link_of(service)
    head, _, text = link.rpartition("/")
    header, payload, signature = text.split(".")
    altered = {
        "last": f"{header}.{payload}.{'A' * len(signature)}",
        "payload": f"{header}.{payload[:-4]}AAAA.{signature}",
        "none": f"eyJhbGciOiJub25lIn0.{payload}.",
        "empty": "",
        "other": speaking_other(),
    }[change]
    refused = followed(service, f"{head}/{altered}")
    assert refused.status == 403
    assert refused.json["detail"] == "This link was altered: ask for the report again."


def speaking_other() -> str:
    """A link of another server."""
    return link_of(speaking(LINKED)).rpartition("/")[2]


def test_without_such_a_dialect_there_are_no_links(service: Service) -> None:
    """The path leads nowhere."""
    link = link_of(speaking(LINKED))
    assert followed(service, link).refusal == (404, "not-found")


def test_a_link_keeps_the_report_that_it_was_made_for() -> None:
    """An amendment after it is not what the client was led to."""
    service = speaking(LINKED)
    order = service.order()
    link = service.call("GET", f"/results?order_id={order.order_id}&report_type=txt", bearer(service)).json["link"]
    service.world.clock.advance(SECOND)
    from pacsimile_mock.states import catalogue

    catalogue.make(
        service.world,
        {"state": "report_amended", "params": {"report_id": order.report_id(1), "organization_id": "hospital"}},
    )
    assert followed(service, urlsplit(link).path).headers["X-Report-Id"] == order.report_id(1)


def test_a_link_works_on_every_worker(tmp_path) -> None:
    """The key is kept where the workers keep what they share."""
    database = f"sqlite:///{tmp_path / 'state.db'}"
    first = speaking(LINKED, database=database)
    link = link_of(first)
    state = ServerState(ServerOptions(world=first.state.options.world, database=database), URL)
    try:
        second = object.__new__(Service)
        from werkzeug.test import Client

        from pacsimile_mock.serving.app import create_app

        second.wsgi = Client(create_app(state))
        assert b"SYNTHETIC DATA" in followed(second, link).body
    finally:
        state.close()
        first.state.close()


def test_a_report_in_base64_is_named_by_its_headers() -> None:
    """And the digest is of the bytes that are sent."""
    import base64

    from mock.tests.dialects.test_shipped import digest_of

    service = speaking("reports_carried: {base64: /data/content}")
    target = f"/results?order_id={service.order().order_id}&report_type=pdf"
    reply = service.call("GET", target, bearer(service))
    assert reply.headers["Content-Type"] == "application/json"
    assert base64.b64decode(reply.json["data"]["content"]).startswith(b"%PDF")
    assert reply.headers["X-Order-Id"]
    assert digest_of(reply)
