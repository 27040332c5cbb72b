"""The model of the service beside other checks."""

from dataclasses import replace

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.checkers.service_model import PART
from pacsimile_contract.findings.part import Part, fact, not_exercised, part
from pacsimile_contract.findings.reasons import Reason
from pacsimile_contract.judging.explained import leave_explained, leave_unconfirmed

EARLIER, LATER, OTHER = (exchange(number=number) for number in (1, 2, 3))
GOOD, BAD = fact(True, "this", "the same"), fact(False, "this", "that")


def contradiction() -> Part:
    """Return what the model says of two answers."""
    return part(PART, BAD, on=(EARLIER, LATER))


def test_a_contradiction_is_left_to_the_check_that_explains_it() -> None:
    """One fault turns one row red: an answer that is evidence against another requirement is not told again."""
    parts = {"STATUS-1": [part("by-id", BAD, on=EARLIER)], "STATUS-7": [contradiction()]}
    leave_explained(parts, ["STATUS-1"])
    why = parts["STATUS-7"][0].unjudged
    assert why is not None and (why.reason, why.blocked_by) == (Reason.BLOCKED, "STATUS-1")


def test_a_contradiction_stays_where_nothing_explains_it() -> None:
    """Another answer's fault, a requirement that does not FAIL, and the same requirement explain nothing."""
    for known, failing in (
        ({"STATUS-1": [part("by-id", BAD, on=OTHER)]}, ["STATUS-1"]),
        ({"STATUS-1": [part("by-id", BAD, on=EARLIER)]}, []),
        ({"STATUS-7": [part("created-at", BAD, on=EARLIER)]}, ["STATUS-7"]),
    ):
        parts = {**known, "STATUS-7": [*known.get("STATUS-7", []), contradiction()]}
        leave_explained(parts, failing)
        assert parts["STATUS-7"][-1].findings == (BAD,)


def test_a_tentative_contradiction_stays_only_where_nothing_else_is_broken() -> None:
    """What another fault may explain is told where there is no other; of several, the earliest answer's."""
    unsure = replace(contradiction(), is_tentative=True)
    late = replace(part(PART, BAD, on=OTHER), is_tentative=True)
    for known, blocked_by in (
        ({"SEC-1": [part("by-id", BAD, on=OTHER)]}, "SEC-1"),
        ({"SEC-1": [part(PART, BAD, on=OTHER)]}, "SEC-1"),
        ({"BATCH-2": [late]}, None),
    ):
        parts = {**known, "BATCH-5": [unsure]}
        leave_explained(parts, list(parts))
        why = parts["BATCH-5"][0].unjudged
        assert (why and why.blocked_by) == blocked_by
    assert parts["BATCH-2"][0].unjudged is not None


def test_no_requirement_passes_by_the_model_alone() -> None:
    """That no two answers differ does not show that all was asked; a contradiction counts all the same."""
    agrees = part(PART, GOOD, on=EARLIER)
    parts = {
        "STATUS-1": [not_exercised("by-id", "no order"), agrees], "STATUS-2": [part("newest", GOOD, on=LATER), agrees],
        "STATUS-5": [agrees], "STATUS-7": [contradiction()],
    }  # fmt: skip
    leave_unconfirmed(parts)
    assert parts["STATUS-1"][1].unjudged is not None and parts["STATUS-2"][1] is agrees
    assert "STATUS-5" not in parts and parts["STATUS-7"][0].findings == (BAD,)
