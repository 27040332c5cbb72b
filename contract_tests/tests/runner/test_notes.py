"""What a run that ended early says it did not reach."""

from pacsimile_contract.errors import MISTAKE_ENDED, SHARE_SPENT
from pacsimile_contract.findings.reasons import GONE, MISTAKE, Unjudged, blocked, is_left_out, open_because
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.runner.notes import NOT_REACHED, harm_not_reached
from pacsimile_spec import requirements

SPENT = open_because("not reached: max_requests of 300 is used up")


def _judged(name: str, verdict: Verdict) -> Judgement:
    return Judgement(requirements()[name], verdict, "")


def test_a_run_that_ended_early_names_the_harmful_requirements_that_it_did_not_reach() -> None:
    """Those that were not exercised, and those of which only a part was; neither form nor what was asked."""
    played = {
        "BATCH-5": SPENT,
        "BATCH-6": SPENT,
        "STATUS-3": SPENT,
        "SEC-1": open_because("interrupted"),
        "AUTH-9": None,
    }
    stories = [(Story("one", stopped=why), ((name, "checker"),)) for name, why in played.items()]
    chosen = [_judged(name, Verdict.NOT_EXERCISED) for name in ("BATCH-5", "BATCH-6", "STATUS-3")]
    chosen += [_judged("SEC-1", Verdict.PASS), _judged("AUTH-9", Verdict.PASS)]
    assert harm_not_reached(stories, chosen) == [
        f"{NOT_REACHED}: BATCH-5, BATCH-6",
        "not reached as a whole, though what was asked passed: SEC-1",
    ]


def test_a_run_that_came_to_its_end_names_none() -> None:
    """What is generated always uses up its share; a blocked scenario and a lack are told in their own place."""
    reasons = [None, open_because(SHARE_SPENT), blocked("AUTH-1"), open_because("needs a state"), GONE, MISTAKE]
    assert not any(map(is_left_out, reasons))
    assert not is_left_out(Unjudged(Verdict.NOT_EXERCISED, MISTAKE_ENDED, MISTAKE.reason))
    assert harm_not_reached([(Story("one"), (("BATCH-5", "checker"),))], [_judged("BATCH-5", Verdict.PASS)]) == []
