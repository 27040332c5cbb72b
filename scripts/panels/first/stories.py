"""A story for each fault: calls after which an undamaged mock is right, and one with the fault is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from mock.tests.helpers.in_process import Caller, Reply, Service
from pacsimile_mock.clock import SECOND
from pacsimile_mock.orders.model import Order

Story = Callable[[Service], bool]
STORIES: dict[str, Story] = {}
"""By the name of the fault; each tells whether the answers are as the contract has them."""

HOUR = 3600


def story(name: str) -> Callable[[Story], Story]:
    """Register the story of a fault."""

    def register(play: Story) -> Story:
        STORIES[name] = play
        return play

    return register


def passes(service: Service, seconds: float) -> None:
    """Let time pass."""
    service.world.move_clock(lambda clock: clock.advance(round(seconds * SECOND)))


def with_token(caller: Caller, token: str, path: str, **query: Any) -> Reply:
    """GET with another token of the client."""
    own, caller.token = caller.token, token
    reply = caller.get(path, **query)
    caller.token = own
    return reply


def served(caller: Caller, report_type: str = "json", **selector: str) -> Reply:
    """GET a report."""
    return caller.get("/results", report_type=report_type, **selector)


def lists(caller: Caller, token: str) -> int:
    """Return the status of a listing with a token of the client."""
    return with_token(caller, token, "/reports", organizationId=caller.client.organization_id).status


@story("panel-token-given-again-whatever-scope-is-asked")
def _(service: Service) -> bool:
    """Get a token with all scopes, then one with `status.read`, and list with the second: 403."""
    caller = service.client()
    return lists(caller, caller.new_token(scope="status.read")) == 403


@story("panel-permission-remembered-for-the-client")
def _(service: Service) -> bool:
    """List with a token of all scopes, then with one that has `status.read` only: 403."""
    caller = service.client()
    caller.listing()
    return lists(caller, caller.new_token(scope="status.read")) == 403


@story("panel-verified-token-is-kept-an-hour-from-its-first-use")
def _(service: Service) -> bool:
    """Get a token, use it first after 50 minutes, and again 17 minutes later: 401."""
    caller = service.client()
    passes(service, 50 * 60)
    caller.get("/status", order_id="unknown")
    passes(service, 17 * 60)
    return caller.get("/status", order_id="unknown").status == 401


@story("panel-used-token-works-in-the-second-of-its-expiry")
def _(service: Service) -> bool:
    """Use a token, and again half a second after its `exp`: 401."""
    caller = service.client()
    caller.get("/status", order_id="unknown")
    passes(service, HOUR + 0.5)
    return caller.get("/status", order_id="unknown").status == 401


@story("panel-only-the-first-scope-asked-is-checked")
def _(service: Service) -> bool:
    """POST for a token with `status.read reports.read`, as a client that has the first only: 400 `invalid_scope`."""
    client = service.client(scopes=("status.read",)).client
    form = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "scope": "status.read reports.read",
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return service.call("POST", "/oauth2/token", headers, urlencode(form).encode()).status == 400


@story("panel-sixth-token-in-use-ends-the-first")
def _(service: Service) -> bool:
    """Use six tokens of a client in turn, then the first again: it still works."""
    caller = service.client()
    tokens = [caller.token, *(caller.new_token() for _ in range(5))]
    return [lists(caller, token) for token in (*tokens, tokens[0])] == [200] * 7


@story("panel-verified-token-is-known-by-its-claims")
def _(service: Service) -> bool:
    """Use a token, then its header and claims with the signature of another one: 401."""
    caller = service.client()
    caller.listing()
    forged = caller.token.rpartition(".")[0] + "." + caller.new_token().rpartition(".")[2]
    return lists(caller, forged) == 401


@story("panel-most-recent-of-the-last-two-submitted")
def _(service: Service) -> bool:
    """Ask the status of a study whose newest of three orders was submitted first: it is that one's."""
    caller, study_uid = service.client(), service.submitter.study_uid()
    orders = [service.order(ago=ago, study_uid=study_uid) for ago in (100, 300, 200)]
    return bool(caller.get("/status", study_uid=study_uid).json["order_id"] == orders[0].order_id)


@story("panel-completed-status-is-kept-once-told")
def _(service: Service) -> bool:
    """Ask a COMPLETED order's status, amend its report, and ask again: `updated_at` has moved."""
    caller, order = service.client(), service.order()
    before = caller.get("/status", order_id=order.order_id).json["updated_at"]
    passes(service, 2)
    service.submitter.amend(order)
    return bool(caller.get("/status", order_id=order.order_id).json["updated_at"] > before)


@story("panel-failed-order-has-the-status-of-its-retry")
def _(service: Service) -> bool:
    """Ask the status of a FAILED order after a newer one of its study was submitted: it is still FAILED."""
    caller, order = service.client(), service.order("FAILED")
    service.order("PROCESSING", ago=30, finished_ago=20, study_uid=order.study_uid)
    return bool(caller.get("/status", order_id=order.order_id).json["status"] == "FAILED")


@story("panel-order-ids-of-one-second-are-one")
def _(service: Service) -> bool:
    """Ask the order ids of a study with two orders a fifth of a second apart: both are there."""
    caller, study_uid = service.client(), service.submitter.study_uid()
    ids = [service.order(ago=ago, study_uid=study_uid).order_id for ago in (100, 99.8)]
    return bool(caller.get("/orderId", study_uid=study_uid).json["order_ids"] == ids[::-1])


@story("panel-amended-order-comes-first-among-the-ids")
def _(service: Service) -> bool:
    """Amend the older of a study's two orders, and ask for the order ids: the newer is first."""
    caller, older = service.client(), service.order()
    newer = service.order(ago=600, study_uid=older.study_uid)
    service.submitter.amend(older)
    ids = caller.get("/orderId", study_uid=older.study_uid).json["order_ids"]
    return bool(ids == [newer.order_id, older.order_id])


@story("panel-nul-after-a-study-uid-is-taken-for-padding")
def _(service: Service) -> bool:
    """Ask the order ids of a study by its UID with a NUL at the end: 400."""
    caller, order = service.client(), service.order()
    return caller.get("/orderId", study_uid=order.study_uid + "\0").status == 400


@story("panel-second-amendment-is-not-served")
def _(service: Service) -> bool:
    """Amend a report twice, list it, and fetch it: `X-Report-Id` is the id that was listed."""
    caller, order = service.client(), service.order()
    for _ in range(2):
        service.submitter.amend(order)
    return caller.listing() == [served(caller, order_id=order.order_id).headers["X-Report-Id"]]


@story("panel-by-study-the-order-is-kept-as-it-was")
def _(service: Service) -> bool:
    """Fetch a report by its study, amend it, and fetch it so again: it is the amended one."""
    caller, order = service.client(), service.order()
    served(caller, study_uid=order.study_uid)
    amended = service.submitter.amend(order)
    return served(caller, study_uid=order.study_uid).headers["X-Report-Id"] == amended


@story("panel-study-lookup-for-reports-is-a-second-old")
def _(service: Service) -> bool:
    """Fetch a study's report, submit another order of it, and fetch at once: 409."""
    caller, order = service.client(), service.order()
    served(caller, study_uid=order.study_uid)
    service.order("RECEIVED", ago=0, study_uid=order.study_uid)
    return served(caller, study_uid=order.study_uid).status == 409


@story("panel-reports-of-one-media-type-share-their-bytes")
def _(service: Service) -> bool:
    """Fetch a report as DICOM SR, then as DICOM PDF: it is another document."""
    caller, order = service.client(), service.order()
    sr, pdf = (served(caller, name, order_id=order.order_id).body for name in ("dicom_sr", "dicom_pdf"))
    return sr != pdf


@story("panel-group-report-is-kept-by-the-second")
def _(service: Service) -> bool:
    """Amend a group's order, fetch the group's report, amend again in the same second, and fetch: it has changed."""
    caller, order = service.client(), service.order(study_group="G")
    service.submitter.amend(order)
    before = caller.get("/report", study_group="G", report_type="json").body
    passes(service, 0.3)
    service.submitter.amend(order)
    return caller.get("/report", study_group="G", report_type="json").body != before


@story("panel-group-has-one-order-of-each-study")
def _(service: Service) -> bool:
    """Fetch the report of a group with two orders of one study: it has both."""
    caller, order = service.client(), service.order(study_group="G")
    other = service.order(ago=600, study_group="G", study_uid=order.study_uid)
    report = caller.get("/report", study_group="G", report_type="json").body.decode()
    return order.order_id in report and other.order_id in report


@story("panel-group-that-was-complete-stays-complete")
def _(service: Service) -> bool:
    """Fetch a group's report, let an unfinished order join, and fetch again: 409."""
    caller = service.client()
    service.order(study_group="G")
    caller.get("/report", study_group="G", report_type="json")
    service.order("RECEIVED", ago=0, study_group="G")
    return caller.get("/report", study_group="G", report_type="json").status == 409


@story("panel-refused-listing-is-remembered")
def _(service: Service) -> bool:
    """List with a token without the scope, then POST with the right one and no body: nothing is acknowledged."""
    caller = service.client()
    service.ready(2)
    lists(caller, caller.new_token(scope="status.read"))
    return caller.acknowledge() == []


@story("panel-acknowledgement-is-forgotten-after-a-day")
def _(service: Service) -> bool:
    """List and acknowledge, and list again after 25 hours: nothing is listed."""
    caller = service.client()
    service.ready(2)
    caller.listing()
    caller.acknowledge()
    passes(service, 25 * HOUR)
    caller.token = caller.new_token()
    return caller.listing() == []


@story("panel-as-many-are-acknowledged-as-were-listed")
def _(service: Service) -> bool:
    """List two; another client acknowledges one; a third becomes ready; POST without a body: the third stays listed."""
    caller, other = service.client(), service.client()
    first, _ = service.ready(2)
    caller.listing()
    other.acknowledge([first])
    third = service.order(finished_ago=0).report_id(1)
    caller.acknowledge()
    return caller.listing() == [third]


@story("panel-ids-after-the-999th-are-dropped")
def _(service: Service) -> bool:
    """Acknowledge a thousand reports by id: none is listed."""
    caller = service.client()
    caller.acknowledge(service.ready(1000))
    return caller.listing() == []


@story("panel-id-acknowledged-before-rolls-the-others-back")
def _(service: Service) -> bool:
    """Acknowledge a report, then this one and another: neither is listed."""
    caller = service.client()
    first, second = service.ready(2)
    caller.acknowledge([first])
    caller.acknowledge([first, second])
    return caller.listing() == []


@story("panel-listing-is-remembered-by-its-orders")
def _(service: Service) -> bool:
    """List a report, amend it, and POST without a body: the amended one is listed."""
    caller, order = service.client(), service.order()
    caller.listing()
    amended = service.submitter.amend(order)
    caller.acknowledge()
    return caller.listing() == [amended]


@story("panel-second-amendment-leaves-the-first-listed")
def _(service: Service) -> bool:
    """Amend a report twice, and list: only the last is listed."""
    caller, order = service.client(), service.order()
    amended = [service.submitter.amend(order) for _ in range(2)]
    return caller.listing() == amended[1:]


@story("panel-limit-goes-on-after-the-last-page")
def _(service: Service) -> bool:
    """Acknowledge the first page of one, then let a report appear whose time is earlier: the next page is that one."""
    caller = service.client()
    service.ready(2)
    caller.listing(limit=1)
    caller.acknowledge()
    late = service.order(finished_ago=1000).report_id(1)
    return caller.listing(limit=1) == [late]


@story("panel-body-of-white-space-counts-as-none")
def _(service: Service) -> bool:
    """List, and POST a body of two spaces: 400, and the report is still listed."""
    caller = service.client()
    ready = service.ready(1)
    caller.listing()
    return caller.post(b"  ").status == 400 and caller.listing() == ready


@story("panel-not-ready-is-repeated-until-retry-after")
def _(service: Service) -> bool:
    """Fetch a report too early, let its order complete, and fetch again: 200."""
    caller, order = service.client(), service.order("RECEIVED")
    served(caller, order_id=order.order_id)
    service.submitter.advance(order, "COMPLETED")
    return served(caller, order_id=order.order_id).status == 200


@story("panel-completion-is-dated-when-first-asked")
def _(service: Service) -> bool:
    """List a report, and ask the status of its order: both have the same `completed_at`."""
    caller, order = service.client(), service.order()
    listed = caller.get("/reports", organizationId="hospital").json["reports"][0]["completed_at"]
    return bool(caller.get("/status", order_id=order.order_id).json["completed_at"] == listed)


@story("panel-type-is-looked-for-as-a-part-of-the-offer")
def _(service: Service) -> bool:
    """Fetch as PDF the report of an order that offers json and DICOM PDF: 404."""
    caller, order = service.client(), service.order(report_types=("json", "dicom_pdf"))
    return served(caller, "pdf", order_id=order.order_id).status == 404


@story("panel-queue-is-read-again-to-remember-the-listing")
def _(service: Service) -> bool:
    """Let orders complete while a client lists, and POST without a body: what was not listed then is listed now."""
    caller = service.client()
    for _ in range(20):
        orders = [service.order("RECEIVED") for _ in range(5)]
        listed: list[str] = []
        listing = threading.Thread(target=_list_into, args=(caller, listed))
        listing.start()
        _complete_slowly(service, orders)
        listing.join()
        lost = {order.report_id(1) for order in orders} - {*listed}
        caller.acknowledge()
        if lost - {*caller.listing()}:
            return False
    return True


def _list_into(caller: Caller, listed: list[str]) -> None:
    listed += caller.listing()


def _complete_slowly(service: Service, orders: list[Order]) -> None:
    pause = threading.Event()
    for order in orders:
        pause.wait(0.02)
        service.submitter.advance(order, "COMPLETED")


@story("panel-patients-are-known-by-study-uid")
def _(service: Service) -> bool:
    """Two organizations use a study UID; each fetches its report: the patients are two."""
    mine, other, study_uid = service.client(), service.client("clinic"), service.submitter.study_uid()
    for organization_id in ("hospital", "clinic"):
        service.order(organization_id=organization_id, study_uid=study_uid)
    patients = [served(caller, study_uid=study_uid).json["patient"] for caller in (mine, other)]
    return bool(patients[0] != patients[1])


@story("panel-order-once-found-is-found-by-everybody")
def _(service: Service) -> bool:
    """Ask the status of one's order, and let another organization ask the same: 404."""
    owner, stranger, order = service.client(), service.client("clinic"), service.order()
    owner.get("/status", order_id=order.order_id)
    return stranger.get("/status", order_id=order.order_id).status == 404


@story("panel-organization-may-act-for-names-that-begin-with-its-own")
def _(service: Service) -> bool:
    """List the queue of `hospital-radiology` as a client of `hospital`: 403."""
    caller = service.client()
    service.client("hospital-radiology")
    service.ready(1, "hospital-radiology")
    return caller.get("/reports", organizationId="hospital-radiology").status == 403


@story("panel-group-readiness-is-known-by-its-name")
def _(service: Service) -> bool:
    """Two organizations use a group's name, with one order each; one fetches, and the other's is not done: 409."""
    mine, other = service.client(), service.client("clinic")
    service.order(study_group="G")
    service.order("PROCESSING", "clinic", study_group="G")
    mine.get("/report", study_group="G", report_type="json")
    return other.get("/report", study_group="G", report_type="json").status == 409


@story("panel-listing-loses-the-first-of-its-second-thousand")
def _(service: Service) -> bool:
    """List 1002 reports: all are there."""
    caller, ready = service.client(), service.ready(1002)
    return caller.listing() == ready


@story("panel-report-type-of-the-previous-call")
def _(service: Service) -> bool:
    """Fetch a report as text, and then without a type: 400."""
    caller, order = service.client(), service.order()
    served(caller, "txt", order_id=order.order_id)
    return caller.get("/results", order_id=order.order_id).status == 400


@story("panel-group-named-outside-latin-1-fails")
def _(service: Service) -> bool:
    """Fetch the report of a group with a Japanese name: 200."""
    caller = service.client()
    service.order(study_group="脳 MRI 7")
    return caller.get("/report", study_group="脳 MRI 7", report_type="json").status == 200
