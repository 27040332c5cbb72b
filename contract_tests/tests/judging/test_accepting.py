"""What the operator puts up with, and the exit status that comes of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.reasons import Unjudged, open_because
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.baseline import KnownFailure, load_baseline, today
from pacsimile_contract.judging.bench import NOT_AT_THIS_LEVEL, NOT_RUN, deferred_by_level
from pacsimile_contract.judging.evaluation import NOTHING_TO_COMPARE
from pacsimile_contract.judging.exit_status import ExitStatus, exit_status, unanswered_operations
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.judging.option_checks import check_patterns
from pacsimile_contract.judging.tally import tally
from pacsimile_contract.target.model import Acceptance
from pacsimile_spec import operations, requirements

YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)


def judged(requirement: str, **parts: Verdict) -> Judgement:
    """Return a judgement with these parts."""
    row = requirements()[requirement]
    made = tuple(JudgedPart(f"{requirement}/{name}", row.level, one, None) for name, one in parts.items())
    return Judgement(row, max(parts.values()), "", made)


def status(
    *judgements: Judgement, known: tuple[KnownFailure, ...] = (), accepted: str = "", strict: bool = False
) -> int:
    """Return the exit status of a run that ended so."""
    patterns = [Acceptance(one, "") for one in accepted.split()]
    return int(exit_status(judgements, tally(judgements, known, patterns, strict=strict), ()))


PASSED, FAILED = judged("STATUS-1", a=Verdict.PASS), judged("STATUS-2", a=Verdict.FAIL, b=Verdict.PASS)
OPEN, BROKEN = judged("STATUS-3", a=Verdict.NOT_EXERCISED), judged("STATUS-4", a=Verdict.ERROR)


def test_the_exit_status() -> None:
    """1 wins over 3 and 4, and 4 over 3; WARN and N/A are no reason."""
    assert status(PASSED, judged("STATUS-5", a=Verdict.WARN), judged("SEC-4", a=Verdict.NOT_APPLICABLE)) == 0
    assert status(PASSED, OPEN) == 3
    assert status(PASSED, OPEN, BROKEN) == 4
    assert status(PASSED, OPEN, BROKEN, FAILED) == 1
    assert status(judged("AUTH-8", a=Verdict.NOT_EXERCISED)) == 0  # a SHOULD


def test_a_known_failure_counts_for_nothing() -> None:
    """By part: another failing part of the same requirement is one still; past its day it counts again."""
    known = KnownFailure("STATUS-2/a", "ticket 17")
    assert status(PASSED, FAILED, known=(known,)) == 0
    assert status(judged("STATUS-2", a=Verdict.FAIL, b=Verdict.FAIL), known=(known,)) == 1
    assert status(FAILED, known=(KnownFailure("STATUS-2/a", "", TOMORROW),)) == 0
    assert status(FAILED, known=(KnownFailure("STATUS-2/a", "", today()),)) == 0
    assert status(FAILED, known=(KnownFailure("STATUS-2/a", "", YESTERDAY),)) == 1


def test_a_known_failure_that_passes_now_is_an_error() -> None:
    """So that baselines shrink; one that was not exercised is none."""
    assert status(PASSED, known=(KnownFailure("STATUS-1/a", ""),)) == 1
    assert status(OPEN, PASSED, known=(KnownFailure("STATUS-3/a", ""),)) == 3
    counted = tally([PASSED], (KnownFailure("STATUS-1/a", ""),), (), strict=False)
    assert counted.notes == ("STATUS-1/a is in the baseline and passes now: remove it",)


def test_what_may_stay_open() -> None:
    """By name or pattern; once exercised it is a note, or where that is strict an error."""
    assert status(PASSED, OPEN, accepted="STATUS-3") == 0
    assert status(PASSED, OPEN, accepted="STATUS-*") == 0
    assert status(PASSED, OPEN, accepted="BATCH-*") == 3
    assert status(PASSED, accepted="STATUS-1") == 0
    assert status(PASSED, accepted="STATUS-1", strict=True) == 1
    assert status(PASSED, OPEN, accepted="STATUS-*", strict=True) == 0
    notes = tally([PASSED], (), [Acceptance("STATUS-1", "")], strict=False).notes
    assert notes == ("STATUS-1 is accepted as not exercised, but was exercised",)


def test_one_past_its_day_counts_no_more() -> None:
    """And the run says so."""
    late = [Acceptance("STATUS-3", "", YESTERDAY)]
    counted = tally([OPEN], (), late, strict=False)
    assert counted.lacking == ("STATUS-3",)
    assert counted.notes == (f"STATUS-3 was accepted as not exercised only until {YESTERDAY}",)


def test_a_name_that_is_none_is_a_usage_error() -> None:
    """A typing error would let nothing stay open."""
    check_patterns(["BATCH-9", "SEC-*"])
    with pytest.raises(UsageError, match="BATHC-9"):
        check_patterns(["BATHC-9"])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- {check: BATCH-9, reason: x}\n", 1, "expected a part such as BATCH-9/own-listing"),
        ("- {check: BATCH-9/own-listing}\n", 1, "lacks reason"),
        ("\n- {check: BATCH-9/nosuch, reason: x}\n", 2, "no such part: BATCH-9/nosuch"),
        ("- {check: BATCH-9/own-listin, reason: x}\n", 1, "; did you mean 'BATCH-9/own-listing'?"),
        ("- {check: NOSUCH-9/a, reason: x}\n", 1, "no such part: NOSUCH-9/a"),
        ("- {check: BATCH-9/own-listing, reason: x, until: 2027-02-30}\n", 1, "expected a date"),
        ("- {check: BATCH-9/own-listing, reason: x}\n- {check: BATCH-9/own-listing, reason: y}\n", 2, "is given twice"),
        ("check: BATCH-9\n", 1, "a list of {check, reason, until}"),
    ],
)
def test_an_error_in_a_baseline_names_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    """Found on load."""
    path = tmp_path / "known.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        load_baseline(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert words in str(caught.value)


def test_a_baseline_is_read(tmp_path: Path) -> None:
    """One that is empty accepts nothing."""
    path = tmp_path / "known.yaml"
    path.write_text("# nothing is known\n", "utf-8")
    assert load_baseline(path) == ()
    path.write_text("- {check: BATCH-9/own-listing, reason: ticket 17, until: 2999-01-01}\n", "utf-8")
    assert [(one.check, one.reason, one.is_current) for one in load_baseline(path)] == [
        ("BATCH-9/own-listing", "ticket 17", True)
    ]


def test_an_operation_that_never_answered_keeps_a_run_from_passing() -> None:
    """Unless it was declared away; of selected requirements one 2xx in all is enough."""
    answered = [exchange(name, 200, {}) for name in operations() if name != "acknowledgeReports"]
    assert unanswered_operations(answered, whole_run=True) == ["acknowledgeReports"]
    assert unanswered_operations(answered, whole_run=True, optional=["acknowledgeReports"]) == []
    assert unanswered_operations(answered[:1], whole_run=False) == []
    assert unanswered_operations([], whole_run=False) == ["any operation"]
    assert exit_status([PASSED], tally([PASSED], (), (), strict=False), ["getStatus"]) is ExitStatus.NOT_EXERCISED


def test_an_interrupted_run_does_not_pass() -> None:
    """Whatever may stay open."""
    counted = tally([PASSED], (), (), strict=False)
    assert exit_status([PASSED], counted, (), interrupted=True) is ExitStatus.NOT_EXERCISED


def test_what_the_level_leaves_out_is_no_lack() -> None:
    """Only where a higher level asks more, and nothing but that kept a requirement open: not where a state lacks."""

    def opened(requirement: str, *reasons: Unjudged) -> Judgement:
        row = requirements()[requirement]
        made = tuple(
            JudgedPart(
                f"{requirement}/{place}", "MUST", Verdict.NOT_EXERCISED, None, (Evidence(None, why.text, unjudged=why),)
            )
            for place, why in enumerate(reasons)
        )
        first = reasons[0] if reasons else NOT_AT_THIS_LEVEL
        return Judgement(row, Verdict.NOT_EXERCISED, first.text, made, first)

    later, silent = "STATUS-5", (NOT_RUN, NOTHING_TO_COMPARE)
    for level, judgement, left in (
        ("smoke", opened(later), {later}),
        ("smoke", opened(later, *silent), {later}),
        ("smoke", opened(later, NOT_RUN, open_because("needs the state order_in_status")), set()),
        ("full", opened(later, *silent), set()),
    ):
        found = deferred_by_level([judgement, PASSED], level)
        assert found == left
        counted = tally([judgement], (), (), strict=False, deferred=found)
        assert counted.lacking == (() if left else (later,))
