"""Play a whole integration against the results API, and say at once what is not as promised.

    python integration.py --url http://127.0.0.1:8080 --client-id demo-hospital --client-secret demo-hospital-secret \
        --organization demo-hospital [order ...]

It waits for an order's report, fetches it, lists what is new, and acknowledges; meanwhile a second order becomes ready,
whose report must be in the next listing. Needs `requests`. Exit status 0: all was as it should be.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import requests
from api import ResultsApi, Unexpected, expect, retry_after

MOVING = tuple(f"ORD-5QBC5V-{number:06}" for number in (6, 7, 9, 10, 11))
"""Orders of the demonstration that move, in the order in which they become ready."""


def main() -> int:
    """Run the integration, and print the result."""
    given = arguments()
    api = ResultsApi(given.url, given.client_id, given.client_secret)
    try:
        integrate(api, given.organization, given.orders)
    except (Unexpected, requests.RequestException) as error:
        print(f"integration: {error}", file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"integration: an answer of {given.url} lacks {error}: is this the results API?", file=sys.stderr)
        return 1
    print("all as it should be")
    return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Play a whole integration against the results API.")
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="where the API is")
    parser.add_argument("--client-id", default="demo-hospital")
    parser.add_argument("--client-secret", default="demo-hospital-secret")
    parser.add_argument("--organization", default="demo-hospital", help="the client's organizationId")
    parser.add_argument(
        "orders", nargs="*", default=MOVING, help="orders under way, in the order in which they become ready"
    )
    return parser.parse_args()


def integrate(api: ResultsApi, organization: str, orders: list[str]) -> None:
    """Collect one report, while the next becomes ready between the listing and its acknowledgement."""
    first, second = under_way(api, orders)
    wait(api, first)
    fetch(api, first)
    listed = listing(api, organization)
    check(first in orders_of(listed), f"the report of {first} is ready and not listed")
    check(second not in orders_of(listed), f"{second} was ready before the listing: name an order that takes longer")
    for report in listed:
        result(api, order_id=report["order_id"], report_type="json")
    wait(api, second)
    acknowledge_listing(api, organization, listed)
    acknowledge_named(api, organization, second)


def under_way(api: ResultsApi, orders: list[str]) -> tuple[str, str]:
    """Find two orders that are not ready yet."""
    waiting = [order for order in orders if status(api, order)["status"] in ("RECEIVED", "PROCESSING")]
    check(len(waiting) >= 2, "fewer than two orders are under way: start the mock anew, or name two such orders")
    return waiting[0], waiting[1]


def status(api: ResultsApi, order: str) -> dict[str, Any]:
    """Return the status of an order."""
    answer = api.call("GET", "/status", order_id=order)
    expect(answer, 200)
    return dict(answer.json())


def wait(api: ResultsApi, order: str) -> None:
    """Poll until the order is COMPLETED. The refusal of its report says when to ask again."""
    while (now := status(api, order))["status"] != "COMPLETED":
        check(now["status"] in ("RECEIVED", "PROCESSING"), f"{order} ended as {now['status']}: there will be no report")
        print(f"{order} is {now['status']}, {now['progress']} %")
        refusal = api.call("GET", "/results", order_id=order, report_type="json")
        expect(refusal, 409, 200)
        if refusal.status_code == 409:
            time.sleep(retry_after(refusal))
    print(f"{order} is COMPLETED and offers {', '.join(now['report_types'])}")


def result(api: ResultsApi, **parameters: str) -> requests.Response:
    """Fetch a report."""
    answer = api.call("GET", "/results", **parameters)
    expect(answer, 200)
    return answer


def fetch(api: ResultsApi, order: str) -> None:
    """Fetch the report in each type, by the order and by its study. Both must be the same."""
    known = status(api, order)
    for report_type in known["report_types"]:
        by_order = result(api, order_id=order, report_type=report_type)
        by_study = result(api, study_uid=known["study_uid"], report_type=report_type)
        check(by_order.content == by_study.content, f"the {report_type} report differs by order and by study")
        print(f"fetched {by_order.headers['X-Report-Id']} as {report_type}, {len(by_order.content)} bytes")


def listing(api: ResultsApi, organization: str) -> list[dict[str, Any]]:
    """List the reports that are not acknowledged."""
    answer = api.call("GET", "/reports", organizationId=organization)
    expect(answer, 200)
    content = answer.json()
    check(content["count"] == len(content["reports"]), f"count is {content['count']}, which is not the list's length")
    print(f"listed {content['count']} reports")
    return list(content["reports"])


def orders_of(reports: list[dict[str, Any]]) -> set[str]:
    """Return the ids of the orders of listed reports."""
    return {report["order_id"] for report in reports}


def acknowledge(api: ResultsApi, organization: str, json: Any = None) -> list[str]:
    """Acknowledge the last listing, or the reports that the body names."""
    answer = api.call("POST", "/reports", json, organizationId=organization)
    expect(answer, 200)
    print(f"acknowledged {answer.json()['count']} reports")
    return list(answer.json()["acknowledged"])


def acknowledge_listing(api: ResultsApi, organization: str, listed: list[dict[str, Any]]) -> None:
    """Acknowledge without a body: exactly what was listed, once."""
    done = acknowledge(api, organization)
    check(sorted(done) == sorted(report["report_id"] for report in listed), "another set was acknowledged than listed")
    check(not acknowledge(api, organization), "the same acknowledgement, repeated, took effect again")


def acknowledge_named(api: ResultsApi, organization: str, order: str) -> None:
    """Find the report that became ready meanwhile in the next listing, and acknowledge it by its id."""
    reports = [report["report_id"] for report in listing(api, organization) if report["order_id"] == order]
    check(len(reports) == 1, f"{order} became ready after the listing, and its report is lost")
    check(acknowledge(api, organization, {"report_ids": reports}) == reports, f"{reports[0]} was not acknowledged")
    check(order not in orders_of(listing(api, organization)), f"{order} is listed although acknowledged")


def check(holds: bool, otherwise: str) -> None:
    """Require a promise, else say how it was broken."""
    if not holds:
        raise Unexpected(otherwise)


if __name__ == "__main__":
    sys.exit(main())
