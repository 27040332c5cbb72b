"""Proposals of several sources in one."""

from typing import Any

from pacsimile_contract.learn.analogy import add_analogies
from pacsimile_contract.learn.combination import combined
from pacsimile_contract.learn.dialect_writer import render_dialect
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
    assert "[1] says orderId" in line.evidence


def test_who_saw_some_of_the_paths_takes_none_away():
    """The order of paths says nothing, and a call at one of two does not deny the other."""
    place, both = ("paths", "getStatus"), ["/jobs/{order_id}", "/jobs"]
    for values in ((both, "/jobs"), ("/jobs", both), (both, both[::-1])):
        line = line_of(place, *values)
        assert sorted(line.value) == sorted(both)
        assert line.sure
        assert "but" not in line.evidence


def test_of_two_unsure_places_the_one_of_a_whole_description_stands():
    """Calls show fewer places to choose from; both stand in the comment."""
    whole, calls = Proposal("vendor.yaml", whole=True), Proposal("calls")
    for proposal, value in ((whole, "/reason"), (calls, "/detail")):
        proposal.add(("errors", "title"), value, sure=False, evidence="the name")
    line = combined([whole, calls]).lines["errors", "title"]
    assert (line.value, line.sure) == ("/reason", False)
    assert "[2] says /detail" in line.evidence


def test_members_of_a_report_that_nobody_saw_are_not_made_up():
    """A report is a document of its own: how other answers call an order says nothing about it."""
    proposal = Proposal("calls")
    for member in ("order_id", "study_uid", "status", "progress"):
        proposal.add(("fields", "OrderStatus", member), f"/x-{member}", sure=True, evidence="the name")
    for table in ("JsonReport", "GroupJsonReport.orders", "Acknowledgement"):
        proposal.ask(("fields", table), "what does it say? None is seen")
    add_analogies(proposal)
    assert {place[1] for place in proposal.lines} == {"OrderStatus"}


def test_a_source_is_named_once_at_the_top() -> None:
    """Evidence has its number, because names of files made each line long."""
    proposals = []
    for source in ("vendor.yaml", "traffic.har"):
        proposal = Proposal(source)
        proposal.add(("parameters", "order_id"), "order", sure=True, evidence="the name order")
        proposals.append(proposal)
    text = render_dialect("x", combined(proposals))
    assert text.splitlines()[0].startswith("# Learned from [1] vendor.yaml and [2] traffic.har by")
    assert "order_id: order  # sure: [1] the name order; [2] the name order" in text


def test_an_answer_that_is_known_to_be_empty_is_not_asked_about() -> None:
    """A 204 has no content (RFC 9110, 15.3.5), whichever source shows it."""
    described, seen = Proposal("vendor.yaml"), Proposal("calls")
    described.add(("codes", "acknowledged"), 204, sure=True, evidence="the answer 204")
    seen.ask(("fields", "Acknowledgement"), "what does the answer say?")
    seen.ask(("acknowledgement", "without_body"), "is a body needed?")
    assert list(combined([described, seen]).questions) == [("acknowledgement", "without_body")]
