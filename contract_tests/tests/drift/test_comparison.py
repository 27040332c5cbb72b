"""What is told of an answer without a synthetic mark, and in which situation a call stands."""

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, DONE, ORDER, SeenRun
from pacsimile_contract.drift.catalogue import Catalogue
from pacsimile_contract.drift.comparison import Comparison, Difference
from pacsimile_contract.drift.situation import Conversation, later
from pacsimile_contract.evidence.exchange import Exchange

TOKEN = f"{ANNE}-0"


def differences(mock: SeenRun, service: SeenRun, *, opened: bool) -> list[Difference]:
    """Compare two runs written by hand."""
    comparison = Comparison(Catalogue(mock.exchanges), lambda exchange: opened)
    for exchange in service.exchanges:
        comparison.add(exchange)
    return [difference for difference, _ in comparison.drift.sorted()]


def one_status(**members: object) -> SeenRun:
    """Return a run that asks for one status."""
    run = SeenRun()
    run.status({**ORDER, **members}, TOKEN)
    return run


@pytest.mark.parametrize("opened", [True, False])
def test_names_and_words_of_an_unmarked_answer_are_not_written(*, opened: bool) -> None:
    """They may be a patient's; the words that the mock or the contract has are written in any case."""
    service = one_status(**{"Jane Doe": 1, "status": "DOE"})
    told = " ".join(f"{each.place} {each.service}" for each in differences(one_status(), service, opened=opened))
    assert ("Jane Doe" in told, "DOE" in told) == (opened, opened)
    assert opened or ("<name of 8 characters>" in told and "<word of 3 characters>" in told)


def test_a_word_of_the_contract_that_no_sample_had_is_no_difference() -> None:
    """The closed list counts, not the samples alone."""
    assert differences(one_status(), one_status(status="CANCELLED", progress=0), opened=True) == []


def test_values_are_no_difference() -> None:
    """Other ids, times and numbers have the same shape."""
    other = one_status(order_id="B-2", study_uid="1.2.4", progress=7, created_at="2027-01-01T00:00:00Z")
    assert differences(one_status(), other, opened=True) == []


def test_an_order_is_known_to_who_asked() -> None:
    """Its last status is that of the asker's own calls: to another client it may not exist."""
    run, conversation = SeenRun(), Conversation()
    run.status(DONE, TOKEN)
    run.ask("getResult", TOKEN, 404, order_id="A-1", report_type="json")
    run.ask("getResult", "state-ben-0", 404, order_id="A-1", report_type="json")
    subjects = [conversation.situation(exchange).subject for exchange in run.exchanges]
    assert subjects == [None, "COMPLETED", None]


def test_an_order_may_have_gone_on() -> None:
    """Between two calls a status changes, and never back."""
    assert set(later("PROCESSING")) == {"PROCESSING", "COMPLETED", "FAILED", "CANCELLED"}
    assert list(later("FAILED")) == ["FAILED"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"order_id": "A-1"}, "well-formed"),
        ({"order_id": "a b"}, "order_id malformed"),
        ({}, "not exactly one of order_id and study_uid"),
        ({"order_id": "A-1", "more": "1"}, "an unknown parameter"),
        ({"study_uid": "1.2\n"}, "study_uid malformed"),
        ({"order_id": "order-0123456789ab"}, "hidden values"),
    ],
)
def test_a_call_has_a_form(asked: dict[str, str], expected: str) -> None:
    """What of the parameters is not as the contract has it; of a hash nobody knows."""
    run = SeenRun()
    run.ask("getStatus", TOKEN, 400, **asked)
    assert Conversation().situation(run.exchanges[0]).form == expected


def test_what_says_nothing_about_spelling_is_left_out() -> None:
    """No answer, an unknown operation, and a service that fails."""
    mock, service = one_status(), SeenRun()
    service.ask("getStatus", TOKEN, 500, order_id="A-1")
    service.ask("getOrderIds", TOKEN, 200, {}, study_uid="1.2")
    service.exchanges.append(Exchange(9, service.exchanges[0].request, failure="timeout"))
    comparison = Comparison(Catalogue(mock.exchanges), lambda exchange: True)
    assert [new for exchange in service.exchanges for new in comparison.add(exchange)] == []
    assert comparison.drift.compared == 0
    assert dict(comparison.drift.left_out) == {"failed, or too large for the service": 1, "not in the mock": 1}


def test_what_redaction_changed_is_no_difference() -> None:
    """A stored UID in which a name was replaced is not what the service said."""
    service = one_status(study_uid="1.3.186group:cc37c375b20711.384")
    assert [each.kind for each in differences(one_status(), service, opened=True)] == ["form"]
    for exchange in service.exchanges:
        exchange.altered = True
    assert differences(one_status(), service, opened=True) == []
