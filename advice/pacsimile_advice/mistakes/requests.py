"""Mistakes with what is asked, and over which connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.english import count_of
from pacsimile_advice.mistake import Mistake, Occurrence, occurrence

REFUSALS = {
    "STATUS-3": "wrong parameters",
    "STATUS-8": "a malformed identifier",
    "ORDERID-4": "a malformed study UID",
    "RESULTS-5": "a wrong report type",
    "BATCH-11": "a wrong body of an acknowledgement",
    "AUTH-5": "a malformed token request",
    "AUTH-9": "a missing token",
    "PROTO-2": "a wrong path or method",
}
"""Requirements by which a call is refused that openapi.yaml does not allow, and what was wrong then."""
NOT_ALLOWED = (400, 401, 404, 405, 413, 415, 422)
MANY = 10
"""API calls from which on a connection for each is a habit."""
ASKED_OF_ANY_PATH = ("HEAD", "OPTIONS")
"""Methods that a service may refuse, and that proxies, browsers and health checks use everywhere."""
SEVERAL = ""
"""In place of the order of a study that has several."""
BY_STUDY = ("getStatus", "getResult")


def fetched_twice(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find reports that came whole twice in one type, while nothing had failed in between."""
    fetched: dict[str, dict[str, ClientCall]] = {}
    reports, again = set[str](), list[ClientCall]()
    for call in calls:
        if call.failed_for_now or call.status == 401:
            fetched.clear()  # whoever starts again after a failure may fetch again
        if call.operation != "getResult" or not call.succeeded:
            continue
        of_type = fetched.setdefault(call.parameters.get("report_type", ""), {})
        for mention in call.reports:
            if mention.report_id in of_type:
                reports.add(mention.report_id)
                again += [of_type[mention.report_id], call]
            of_type[mention.report_id] = call
    if again:
        yield occurrence(f"{count_of(len(reports), 'report')} fetched again after arriving whole", *again)


def study_view(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find calls by study UID where the study's order id was known from an earlier answer, and only one order is."""
    orders: dict[str, str] = {}
    needless: list[ClientCall] = []
    for call in calls:
        if not call.succeeded:
            continue
        study = call.parameters.get("study_uid", "")
        if study and call.operation in BY_STUDY and orders.get(study, SEVERAL) != SEVERAL:
            needless.append(call)
        known = [(mention.study_uid, mention.order_id) for mention in call.reports]
        if call.operation == "getOrderIds":
            known += [(study, order_id) for order_id in call.order_ids]
        for study_uid, order_id in known:
            if study_uid and order_id and orders.setdefault(study_uid, order_id) != order_id:
                orders[study_uid] = SEVERAL
    if len(needless) > 1:
        yield occurrence(
            f"{count_of(len(needless), 'call')} made by study UID although the order id was known", *needless
        )


def connection_each_call(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find clients that open a connection for each call."""
    connected = [call for call in calls if call.is_api_call and call.connection is not None]
    connections = len({call.connection for call in connected})
    if len(connected) >= MANY and connections > 0.9 * len(connected):
        yield occurrence(f"{len(connected)} calls came over {connections} connections", *connected)


def unverified_tls(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find calls to a server whose certificate had to be refused."""
    wrong = [call for call in calls if call.unverified_tls]
    if wrong:
        yield occurrence(
            f"{count_of(len(wrong), 'call')} made to a server with a certificate that nobody vouches for", *wrong
        )


def not_described(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find calls that the service refused because its description does not allow them."""
    wrong = [
        call
        for call in calls
        if call.status in NOT_ALLOWED
        and call.requirement in REFUSALS
        and not call.secret_in_url
        and not _is_harmless(call)
    ]
    if wrong:
        what = sorted({REFUSALS[str(call.requirement)] for call in wrong})
        yield occurrence(f"{count_of(len(wrong), 'call')} refused for {', '.join(what)}", *wrong)


def _is_harmless(call: ClientCall) -> bool:
    """Tell whether a call may be refused: HEAD and OPTIONS, and what a browser asks for by itself, without a token."""
    if call.requirement != "PROTO-2":
        return False
    return call.method in ASKED_OF_ANY_PATH or (call.status == 404 and call.method == "GET" and call.token is None)


MISTAKES = (
    Mistake(
        "ADVICE-FETCHED-TWICE",
        "fetching a report twice",
        "RESULTS-6",
        "Reports are large, and do not change: an amended one has another id.",
        "Store what came, and fetch a report again only if it came broken.",
        fetched_twice,
    ),
    Mistake(
        "ADVICE-STUDY-VIEW",
        "asking by study although the order id is known",
        "STATUS-2, RESULTS-3",
        "The answer is about the most recent order of the study, which may be another one tomorrow.",
        "Keep the order id, and ask by `order_id`.",
        study_view,
    ),
    Mistake(
        "ADVICE-CONNECTION-EACH-CALL",
        "a connection for each call",
        "RFC 9112 section 9.3",
        "Each call pays for a TCP and a TLS handshake, and the client may run out of ports.",
        "Use one session or client object for all calls, and read each answer to its end.",
        connection_each_call,
    ),
    Mistake(
        "ADVICE-TLS-UNVERIFIED",
        "TLS without verification",
        "SEC-4, RFC 9325 section 3",
        "Whoever stands on the way can read the secret and change the reports.",
        "Switch verification on, and give the client the authority's certificate if it is your hospital's own.",
        unverified_tls,
    ),
    Mistake(
        "ADVICE-NOT-DESCRIBED",
        "a call that the description does not allow",
        "STATUS-3, BATCH-11, PROTO-2",
        "It is refused each time, and what it was to do never happens.",
        "Compare the call with openapi.yaml: names, values, path, method and media type. The refusal says "
        "what is wrong.",
        not_described,
    ),
)
