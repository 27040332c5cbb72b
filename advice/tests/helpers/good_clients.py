"""What good clients do that looks like a mistake."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from advice.tests.helpers.bad_clients import first_page_only
from advice.tests.helpers.record import Record

Story = Callable[[Record], object]


def two_processes_with_tokens_of_their_own(record: Record) -> None:
    for number in range(5):
        record.token(f"t{number}", connection=f"c{number}")
    for number in range(5):
        record.result(f"r{number}", token=f"t{number}", connection=f"c{number}")


def renewed_in_time(record: Record) -> None:
    for number in range(4):
        record.token(f"t{number}", after=3500)
        record.result(f"r{number}", token=f"t{number}")


def renewed_after_401(record: Record) -> None:
    for number in range(4):
        record.token(f"t{number}")
        record.result(f"r{number}", token=f"t{number}")
        record.result(f"s{number}", 401, token=f"t{number}")
    record.token("t9")


def waited_by_the_clock_of_the_world(record: Record) -> None:
    told = record.result("r1", 409, retry_after=30.0)
    record.calls.append(
        replace(told, number=2, at=told.at + 30, real_at=told.real_at + 0.1, status=200, retry_after=None)
    )


def waited_while_the_world_stood_still(record: Record) -> None:
    told = record.result("r1", 409, retry_after=30.0)
    record.calls.append(replace(told, number=2, real_at=told.real_at + 30, status=200, retry_after=None))


def growing_pauses(record: Record) -> None:
    for number in range(7):
        record.status(after=2.0**number)


def polled_while_it_moved(record: Record) -> None:
    for number in range(8):
        record.status(("RECEIVED", "PROCESSING", "COMPLETED")[min(number // 3, 2)], after=2)


def found_by_the_queue_later(record: Record) -> None:
    record.result("r1", 409, retry_after=30.0)
    record.listing("r1", after=40)


def failed_at_the_end(record: Record) -> None:
    record.result("r1")
    record.result("r2", 503, retry_after=5.0)


def retried_once_after_a_reset(record: Record) -> None:
    record.result("r1", None, whole=False)
    record.result("r1", after=0.01)


def acknowledged_what_another_client_fetched(record: Record) -> None:
    record.listing("r1")
    record.result("r1", client="lab-2", token="t2")
    record.acknowledgement("r1")


def fetched_the_amended_instead(record: Record) -> None:
    record.listing("r1")
    record.result("r2", order="order-of-r1", supersedes="r1")
    record.acknowledgement("r1")


def fetched_again_after_it_broke(record: Record) -> None:
    record.listing("r1")
    record.result("r1", whole=False)
    record.result("r1")
    record.acknowledgement("r1")


def listed_again_after_a_loss(record: Record) -> None:
    record.listing("r1", whole=False)
    record.listing("r1")
    record.result("r1")
    record.acknowledgement("r1", with_body=False)


def a_process_that_renews_its_token(record: Record) -> None:
    record.listing("r1")
    record.result("r1")
    record.acknowledgement("r1", with_body=False, token="t2")


def pages_to_the_end(record: Record) -> None:
    first_page_only(record)
    record.listing("r3")


def two_types(record: Record) -> None:
    record.result()
    record.result(report_type="pdf")


def a_study_of_two_orders(record: Record) -> None:
    record.call("getOrderIds", parameters={"study_uid": "1.2.3"}, order_ids=("o1", "o2"))
    for status in ("RECEIVED", "COMPLETED"):
        record.call("getStatus", parameters={"study_uid": "1.2.3"}, order_status=status)


def kept_connection(record: Record) -> None:
    for number in range(20):
        record.result(f"r{number}", connection=f"c{number // 10}")


def unknown_order(record: Record) -> None:
    record.call("getStatus", 404, parameters={"order_id": "o9"}, requirement="STATUS-4")


GOOD: Sequence[Story] = [
    two_processes_with_tokens_of_their_own, renewed_in_time, renewed_after_401, waited_by_the_clock_of_the_world,
    waited_while_the_world_stood_still, growing_pauses, polled_while_it_moved, found_by_the_queue_later,
    failed_at_the_end, retried_once_after_a_reset, acknowledged_what_another_client_fetched,
    fetched_the_amended_instead, fetched_again_after_it_broke, listed_again_after_a_loss,
    a_process_that_renews_its_token, pages_to_the_end, two_types, a_study_of_two_orders, kept_connection, unknown_order,
]  # fmt: skip
