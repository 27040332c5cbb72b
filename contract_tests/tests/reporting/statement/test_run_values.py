"""What differs from run to run without a meaning, and what is left as it was."""

import pytest

from contract_tests.tests.helpers.small_run import call
from pacsimile_contract.reporting.statement.run_values import RunValues
from pacsimile_contract.reporting.statement.verdicts import first_sentence

RUN_VALUES = RunValues(
    [
        call(1, "getStatus", "/status", 200, {"order_id": "order-49d48d25d0a27801", "study_uid": "1.2.840.1.99"}),
        call(2, "getStatus", "/status", 200, {"order_id": "ORD-0007", "organization_id": "org-a"}),
        call(3, "listReports", "/reports", 200, [{"report_id": "R-77.1"}, {"report_id": "expected"}]),
    ]
)


@pytest.mark.parametrize(
    ("note", "stable"),
    [
        ("expected ORD-0007; got order-49d48d25d0a27801", "expected order 1; got order 2"),
        ("expected ORD-0007; got ORD-0007", "expected order 1; got order 1"),
        ("expected order:c1ff6af7898d; got study:c1ff6af7898d", "expected order 1; got study 1"),
        ("the study 1.2.840.1.99, R-77.1.", "the study study 1, report 1."),
        ("UID 1.3.6.1.4.1.32473.474924876.955018494", "UID id 1"),
        ("2026-11-29T03:00:20.069+09:00 (2026-11-28T18:00:20Z)", "time 1 (time 2)"),
        ("not at once, but 0.3 s later; 12.0-14.5 ms", "not at once, but duration 1 later; duration 2"),
        ("got <text of 34 characters, 1a2b3c4d5e6f>", "got <text of 34 characters, text 1>"),
        ("22eedd3b-1ed4-4906-83f3-fdcd5864cb1d", "id 1"),
        ("group 97008c697589 and order-unknown-97008c697589", "group id 1 and order-unknown-id 1"),
        ("http://127.0.0.1:39601/w/cacf03cd/status", "http://127.0.0.1:39601/status"),
    ],
)
def test_values_of_one_run_become_their_kind_and_a_number(note: str, stable: str) -> None:
    """Alike where the values are, in the order in which the sentence has them."""
    assert RUN_VALUES.replace_in(note) == stable


@pytest.mark.parametrize(
    "note",
    [
        "expected 404; got 200 application/json",
        "expected count 0; got 2",
        "in org-a, at 12:00, seed 20261128, v4.32.5, application/hl7-v2+er7",
        "accepted 2027-03-01, deadbeef, sha-256",
    ],
)
def test_words_that_every_run_says_stay(note: str) -> None:
    """Statuses, counts, names of the operator's own; a service that calls a report `expected` changes no sentence."""
    assert RUN_VALUES.replace_in(note) == note


def test_the_first_sentence_of_a_finding() -> None:
    """Of its first line, and no more than a row of a table bears."""
    assert first_sentence("expected a; got b. Then more.\n  a step") == "expected a; got b."
    assert first_sentence("\nonly e.g. 1.2.3 of it\n") == "only e.g. 1.2.3 of it"
    assert first_sentence("x" * 500) == "x" * 399 + "…"
    assert first_sentence("") == ""
