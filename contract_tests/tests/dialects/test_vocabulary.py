"""What a dialect's words and forms leave apart."""

import pytest

from pacsimile_contract.dialects.vocabulary import (
    distinguishes_not_ready,
    order_types,
    scopes_meant,
    scopes_without,
    selects_by,
    token_method,
    untaken_selector,
)
from pacsimile_spec.dialects import parse_dialect


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("codes: {not_ready: 409}", True),
        ("codes: {not_ready: 202}", True),
        ("codes: {not_ready: 404}", True),
        ("codes: {not_ready: 404}\nerrors: {type: null}", False),
        ("codes: {not_ready: 404}\nvalues: {problem: {report-not-ready: NONE, order-not-found: NONE}}", False),
        ("codes: {not_ready: 404}\nvalues: {problem: {report-not-ready: WAIT, order-failed: WAIT}}", True),
    ],
)
def test_waiting_is_told_from_lost_by_its_code_or_its_word(text: str, tells: bool) -> None:
    """Not where both are the same."""
    assert distinguishes_not_ready(parse_dialect(f"name: vendor\n{text}\n")) == tells
    assert distinguishes_not_ready(None)


@pytest.mark.parametrize(
    ("text", "get", "post"),
    [
        ("operations: {getToken: false}", "POST", "POST"),
        ("operations: {postToken: false}", "GET", "GET"),
        ("token: {credentials: body}", "POST", "POST"),
        ("token: {credentials: query}", "GET", "POST"),
    ],
)
def test_tokens_are_asked_for_by_the_method_that_there_is(text: str, get: str, post: str) -> None:
    """A method that means neither stays."""
    dialect = parse_dialect(f"name: vendor\n{text}\n")
    assert (token_method(dialect, "GET"), token_method(dialect, "POST")) == (get, post)
    assert token_method(dialect, "PUT") == "PUT"
    assert token_method(None, "GET") == "GET"


def test_scopes_that_share_a_word_are_not_told_apart() -> None:
    """A client that lacks one lacks those too."""
    dialect = parse_dialect("name: vendor\nvalues: {scope: {status.read: a, reports.read: a}}\n")
    assert scopes_meant(dialect, ["status.read"]) == {"status.read", "reports.read"}
    assert scopes_without(dialect, "status.read") == ["reports.ack"]
    assert scopes_without(None, "reports.ack") == ["status.read", "reports.read"]


def test_the_types_are_those_that_the_dialect_offers() -> None:
    """In the contract's order."""
    assert order_types(parse_dialect("name: vendor\nreport_types: [pdf, json, csv]\n")) == ("json", "pdf")


@pytest.mark.parametrize(
    ("paths", "by_order", "by_study"),
    [
        ('"/v2/orders/{order_id}"', True, False),
        ('"/v2/studies/{study_uid}/status"', False, True),
        ('["/v2/orders/{order_id}", "/v2/studies/{study_uid}/status"]', True, True),
        ('["/v2/orders/{order_id}", "/v2/status"]', True, True),
        ("/v2/status", True, True),
    ],
)
def test_a_path_that_holds_one_selector_leaves_no_room_for_the_other(
    paths: str, by_order: bool, by_study: bool
) -> None:
    """The operation can be asked by the other where it has a further path for it, or one that holds neither."""
    dialect = parse_dialect(f"name: vendor\npaths: {{getStatus: {paths}}}\n")
    assert selects_by(dialect, "getStatus", "order_id") == by_order
    assert selects_by(dialect, "getStatus", "study_uid") == by_study
    assert selects_by(dialect, "getResult", "study_uid")
    assert (untaken_selector(dialect, "getStatus", ["order_id", "study_uid"]) is None) == (by_order and by_study)
    assert untaken_selector(None, "getStatus", ["order_id"]) is None
