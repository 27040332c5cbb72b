"""Proposals of several sources in one."""

from typing import Any

from pacsimile_contract.learn.combination import combined
from pacsimile_contract.learn.proposal import Line, Place, Proposal


def line_of(place: Place, *values: Any) -> Line:
    """The line of a place, of which each source says one value surely."""
    proposals = []
    for number, value in enumerate(values):
        proposal = Proposal(f"source {number}")
        proposal.add(place, value, sure=True, evidence="it was seen")
        proposals.append(proposal)
    return combined(proposals).lines[place]


def test_the_case_of_a_header_is_no_disagreement() -> None:
    """A name on the wire in lower case is the name in the description, which is kept as it is written there."""
    line = line_of(("headers", "X-Request-Id"), "X-Correlation-Id", "x-correlation-id")
    assert (line.value, line.sure) == ("X-Correlation-Id", True)
    assert "but" not in line.evidence


def test_other_names_in_another_case_are_other_names() -> None:
    """Both stand in the comment, and the line is unsure."""
    line = line_of(("parameters", "order_id"), "orderId", "orderid")
    assert (line.value, line.sure) == ("orderid", False)
    assert "source 0 says orderId" in line.evidence
