"""What earlier answers prove of the order in which a study's orders came."""

from contract_tests.tests.helpers.seen_run import ANNE, BEN, CLEO, DONE, ORDER, SeenRun
from pacsimile_contract.evidence.exchange import Exchange

LATER = {**ORDER, "order_id": "A-2", "created_at": "2026-03-01T11:00:00Z"}


def order_ids(run: SeenRun, token: str, *named: str) -> Exchange:
    """Let a study's order ids be listed."""
    return run.ask("getOrderIds", token, 200, {"study_uid": "1.2.3", "order_ids": list(named)}, study_uid="1.2.3")


def test_the_order_of_a_study_stays() -> None:
    """A list with newer orders first, also one that came late to a place in the middle, contradicts nothing."""
    run = SeenRun()
    anne, ben = run.home(ANNE, BEN).values()
    order_ids(run, anne, "A-1")
    run.status(ORDER, anne, study_uid="1.2.3")
    order_ids(run, ben, "A-2", "A-1")
    run.status(LATER, ben, study_uid="1.2.3")
    order_ids(run, anne, "A-2", "A-3", "A-1")
    assert run.broken() == []


def test_two_lists_have_one_order() -> None:
    """ORDERID-2: two orders the other way round, though nobody asked when they were created."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    first = order_ids(run, anne, "A-2", "A-1")
    second = order_ids(run, anne, "A-3", "A-1", "A-2")
    assert run.broken() == [("ORDERID-2", [first.number, second.number])]


def test_an_order_id_is_listed_once() -> None:
    """ORDERID-1."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    twice = order_ids(run, anne, "A-2", "A-1", "A-2")
    assert run.broken() == [("ORDERID-1", [twice.number])]


def test_an_order_id_that_was_listed_stays() -> None:
    """ORDERID-1: in an organization that nobody else uses."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    first = order_ids(run, anne, "A-2", "A-1")
    second = order_ids(run, anne, "A-2")
    assert run.broken() == [("ORDERID-1", [first.number, second.number])]


def test_the_first_order_id_is_the_studys_newest_order() -> None:
    """ORDERID-2: whichever is asked for first, and where the creation of one is known only later."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    listed = order_ids(run, anne, "A-1", "A-2")
    newest = run.status(LATER, anne, study_uid="1.2.3")
    assert run.broken() == [("ORDERID-2", [listed.number, newest.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    run.status({**ORDER, "created_at": None}, anne)
    newest = run.status({**LATER, "created_at": None}, anne, study_uid="1.2.3")
    listed = order_ids(run, anne, "A-1", "A-2")
    assert run.broken() == [("ORDERID-2", [newest.number, listed.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    newest = run.status(LATER, anne)
    listed = order_ids(run, anne, "A-1", "A-2")
    older = run.status(ORDER, anne)
    assert run.broken() == [("ORDERID-2", [newest.number, listed.number, older.number])]


def test_an_older_order_is_never_the_newest_again() -> None:
    """STATUS-2, of three orders: the answers name one, then another that had been there before."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    dateless = {**ORDER, "created_at": None}
    first = run.status(dateless, anne)
    newest = run.status({**dateless, "order_id": "A-2"}, anne, study_uid="1.2.3")
    run.status({**dateless, "order_id": "A-3"}, anne, study_uid="1.2.3")
    assert run.broken() == []
    back = run.status(dateless, anne, study_uid="1.2.3")
    assert run.broken() == [("STATUS-2", [first.number, newest.number, back.number])]


def test_a_study_is_not_refused_between_two_answers_of_its_report() -> None:
    """CONS-1: 409 for the study while its newest order, before and after, is one that was COMPLETED."""
    for after, found in (("A-1", ["CONS-1"]), ("A-2", [])):
        run = SeenRun()
        (anne,) = run.home(ANNE).values()
        run.status(DONE, anne, study_uid="1.2.3")
        run.refused("getResult", anne, 409, "report-not-ready", study_uid="1.2.3", report_type="json")
        run.status({**DONE, "order_id": after}, anne, study_uid="1.2.3")
        assert [requirement for requirement, _ in run.broken()] == found


def test_an_order_that_is_listed_is_known() -> None:
    """STATUS-1: its id was among those of the study, and it is unknown by itself; SEC-3 if it is another's."""
    for foreign, requirement in ((False, "STATUS-1"), (True, "SEC-3")):
        run = SeenRun()
        anne, cleo = run.home(ANNE, CLEO).values()
        if foreign:
            run.status(LATER, cleo)
        listed = order_ids(run, anne, "A-2", "A-1")
        unknown = run.refused("getStatus", anne, 404, "order-not-found", order_id="A-2")
        assert run.broken() == [(requirement, [listed.number, unknown.number])]


def test_a_studys_report_is_that_of_its_own_order() -> None:
    """RESULTS-2: the order that the headers name is known to be of another study."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    known = run.status({**DONE, "study_uid": "1.2.4"}, anne)
    headers = (("X-Order-Id", "A-1"),)
    wrong = run.ask("getResult", anne, 200, {}, headers=headers, study_uid="1.2.3", report_type="json")
    assert run.broken() == [("RESULTS-2", [known.number, wrong.number])]
