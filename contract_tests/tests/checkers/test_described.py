"""Which answers differ from the description, and in what words."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem
from pacsimile_contract.checkers.description_match import differences
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.provenance import from_wire

HEADERS = (("X-Request-Id", "0123456789"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
NOT_FOUND = problem("order-not-found", 404, title="Not Found", detail="No such order.")


def answered(*of: Any, **members: Any) -> Exchange:
    """Return an answer with the headers that each must have."""
    return exchange(*of, headers=HEADERS, **members)


def expected(answer: Exchange) -> list[str]:
    """Return what was expected wherever the answer differs."""
    return [words for words, _ in differences(answer)]


def test_headers_that_are_missing_are_named() -> None:
    """PROTO-1: each that is required."""
    assert expected(exchange(status=404, document=NOT_FOUND)) == [f"a header {name}" for name, _ in HEADERS]


def test_an_answer_as_described_differs_in_nothing() -> None:
    """PROTO-1: a problem and an empty listing."""
    assert expected(answered(status=404, document=NOT_FOUND)) == []
    listed = {"organization_id": "org-a", "count": 0, "reports": []}
    assert expected(answered("listReports", 200, listed)) == []


def test_a_status_a_media_type_and_a_body_that_are_not_described() -> None:
    """PROTO-1: each in words of its own, and where one is wrong nothing that follows from it."""
    assert [one.split(",")[0] for one in expected(answered(status=418, document={}))] == ["one of the statuses 200"]
    for media_type, got in (("text/html", from_wire("text/html")), ("", "none")):
        (difference,) = differences(answered(body=b"{}", media_type=media_type))
        assert difference == ("media type application/json", got)
    assert expected(answered(body=b"no JSON", media_type="application/json")) == ["a JSON body"]
    assert expected(answered(body=b" null ", media_type="application/json")) == ["the body as described"]


@pytest.mark.parametrize("document", [[], "text", 1, ["status"]])
def test_a_problem_that_is_no_object_is_one_difference(document: Any) -> None:
    """PROTO-1: it has no `status` to compare."""
    assert expected(answered(status=404, document=document)) == ["the body as described"]


def test_the_status_of_a_problem_is_that_of_its_answer() -> None:
    """RFC 9457, section 3.1.2; a member of that name in another document is no such thing."""
    words = "status 404 in the problem, as in the answer"
    assert words in expected(answered(status=404, document={**NOT_FOUND, "status": 400}))
    as_json = answered(status=404, document={**NOT_FOUND, "status": 400}, media_type="application/json")
    assert words not in expected(as_json)


def test_a_count_is_the_length_of_its_list() -> None:
    """PROTO-1: of reports and of what was acknowledged."""
    for operation, member in (("listReports", "reports"), ("acknowledgeReports", "acknowledged")):
        document = {"count": 1, member: [], "not_found": []}
        assert f"count 0, as many as {member}" in expected(answered(operation, 200, document))


@pytest.mark.parametrize("media_type", ["application/pdf", "text/plain; charset=utf-8", "application/dicom"])
def test_a_report_that_is_no_json_has_no_schema(media_type: str) -> None:
    """PROTO-1: its bytes are what its own requirements judge."""
    headers = (*HEADERS, ("X-Order-Id", "A-1"), ("X-Report-Id", "R-1"))
    answer = exchange("getResult", 200, body=b"no JSON", media_type=media_type, headers=headers)
    assert not [one for one in expected(answer) if "JSON" in one or "body" in one]
