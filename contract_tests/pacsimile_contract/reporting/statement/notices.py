"""How a run ended, in the lines at the top of its statement."""

from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.english import ranged
from pacsimile_contract.findings.reasons import END_OF_RUN
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.statement.document import Notice
from pacsimile_contract.reporting.statement.stored_report import StoredReport
from pacsimile_contract.reporting.statement.verdicts import Verdicts

_NOT_EXERCISED = Verdict.NOT_EXERCISED.value
_END_OF_RUN = (*END_OF_RUN, "not run: --fail-fast")
"""How the summary of a requirement begins that the run did not come to."""


def notices(stored: StoredReport, verdicts: Verdicts) -> Iterator[Notice]:
    """Yield what nobody may overlook: whether the service conforms, and what the run left out."""
    report, chosen = stored.report, stored.selected
    failed = [row["requirement"] for row in chosen if row["verdict"] == Verdict.FAIL.value]
    early = next((row["summary"] for row in chosen if row["summary"].startswith(_END_OF_RUN)), None)
    yield _outcome(report, failed, len(chosen))
    known = verdicts.known_to_fail()
    if known:
        yield Notice("open", f"Failures accepted beforehand: {ranged(known)}.")
    if early is not None:
        yield Notice("bad", f"The run ended early ({early}). What it did not reach is NOT-EXERCISED.")
    if report.get("diagnosis"):
        yield Notice("bad", f"The run says of the target: {report['diagnosis']}")
    if len(chosen) < len(report["verdicts"]):
        yield Notice(
            "open", f"Only {len(chosen)} of {len(report['verdicts'])} requirements were selected for this run."
        )
    unexercised = [row["requirement"] for row in chosen if row["verdict"] == _NOT_EXERCISED and row["level"] == "MUST"]
    if unexercised and report["exit_status"] != 3:
        yield Notice("open", f"Not exercised, though a MUST: {ranged(unexercised)}.")


def _outcome(report: Mapping[str, Any], failed: list[str], chosen: int) -> Notice:
    """Return what the exit status of the run says of the service; `chosen` is the number of requirements."""
    status, smoke = report["exit_status"], report["level"] == "smoke"
    verb = "requirement fails" if len(failed) == 1 else "requirements fail"
    if failed and status == 0:
        return Notice("open", f"{len(failed)} of {chosen} {verb}, but each failure was accepted beforehand.")
    if failed:
        return Notice("bad", f"The service does not conform: {len(failed)} of {chosen} {verb}: {ranged(failed)}.")
    words = {
        0: Notice("good", f"No requirement fails{' at level smoke, which exercises few of them' if smoke else ''}."),
        1: Notice("open", "No requirement fails, but what was accepted beforehand is out of date."),
        2: Notice("bad", "There is no verdict on the service: what the run was given could not be used."),
        3: Notice("open", "No requirement fails, but not every MUST was exercised."),
        4: Notice("bad", "There is no verdict on the service, because of an error."),
    }
    return words[status]
