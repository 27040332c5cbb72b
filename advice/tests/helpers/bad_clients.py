"""For each mistake, the shortest records that show it, and no other."""

from collections.abc import Callable, Sequence

from advice.tests.helpers.record import Record
from pacsimile_advice.calls import ReportMention

Story = Callable[[Record], object]


def token_each_call(record: Record) -> None:
    for number in range(4):
        record.token(f"t{number}")
        record.status(f"S{number}", token=f"t{number}")


def token_early(record: Record) -> None:
    for number in range(3):
        record.token(f"t{number}")
        record.result(f"a{number}", token=f"t{number}")
        record.result(f"b{number}", token=f"t{number}")


def secret_in_url(record: Record) -> None:
    record.call("getToken", 400, secret_in_url=True, requirement="AUTH-8", token=None)


def ignored_401(record: Record) -> None:
    record.token()
    record.result("r1", 401, after=3700)
    record.result("r1", 401)


def storm_of_401(record: Record) -> None:
    record.token()
    for _ in range(6):
        record.result("r1", 401, client=None)


def before_retry_after(record: Record) -> None:
    record.result("r1", 409, retry_after=30.0)
    record.result("r1", after=5)


def steady_polling(record: Record) -> None:
    for _ in range(6):
        record.status(after=2)


def final_409(record: Record) -> None:
    record.result("r1", 409, retry_after=30.0)
    record.result("r2", after=40)


def not_retried(record: Record) -> None:
    record.result("r1", 503, retry_after=5.0)
    record.result("r2", after=40)


def reset_not_retried(record: Record) -> None:
    record.result("r1", None, whole=False)
    record.result("r2", after=40)


def retried_at_once(record: Record) -> None:
    for _ in range(4):
        record.result("r1", 500, after=0.001)
    record.result("r1", after=60)


def unread(record: Record) -> None:
    record.listing("r1", "r2")
    record.result("r1")
    record.acknowledgement("r1", "r2")


def amended_ignored(record: Record) -> None:
    record.listing("r1")
    record.result("r1")
    record.acknowledgement("r1")
    record.listing(ReportMention("r2", "order-of-r1", "1.2.3", "r1"))
    record.acknowledgement("r2")


def broken_body(record: Record) -> None:
    record.listing("r1")
    record.result("r1", whole=False)
    record.acknowledgement("r1")


def after_lost_listing(record: Record) -> None:
    record.listing("r1", whole=False)
    record.acknowledgement("r1", with_body=False)


def of_another_process(record: Record) -> None:
    record.token("t1")
    record.token("t2", connection="c2")
    record.listing("r1")
    record.listing("r1", "r2", token="t2", connection="c2")
    record.result("r1")
    record.acknowledgement("r1", "r2", with_body=False)


def first_page_only(record: Record) -> None:
    record.listing("r1", "r2", has_more=True)
    for report in ("r1", "r2"):
        record.result(report)
    record.acknowledgement("r1", "r2")


def by_order_id(record: Record) -> None:
    record.listing("r1")
    record.result("r1")
    record.acknowledgement(order_ids=("order-of-r1",))


def fetched_twice(record: Record) -> None:
    record.result()
    record.result()


def study_view(record: Record) -> None:
    record.listing("r1")
    for status in ("RECEIVED", "COMPLETED"):
        record.call("getStatus", parameters={"study_uid": "1.2.3"}, order_status=status)


def connection_each_call(record: Record) -> None:
    for number in range(10):
        record.result(f"r{number}", connection=f"c{number}")


def unverified_tls(record: Record) -> None:
    record.token(unverified_tls=True)


def not_described(record: Record) -> None:
    record.call("getStatus", 400, parameters={"orderId": "o1"}, requirement="STATUS-3")


def without_token(record: Record) -> None:
    record.call("getStatus", 401, client=None, token=None, requirement="AUTH-9")


BAD: dict[str, Sequence[Story]] = {
    "ADVICE-TOKEN-EACH-CALL": [token_each_call],
    "ADVICE-TOKEN-EARLY": [token_early],
    "ADVICE-SECRET-IN-URL": [secret_in_url],
    "ADVICE-401-IGNORED": [ignored_401],
    "ADVICE-401-STORM": [storm_of_401],
    "ADVICE-RETRY-AFTER": [before_retry_after],
    "ADVICE-STEADY-POLLING": [steady_polling],
    "ADVICE-409-FINAL": [final_409],
    "ADVICE-NOT-RETRIED": [not_retried, reset_not_retried],
    "ADVICE-RETRIED-AT-ONCE": [retried_at_once],
    "ADVICE-ACK-UNREAD": [unread],
    "ADVICE-AMENDED-IGNORED": [amended_ignored],
    "ADVICE-BROKEN-BODY": [broken_body],
    "ADVICE-ACK-LOST-LISTING": [after_lost_listing],
    "ADVICE-ACK-SHARED-LISTING": [of_another_process],
    "ADVICE-FIRST-PAGE-ONLY": [first_page_only],
    "ADVICE-ACK-ORDER-IDS": [by_order_id],
    "ADVICE-FETCHED-TWICE": [fetched_twice],
    "ADVICE-STUDY-VIEW": [study_view],
    "ADVICE-CONNECTION-EACH-CALL": [connection_each_call],
    "ADVICE-TLS-UNVERIFIED": [unverified_tls],
    "ADVICE-NOT-DESCRIBED": [not_described, without_token],
}
