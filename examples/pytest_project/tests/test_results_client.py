"""The client against a service with memory: the fixture `pacsimile` comes with the package, a world for each test."""

import pytest
from results_client import OrderFailed, ResultsClient


@pytest.fixture
def client(pacsimile):
    """The client, told the world's address and credentials; when it waits, the world's clock moves instead."""
    return ResultsClient(
        pacsimile.url,
        pacsimile.client_id,
        pacsimile.client_secret,
        pacsimile.organization_id,
        sleep=lambda seconds: pacsimile.clock.advance(seconds=seconds),
    )


def test_it_waits_for_a_report(pacsimile, client):
    """An order takes a quarter of an hour; the test does not."""
    order = pacsimile.order("PROCESSING")
    assert client.wait_for_report(order.order_id).startswith(b"%PDF-")
    assert order.status == "COMPLETED"


def test_it_gives_up_on_an_order_that_failed(pacsimile, client):
    """A 409 without Retry-After is final."""
    order = pacsimile.order("FAILED")
    with pytest.raises(OrderFailed):
        client.wait_for_report(order.order_id)


def test_it_keeps_its_token(pacsimile, client):
    """One token for many calls."""
    order = pacsimile.order("COMPLETED")
    for _ in range(3):
        client.wait_for_report(order.order_id)
    pacsimile.journal.expect("getToken", exactly=1)
    pacsimile.journal.expect("getResult", exactly=3)


def test_it_renews_a_token_that_has_expired(pacsimile, client):
    """An hour later."""
    order = pacsimile.order("COMPLETED")
    client.wait_for_report(order.order_id)
    pacsimile.clock.advance(hours=1)
    client.wait_for_report(order.order_id)
    assert pacsimile.journal.calls("getResult", status=401) == 1


def test_it_comes_back_when_the_service_says(pacsimile, client):
    """The first two calls are refused; the third is not made too early."""
    order = pacsimile.order("COMPLETED")
    pacsimile.fault({"status": 503, "retry_after": 7}, operation="getResult", limit={"count": 2})
    before = pacsimile.clock.now()
    assert client.wait_for_report(order.order_id)
    assert (pacsimile.clock.now() - before).total_seconds() >= 14


def test_it_loses_no_report_that_becomes_ready_in_between(pacsimile, client):
    """Ready after the listing and before the acknowledgement: it is in the next listing."""
    first, late = pacsimile.order("COMPLETED"), pacsimile.order("PROCESSING")
    stored = {}

    def store(report_id, report):
        stored[report_id] = report
        late.finish()

    assert client.take_over(store) == 1
    assert first.acknowledged
    assert not late.acknowledged
    assert client.take_over(lambda report_id, report: stored.update({report_id: report})) == 1
    assert set(stored) == {*first.report_ids, *late.report_ids}


def test_it_takes_over_an_amended_report_too(pacsimile, client):
    """A new version of a report that was acknowledged is listed again."""
    order = pacsimile.order("COMPLETED")
    assert client.take_over(lambda report_id, report: None) == 1
    order.amend()
    assert client.take_over(lambda report_id, report: None) == 1
    assert client.take_over(lambda report_id, report: None) == 0
