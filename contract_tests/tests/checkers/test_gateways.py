"""Which answers may be a gateway's, and are then no fault of the service."""

from dataclasses import replace
from typing import get_args

import pytest

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.checkers.gateways import may_be_from_gateway
from pacsimile_contract.evidence.exchange import Cut, Exchange

HOME = "http://127.0.0.1:9/status"


def asked(status: int | None, url: str = HOME, cut: Cut | None = None, hostile: bool = False) -> Exchange:
    """Return what was answered to a call of that kind."""
    answer = exchange(status=status)
    return replace(answer, request=replace(answer.request, url=url, cut=cut, hostile=hostile))


@pytest.mark.parametrize("status", [413, 414, 431])
def test_a_limit_is_a_gateways_whatever_was_asked(status: int) -> None:
    """A body, an address, headers too large."""
    assert may_be_from_gateway(asked(status))


@pytest.mark.parametrize("status", [400, 403, 408, 413, 414, 421, 431, 501, 505])
@pytest.mark.parametrize(
    "query",
    [
        "?order_id=%00",
        "?order_id=%FF",
        "/%7F",
        "?a=%2500",
        "?study_uid=1.2..3",
        "?a=%2E.",
        "?a=%3CScript%3E",
        "?a=%2520",
    ],
)
def test_what_is_plainly_hostile_is_refused_by_a_gateway(status: int, query: str) -> None:
    """Control characters, what is encoded twice, dots in a row, a script, no UTF-8: in the path or in the query."""
    url = HOME + query
    assert may_be_from_gateway(asked(status, url))
    assert may_be_from_gateway(asked(status, hostile=True))


@pytest.mark.parametrize("status", [None, 200, 401, 404, 409, 412, 415, 429, 430, 432, 500, 502, 503])
def test_any_other_status_is_the_services(status: int | None) -> None:
    """Whatever was asked."""
    assert not may_be_from_gateway(asked(status, HOME + "?order_id=%00"))
    assert not may_be_from_gateway(asked(status, hostile=True))


@pytest.mark.parametrize("status", [400, 403, 408, 421, 501, 505])
def test_what_is_valid_is_refused_by_the_service(status: int) -> None:
    """Nothing in such a call is a gateway's affair."""
    assert not may_be_from_gateway(asked(status, HOME + "?order_id=%C3%A9%20x%3Cb%3E.%27"))


@pytest.mark.parametrize("cut", get_args(Cut))
@pytest.mark.parametrize(("status", "verdict"), [(400, True), (408, True), (413, False), (431, False), (501, False)])
def test_a_body_that_did_not_arrive_is_refused_as_such(status: int, verdict: bool, cut: Cut) -> None:
    """By 400 or 408 alone, whatever else the call is."""
    assert may_be_from_gateway(asked(status, cut=cut)) is verdict
