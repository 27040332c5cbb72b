"""Reports of the user's own, which a scenario has as files."""

from mock.tests.helpers.in_process import Caller, Service


def test_a_file_is_served_in_its_type_until_the_store_is_cleared(service: Service, caller: Caller) -> None:
    """Its bytes in the named type, ours in the others; an order whose file is gone went with its world."""
    service.world.store.keep_files({"digest": b"the user's own"})
    order, gone = service.order(), service.order()
    order.report_files, gone.report_files = {"txt": "digest"}, {"txt": "another"}
    own, ours = (caller.get("/results", order_id=order.order_id, report_type=name) for name in ("txt", "json"))
    assert (own.status, own.body, own.headers.get("X-Report-Source")) == (200, b"the user's own", "scenario")
    assert (ours.status, ours.headers.get("X-Report-Source")) == (200, None)
    assert caller.get("/results", order_id=gone.order_id, report_type="txt").refusal == (404, "order-not-found")
