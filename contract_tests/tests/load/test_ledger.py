"""What answers under load may say, and what violates a requirement."""

import pytest

from pacsimile_contract.facts.queue import Acknowledgement, ListedReport, ReportList
from pacsimile_contract.load.ledger import Ledger, Owners
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.results import merged
from pacsimile_contract.load.violations import MOST_KEPT, Violations


class Told:
    """A ledger whose clock goes on with each answer."""

    def __init__(self, owners=None, *, exclusive=True, organization="org-a"):
        self.violations, self.now = Violations(), 0.0
        self.ledger = Ledger(organization, self.violations, owners or Owners(), exclusive=exclusive)

    def _times(self):
        self.now += 1
        return self.now, self.now + 0.5

    def status(self, order, status, *, answered=None, times=None):
        """Tell of a status."""
        self.ledger.status(order, answered or order, status, *(times or self._times()))
        return self

    def listing(self, *names, limit=None, organization="org-a", supersedes=(), times=None):
        """Tell of a listing."""
        replaced = dict(supersedes)
        reports = tuple(
            ListedReport(name, f"order-of-{name}", None, None, "FINAL", replaced.get(name), ("json",), None)
            for name in names
        )
        listed = ReportList(organization, len(reports), reports)
        self.ledger.listing(listed, limit, *(times or self._times()))
        return self

    def acknowledge(self, *names, answered=None, not_found=(), named=False, times=None):
        """Tell of an acknowledgement that was answered with success."""
        self.ledger.acknowledging(names)
        _, received = times or self._times()
        taken = names if answered is None else answered
        answer = Acknowledgement("org-a", len(taken), tuple(taken), tuple(not_found))
        self.ledger.acknowledged(names, answer, received, named=named)
        return self

    @property
    def wrong(self):
        """How often each requirement was violated."""
        return dict(self.violations.counts)


def test_a_queue_that_is_right_violates_nothing():
    """Listed until acknowledged, then never again; a new one joins; order statuses go forward."""
    told = (
        Told().status("order-of-r1", "RECEIVED").status("order-of-r1", "PROCESSING").status("order-of-r1", "COMPLETED")
    )
    told.listing("r1").listing("r1", "r2").acknowledge("r1", "r2").listing().listing("r3").acknowledge("r3", named=True)
    told.listing()
    assert told.wrong == {}
    assert told.violations.judged["BATCH-1"] > 0


def test_a_report_that_is_not_listed_any_more_is_lost():
    assert Told().listing("r1", "r2").listing("r2").wrong == {"BATCH-1": 1}


def test_a_report_whose_order_became_complete_must_be_listed():
    told = Told().status("order-of-r1", "PROCESSING").status("order-of-r1", "COMPLETED")
    assert told.listing().wrong == {"BATCH-1": 1}


def test_an_order_that_was_complete_from_the_beginning_may_have_been_acknowledged_before():
    assert Told().status("order-of-r1", "COMPLETED").listing().wrong == {}


def test_a_full_batch_loses_nothing():
    """What a limit cuts off is not missing."""
    assert Told().listing("r1", "r2", "r3").listing("r1", "r2", limit=2).wrong == {}


def test_a_listing_that_was_sent_before_the_report_was_known_may_lack_it():
    """Only what was received before the request was sent counts (CONS-1)."""
    told = Told().listing("r1", times=(1.0, 3.0))
    assert told.listing(times=(2.0, 4.0)).wrong == {}


def test_nothing_is_lost_where_others_may_acknowledge():
    assert Told(exclusive=False).listing("r1").listing().wrong == {}


def test_a_superseded_report_is_not_lost():
    assert Told().listing("r1").listing("r2", supersedes={"r2": "r1"}.items()).listing("r2").wrong == {}


def test_a_report_twice_in_a_listing():
    assert Told().listing("r1", "r2", "r1").wrong == {"BATCH-1": 1}


def test_an_acknowledged_report_that_comes_back():
    """Once, however often it is listed then: it is told once, and is waiting again."""
    assert Told().listing("r1").acknowledge("r1").listing("r1").wrong == {"BATCH-2": 1}


def test_a_listing_that_overlaps_the_acknowledgement_may_have_it_or_not():
    told = Told().listing("r1", "r2")
    told.acknowledge("r1", "r2", times=(10.0, 12.0))
    assert told.listing("r1", times=(11.0, 13.0)).wrong == {}


@pytest.mark.parametrize(("named", "requirement"), [(False, "BATCH-5"), (True, "BATCH-11")])
def test_an_acknowledgement_without_effect(named, requirement):
    """It was answered with success, took nothing, and the report is listed again."""
    told = Told().listing("r1").acknowledge("r1", answered=(), named=named)
    assert told.listing("r1").wrong == {requirement: 1}


@pytest.mark.parametrize(("named", "requirement"), [(False, "BATCH-6"), (True, "BATCH-11")])
def test_an_acknowledgement_that_takes_what_was_not_listed(named, requirement):
    told = Told().listing("r1").acknowledge("r1", answered=("r1", "r2"), named=named)
    assert told.wrong == {requirement: 1}


def test_a_listed_report_that_is_not_found():
    assert Told().listing("r1").acknowledge("r1", answered=(), not_found=("r1",), named=True).wrong == {"BATCH-11": 1}


def test_a_refused_acknowledgement_takes_nothing():
    """So the report must still be listed."""
    told = Told().listing("r1")
    told.ledger.acknowledging(["r1"])
    told.ledger.refused(["r1"], told.now)
    assert told.listing().wrong == {"BATCH-1": 1}


def test_an_acknowledgement_that_was_not_answered_may_have_been_done():
    told = Told().listing("r1")
    told.ledger.acknowledging(["r1"])
    assert told.listing().wrong == {}
    assert told.listing("r1").wrong == {}


def test_a_batch_longer_than_its_limit():
    assert Told().listing("r1", "r2", "r3", limit=2).wrong == {"BATCH-13": 1}


def test_the_listing_of_another_organization():
    assert Told().listing("r1", organization="org-b").wrong == {"BATCH-2": 1}


def test_another_organizations_report():
    """By its order, where that is known, or because another client was shown it."""
    owners = Owners({"order-of-r9": "org-b"})
    assert Told(owners).listing("r9").wrong == {"BATCH-2": 1}
    owners = Owners()
    Told(owners, organization="org-b").listing("r1", organization="org-b")
    assert Told(owners).listing("r1").wrong == {"BATCH-2": 1}


@pytest.mark.parametrize(
    ("before", "after"), [("PROCESSING", "RECEIVED"), ("COMPLETED", "PROCESSING"), ("COMPLETED", "FAILED")]
)
def test_a_status_that_goes_back(before, after):
    assert Told().status("o1", before).status("o1", after).wrong == {"STATUS-5": 1}


def test_a_status_answer_that_overtakes_another_is_none_that_goes_back():
    told = Told().status("o1", "COMPLETED", times=(2.0, 3.0))
    assert told.status("o1", "PROCESSING", times=(1.0, 4.0)).wrong == {}
    assert told.status("o1", "COMPLETED", times=(5.0, 6.0)).wrong == {}


def test_answers_that_are_about_another_order():
    """As two calls at one time might be confused."""
    told = Told().status("o1", "RECEIVED", answered="o2")
    told.ledger.report("o1", "o2", None, b"", bytes, 1.0)
    assert told.wrong == {"STATUS-1": 1, "RESULTS-1": 1}


def test_a_version_that_says_something_else():
    """Other bytes may say the same."""
    ledger, violations = (told := Told()).ledger, told.violations
    for exact, content in ((b"1", b"x"), (b"2", b"x"), (b"3", b"y")):
        ledger.report("o1", "o1", ("r1", "json"), exact, lambda content=content: content, 1.0)
    assert dict(violations.counts) == {"RESULTS-6": 1}


def test_many_violations_are_counted_and_the_first_kept():
    told = Told()
    for _ in range(MOST_KEPT + 5):
        told.listing("r1", "r1")
    assert told.wrong == {"BATCH-1": MOST_KEPT + 5}
    assert len(told.violations.kept) == MOST_KEPT


def test_processes_that_were_shown_one_report():
    """No process alone could see it."""
    one = {
        "seconds": 1.0, "recorder": Recorder(1).as_json(), "violations": Violations().as_json(), "busy": False,
        "reports": {"r1": "org-a"},
    }  # fmt: skip
    result = merged([one, {**one, "reports": {"r1": "org-b"}}])
    assert result["violations"]["counts"] == {"BATCH-2": 1}
