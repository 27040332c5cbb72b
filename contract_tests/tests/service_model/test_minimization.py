"""The story of a contradiction is as short as it can be."""

from contract_tests.tests.helpers.seen_run import ANNE, DONE, SeenRun
from contract_tests.tests.service_model.test_groups import QUIET, fetch, serve
from pacsimile_contract.service_model.contradiction import Comparisons, Contradiction
from pacsimile_contract.service_model.minimization import minimized


def test_what_is_not_needed_is_left_out() -> None:
    """What the version before a group's report states is shown by the answer after it too."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    done = {**DONE, "study_uid": QUIET["study_uid"], "study_group": "g-1", "report_types": ["json", "txt"]}
    joined = run.status(done, anne)
    fetch(run, anne, "R-2", "A shadow.")
    headers = (("X-Order-Id", "A-1"), ("X-Report-Id", "R-2"))
    asked = {"order_id": "A-1", "report_type": "txt"}
    before = run.ask("getResult", anne, 200, headers=headers, content=b"A shadow.", **asked)
    stale = serve(run, anne, QUIET)
    after = fetch(run, anne, "R-2", "A shadow.")
    assert run.broken() == [("GROUP-5", [joined.number, before.number, stale.number, after.number])]


def test_what_alone_shows_nothing_stays_whole() -> None:
    """A contradiction that its own answers do not show again, and one of two answers, are left as they are."""
    run = SeenRun()
    run.home(ANNE)
    first, second = run.exchanges
    third = run.token(ANNE) and run.exchanges[-1]
    for proof in ((first, second), (first, second, third)):
        found = Contradiction("STATUS-5", proof, "this", "that")
        assert minimized(found, lambda _: Comparisons()) is found
