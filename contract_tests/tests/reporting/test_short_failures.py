"""Many failures in few lines: each says what came and what was expected, in this order, by these words."""

from contract_tests.tests.helpers.small_run import CALLS, finished
from contract_tests.tests.reporting.test_screen import judged, shown
from pacsimile_contract.findings.part import fact, part
from pacsimile_spec import requirements


def test_a_short_failure_says_both_sides_by_name() -> None:
    """Who reads only one line does not take what was expected for what came."""
    names = [row.id for row in requirements().values() if row.level == "MUST" and not row.not_tested_because]
    said = [part("it", fact(False, "a refusal", "200"), on=CALLS[1])]
    for count in (9, 13):
        lines = shown(finished(judged({name: list(said) for name in names[:count]})))
        assert sum("got 200; expected a refusal" in line for line in lines) >= 9
        assert not any("instead of" in line for line in lines)
