"""What an integrator's client asks next."""

import pytest

from pacsimile_contract.facts.queue import ListedReport
from pacsimile_contract.load.agenda import MOST_ATTEMPTS, Agenda

ALL = ("listing", "acknowledgement", "result", "status")


def report(name, types=("json", "pdf")):
    return ListedReport(name, f"order-{name}", None, None, "FINAL", None, types, None)


def kinds(agenda, now, number):
    return [work.kind if work else None for work in (agenda.next(now) for _ in range(number))]


def listed(agenda, *names, now=0.0):
    assert agenda.next(now).kind == "listing"
    agenda.listed([report(name) for name in names], now, fetch=True)


def test_it_lists_fetches_all_and_then_acknowledges():
    """Without a body the first time, by name the second: both are what clients do."""
    agenda = Agenda([], ALL, 2.0)
    seen = []
    for _ in range(2):
        listed(agenda, "r1", "r2", now=10.0 * len(seen))
        fetches = [agenda.next(100.0), agenda.next(100.0)]
        assert [work.kind for work in fetches] == ["result", "result"]
        assert agenda.next(100.0) is None or agenda.next(100.0).kind != "acknowledgement"
        for work in fetches:
            agenda.fetched(work)
        acknowledgement = agenda.next(100.0)
        assert acknowledgement.names == ("r1", "r2")
        seen.append((acknowledgement.kind, acknowledgement.named))
        agenda.acknowledged(0.0, 50)
    assert seen == [("acknowledgement", False), ("acknowledgement", True)]


def test_one_call_at_a_time_is_about_the_queue():
    """A listing beside an acknowledgement without a body would change what that acknowledges."""
    agenda = Agenda([], ALL, 2.0)
    assert kinds(agenda, 0.0, 3) == ["listing", None, None]


def test_a_full_batch_is_followed_by_the_next_at_once_and_others_after_a_while():
    agenda = Agenda([], ALL, 2.0)
    for limit, due in ((1, 0.0), (50, 2.0)):
        listed(agenda, "r1", now=100.0)
        agenda.fetched(agenda.next(100.0))
        assert agenda.next(100.0).kind == "acknowledgement"
        agenda.acknowledged(50.0, limit)
        assert agenda._queue_due == 50.0 + due


def test_what_was_not_fetched_is_not_acknowledged():
    """After three attempts it goes on without it, and names the others."""
    agenda = Agenda([], ALL, 2.0)
    listed(agenda, "r1", "r2")
    agenda.fetched(agenda.next(0.0))
    for attempt in range(MOST_ATTEMPTS):
        work = agenda.next(10.0 * attempt)
        assert work.names == ("r2",)
        agenda.not_fetched(work, 10.0 * attempt, None)
    acknowledgement = agenda.next(100.0)
    assert (acknowledgement.kind, acknowledgement.names, acknowledgement.named) == ("acknowledgement", ("r1",), True)


def test_a_fetch_that_was_asked_to_wait_waits():
    agenda = Agenda([], ALL, 2.0)
    listed(agenda, "r1")
    agenda.not_fetched(agenda.next(0.0), 0.0, 7.0)
    assert agenda.next(6.9) is None
    assert agenda.next(7.0).kind == "result"


def test_an_acknowledgement_without_an_answer_is_repeated_by_name():
    agenda = Agenda([], ALL, 2.0)
    listed(agenda, "r1")
    agenda.fetched(agenda.next(0.0))
    work = agenda.next(0.0)
    agenda.unanswered(work.names, 0.0, 5.0)
    assert kinds(agenda, 4.9, 1) != ["acknowledgement"]
    repeated = agenda.next(5.0)
    assert (repeated.kind, repeated.names, repeated.named) == ("acknowledgement", ("r1",), True)


def test_a_reader_acknowledges_nothing_and_fetches_each_report_once():
    """It lists again after the poll time, and does not fetch what it has."""
    agenda = Agenda([], ("listing", "result"), 2.0)
    listed(agenda, "r1")
    agenda.fetched(agenda.next(0.0))
    assert agenda.next(1.9).order_id == "order-r1"  # a finished order again, whose report may not change
    listed(agenda, "r1", now=2.0)
    assert agenda._outstanding == 0


def test_an_order_is_asked_about_at_most_once_in_the_poll_time():
    """And not before `Retry-After`, where that is longer."""
    agenda = Agenda(["o1"], ("status",), 2.0)
    assert agenda.next(0.0).kind == "status"
    agenda.open_order("o1", 0.0, 5.0)
    assert agenda.next(4.9) is None
    assert agenda.next(5.0).order_id == "o1"


def test_orders_known_from_the_beginning_are_spread_over_the_poll_time():
    agenda = Agenda([f"o{number}" for number in range(10)], ("status",), 2.0)
    assert [kinds(agenda, now, 11).count("status") for now in (0.0, 1.0, 2.0)] == [1, 5, 4]


def test_now_and_then_a_report_is_asked_for_before_it_is_ready():
    agenda = Agenda([f"o{number}" for number in range(16)], ALL, 0.0)
    agenda.next(0.0)
    asked = kinds(agenda, 0.0, 16)
    assert (asked.count("status"), asked.count("result")) == (14, 2)


@pytest.mark.parametrize(("types", "wanted"), [(("json", "pdf"), "pdf"), (("json",), "json"), ((), None)])
def test_a_report_is_fetched_in_the_wanted_type_where_it_has_it(types, wanted):
    agenda = Agenda([], ALL, 2.0, report_type="pdf")
    agenda.next(0.0)
    agenda.listed([report("r1", types)], 0.0, fetch=True)
    assert agenda.next(0.0).report_type == wanted


def test_a_dialect_that_can_only_name_reports_names_them():
    agenda = Agenda([], ALL, 2.0, without_body=False)
    listed(agenda, "r1")
    agenda.fetched(agenda.next(0.0))
    assert agenda.next(0.0).named
