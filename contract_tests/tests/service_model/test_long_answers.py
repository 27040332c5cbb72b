"""Answers that a service makes long on purpose: the time to judge them grows with their length, not with its square."""

import time
from collections.abc import Callable

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, ENTRY, SeenRun
from contract_tests.tests.service_model.test_groups import refuse, serve
from contract_tests.tests.service_model.test_queue import post

MANY = 10_000
PATIENCE = 4.0
"""Seconds of the processor, about ten times as many as it takes. The square of the length takes twenty and more."""
ENTRIES = [{**ENTRY, "report_id": f"R-{number}", "order_id": f"A-{number}"} for number in range(MANY)]
REPORTS = [f"R-{number}" for number in range(MANY)]
ORDERS = [{"order_id": f"A-{number}", "status": "COMPLETED"} for number in range(MANY)]


def list_one_order(run: SeenRun, token: str) -> list[str]:
    """List every report as a version of one order that supersedes the same one."""
    first, *others = ({**entry, "order_id": "A-1"} for entry in ENTRIES)
    run.listing([first], token)
    for _ in range(2):
        run.listing([{**entry, "supersedes": "R-0"} for entry in others], token)
    return []


def list_what_was_acknowledged(run: SeenRun, token: str) -> list[str]:
    """List everything again that was acknowledged."""
    run.listing(ENTRIES, token)
    post(run, token, REPORTS)
    run.listing(ENTRIES, token)
    return ["BATCH-5"] * 5


def acknowledge_beside_a_listing(run: SeenRun, token: str) -> list[str]:
    """Acknowledge everything, and four times as much, while an empty listing is under way."""
    run.listing(ENTRIES, token)
    marked = post(run, token, [*REPORTS, *(f"X-{number}" for number in range(4 * MANY))])
    empty = run.listing([], token)
    marked.ended = empty.ended + 0.1
    run.exchanges[-2:] = [empty, marked]
    return []


def report_all_of_a_group(run: SeenRun, token: str) -> list[str]:
    """List every order as one of the group, and name all in its report, by members and in a text."""
    run.listing([{**entry, "study_group": "g-1"} for entry in ENTRIES], token)
    serve(run, token, *ORDERS)
    serve(run, token, *ORDERS, kind="txt")
    return []


def report_all_of_a_group_again(run: SeenRun, token: str) -> list[str]:
    """Refuse a report of the group between two that name every order."""
    serve(run, token, *ORDERS)
    refuse(run, token, 409, "report-not-ready")
    serve(run, token, *ORDERS)
    return []


@pytest.mark.parametrize(
    "answer",
    [
        list_one_order, list_what_was_acknowledged, acknowledge_beside_a_listing, report_all_of_a_group,
        report_all_of_a_group_again,
    ],
)  # fmt: skip
def test_long_answers_are_judged_in_time(answer: Callable[[SeenRun, str], list[str]]) -> None:
    """What is found does not change."""
    run = SeenRun()
    token = run.home(ANNE)[ANNE]
    expected = answer(run, token)
    began = time.process_time()
    found = [requirement for requirement, _ in run.broken()]
    assert (found, time.process_time() - began < PATIENCE) == (expected, True)


def test_a_group_of_many_orders_is_judged_by_the_first_of_them() -> None:
    """An order that is missing in its report is found although the group has more than are kept."""
    run = SeenRun()
    token = run.home(ANNE)[ANNE]
    run.listing([{**entry, "study_group": "g-1"} for entry in ENTRIES[:500]], token)
    serve(run, token, *ORDERS[1:500])
    assert run.broken() == [("GROUP-2", [3, 4])]
