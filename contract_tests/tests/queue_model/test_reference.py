"""The queue's model by itself: what is listable, what acknowledgements mark."""

from pacsimile_contract.queue_model.reference import Books

BOOKS = Books().completed("o1", "r1").completed("o2", "r2")


def test_what_is_ready_is_listed_until_it_is_acknowledged() -> None:
    """BATCH-1, BATCH-2: and nothing else."""
    assert BOOKS.listable == {"r1", "r2"}
    assert BOOKS.marked({"r1"}).listable == {"r2"}
    assert Books().listable == frozenset()


def test_the_order_of_what_does_not_depend_on_each_other_is_forgotten() -> None:
    """Two ways to the same are equal: a search through orders of calls needs to look at one of them."""
    assert Books().completed("o2", "r2").completed("o1", "r1") == BOOKS
    assert BOOKS.listed("a", ["r1"]).listed("b", ["r2"]) == BOOKS.listed("b", ["r2"]).listed("a", ["r1"])


def test_an_amendment_takes_the_place_of_what_it_supersedes() -> None:
    """BATCH-12: also of what was acknowledged; what was superseded may still be acknowledged."""
    amended = BOOKS.marked({"r1"}).completed("o1", "r1-2").completed("o2", "r2-2")
    assert amended.listable == {"r1-2", "r2-2"}
    assert amended.newest("o1") == "r1-2"
    assert amended.marked_by_name(["r1", "r2"]) == {"r2"}


def test_an_acknowledgement_without_a_body_marks_the_own_last_listing() -> None:
    """BATCH-5 to BATCH-9: what came later, and what another client was shown, stays."""
    shown = BOOKS.listed("a", ["r1"]).listed("b", ["r1", "r2"]).completed("o3", "r3")
    assert shown.marked_by_listing("a") == {"r1"}
    assert shown.marked({"r1"}).marked_by_listing("b") == {"r2"}
    assert shown.marked({"r1"}).marked_by_listing("a") == frozenset()
    assert shown.marked_by_listing("nobody") == frozenset()
    assert shown.listed("a", []).marked_by_listing("a") == frozenset()


def test_an_acknowledgement_by_name_marks_what_is_ready() -> None:
    """BATCH-11: what never was ready is not found, what was marked before is in neither list."""
    assert BOOKS.marked({"r1"}).marked_by_name(["r1", "r2", "nobody"]) == {"r2"}
    assert BOOKS.marked({"r1"}).unknown(["r1", "r2", "nobody"]) == {"nobody"}


def test_the_order_submitted_last_is_the_most_recent() -> None:
    """STATUS-2, ORDERID-2: newest first."""
    assert Books().submitted("o1", "s").submitted("o2", "t").submitted("o3", "s").of_study("s") == ("o3", "o1")
    assert Books().of_study("s") == ()
