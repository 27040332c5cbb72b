"""A service that spells the contract otherwise than is assumed: one line, and no verdict."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.spelling import misspelling
from pacsimile_contract.target.dialects import given_dialect
from pacsimile_contract.target.model import Client, Target

NAMES = ("order_id", "study_uid", "study_group", "status", "progress", "report_types", "created_at", "updated_at",
         "completed_at")  # fmt: skip
TARGET = Target("http://127.0.0.1:1", "http://127.0.0.1:1/oauth2", {"primary": Client("primary", "", "")})


def answered(operation: str, *members: str, status: int = 200) -> Exchange:
    """Return an answer that has these members."""
    body = json.dumps(dict.fromkeys(members, "x")).encode()
    return Exchange(1, Request("GET", "", operation=operation), Answer(status, (), body, body))


@pytest.mark.parametrize(
    ("exchanges", "ended", "speaks"),
    [
        ([answered("getStatus", "orderId")], True, True), ([answered("getStatus", "orderId")], False, False),
        ([answered("getStatus", *NAMES)], True, False), ([answered("getStatus", *NAMES[:4])], True, True),
        ([answered("getStatus", *NAMES[:5])], True, False), ([], True, False),
        ([answered("getStatus", "orderId"), answered("getOrderIds", "study_uid", "order_ids")], True, False),
        ([answered("getStatus", *NAMES), answered("getStatus", "orderId")], True, False),
        ([answered("getStatus", "x", status=404)], True, False),
        ([Exchange(1, Request("GET", "", operation="getStatus"), Answer(200, (), b"[]"))], True, False),
        ([answered("getStatus", "x"), answered("getOrderIds", "x"), answered("listReports", "x")], False, True),
    ],
)  # fmt: skip
def test_it_is_told_by_the_first_answer_of_each_operation(exchanges: list[Exchange], ended: bool, speaks: bool) -> None:
    """Each lacks half of its required members, or more; while the run goes on, each has to have answered."""
    assert (misspelling(TARGET, exchanges, ended=ended) is not None) == speaks


def test_the_run_ends_with_one_line_and_without_a_verdict(serve: Callable[..., Any]) -> None:
    """Not with a failure of each requirement; exit status 4."""

    def respelled(method: str, path: str, body: bytes) -> Any:
        reply = real_service.answer(method, path, body)
        if reply is None or reply[0] != 200 or "token" in path:
            return reply
        content = json.dumps({"data": json.loads(reply[2])}) if reply[2].startswith(b"{") else ""
        return (200, {"Content-Type": "application/json"}, content.encode()) if content else reply

    target = serve(respelled).target(listing_allowed=True)
    done = run(target, Options(requirements=("STATUS-1", "STATUS-4", "BATCH-1")))
    assert done.exit_status == 4
    assert "`pacsimile learn` proposes a dialect" in str(done.diagnosis)
    assert not any(judgement.verdict is Verdict.FAIL for judgement in done.judgements)


def test_the_line_names_the_dialect_that_was_given() -> None:
    """It is that one which is wrong."""
    from dataclasses import replace

    target = replace(TARGET, dialect=given_dialect("camel"))
    line = misspelling(target, [answered("getStatus", "x")], ended=True)
    assert (
        "otherwise than the dialect camel says (getStatus without order_id, study_uid, study_group and 6 more)"
        in str(line)
    )
