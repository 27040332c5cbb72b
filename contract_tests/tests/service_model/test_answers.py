"""What answers carry over from one another, and what they say of later."""

from dataclasses import replace

from contract_tests.tests.helpers.handwritten import problem
from contract_tests.tests.helpers.seen_run import ANNE, BEN, CLEO, ORDER, SeenRun
from pacsimile_contract.evidence.exchange import Exchange

FIRST, SECOND = "ORD-7F3K-000001", "ORD-7F3K-000002"


def numbered(run: SeenRun, token: str, number: str) -> Exchange:
    """Ask for a status; its answer has a number."""
    return run.ask("getStatus", token, 200, ORDER, headers=(("X-Request-Id", number),), order_id="A-1")


def unknown(run: SeenRun, token: str, order_id: str, detail: str) -> Exchange:
    """Ask for an order that does not exist."""
    document = {**problem("order-not-found", 404), "detail": detail}
    return run.ask("getStatus", token, 404, document, order_id=order_id)


def test_no_two_answers_share_a_number() -> None:
    """PROTO-1: `X-Request-Id` is the answer's own, also where the client sent one."""
    run = SeenRun()
    anne, ben = run.home(ANNE, BEN).values()
    first = numbered(run, anne, "0001")
    numbered(run, ben, "0002")
    assert run.broken() == []
    again = numbered(run, ben, "0001")
    again.request = replace(again.request, headers=(*again.request.headers, ("X-Request-Id", "0001")))
    assert run.broken() == [("PROTO-1", [first.number, again.number])]


def test_a_refusal_names_nothing_of_the_call_before() -> None:
    """PROTO-5, SEC-1: an order that another call asked for, of the same organization or another."""
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    unknown(run, anne, SECOND, f"There is no order {SECOND}.")
    first = unknown(run, anne, FIRST, f"There is no order {FIRST}.")
    unknown(run, anne, FIRST.lower(), f"Do you mean {FIRST}?")
    unknown(run, cleo, SECOND, f"There is no order {SECOND}: it is not among those of org-b.")
    assert run.broken() == []
    wrong, foreign = unknown(run, anne, SECOND, f"No {FIRST}."), unknown(run, cleo, SECOND, f"No {FIRST}.")
    assert run.broken() == [("PROTO-5", [first.number, wrong.number]), ("SEC-1", [first.number, foreign.number])]


def test_a_report_that_may_come_says_when() -> None:
    """RESULTS-4, GROUP-3: `Retry-After` with what is not ready, and with nothing that failed."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    asked = {"order_id": "A-1", "report_type": "json"}
    run.refused("getResult", anne, 409, "report-not-ready", **asked)
    run.refused("getResult", anne, 409, "order-failed", order_id="A-2", report_type="json")
    assert run.broken() == []
    silent = run.ask("getResult", anne, 409, problem("report-not-ready", 409), **asked)
    later = run.ask(
        "getGroupReport", anne, 409, problem("order-failed", 409), headers=(("Retry-After", "5"),),
        study_group="g-1", report_type="json",
    )  # fmt: skip
    assert run.broken() == [("RESULTS-4", [silent.number]), ("GROUP-3", [later.number])]
