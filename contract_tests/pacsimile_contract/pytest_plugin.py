"""The contract tests for pytest users: one test a requirement, with pytest's own selection.

`pytest contract_tests --target FILE`, or anywhere `pytest -p pacsimile_contract.pytest_plugin --target FILE PATH`. With
`--target` the requirements alone are collected, without it none of them. The run takes place once, before the first
test; the tests report its judgements.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from pacsimile_contract.errors import UsageError, described
from pacsimile_contract.findings.registry import LEVELS
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.baseline import load_baseline
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.judging.selection import selected
from pacsimile_contract.judging.tally import tally
from pacsimile_contract.reporting.folder import reports
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.signals import stopped_in_order
from pacsimile_contract.target.reading import load_target
from pacsimile_contract.transcript.curl import answer, curl, traced
from pacsimile_spec import requirements
from pacsimile_spec.plain import one_line, printable

_DONE: pytest.StashKey[RunFinished] = pytest.StashKey()
_COLLECTED: pytest.StashKey[bool] = pytest.StashKey()
_NOTED: pytest.StashKey[bool] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; called a second time (by a conftest and by `-p`) it adds none."""
    group = parser.getgroup("pacsimile", "contract tests of the results API")
    try:
        group.addoption("--target", metavar="FILE", help="judge the service that this target file describes")
    except ValueError:
        return
    group.addoption(
        "--pacsimile-requirement", action="append", default=[], metavar="ID", help="judge these alone: BATCH-*"
    )
    group.addoption("--pacsimile-level", choices=LEVELS, default="standard", help="how much to ask")
    group.addoption("--pacsimile-profile", choices=("strict", "documented"), help="else as the target file says")
    group.addoption("--pacsimile-seed", type=int, default=0, help="what is drawn from")
    group.addoption("--pacsimile-contract", metavar="REVISION", help="judge by this revision: what is newer warns only")
    group.addoption("--pacsimile-report", metavar="DIR", help="folder for the reports")
    group.addoption(
        "--pacsimile-baseline", metavar="FILE", help="known failures: a YAML list of {check, reason, until}"
    )
    group.addoption("--pacsimile-allow-acknowledge", metavar="ORG", help="let POST /reports go to this organization")
    group.addoption(
        "--pacsimile-accept-not-exercised", action="append", default=[], metavar="IDS", help="these may stay open"
    )
    group.addoption(
        "--pacsimile-share-identifiers", action="store_true", help="write real identifiers into the reports"
    )
    group.addoption("--pacsimile-strict-accept", action="store_true", help="fail where one of these is exercised")
    group.addoption("--pacsimile-fail-fast", action="store_true", help="stop after the first FAIL")


@pytest.hookimpl(hookwrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, None]:
    """Collect the requirements in the place of the first file seen, and no other file, where there is a target."""
    outcome = yield
    if not parent.config.getoption("--target", None):
        return
    if any(isinstance(each, RequirementsCollector) for each in outcome.get_result()):
        return  # registered twice, by a conftest and by `-p`: the other one has them
    first = not parent.config.stash.get(_COLLECTED, False)
    parent.config.stash[_COLLECTED] = True
    found = RequirementsCollector.from_parent(parent, name="requirements", path=file_path)
    outcome.force_result([found] if first else [])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the requirements alone, where there is a target: those that `--pacsimile-requirement` names."""
    if not config.getoption("--target", None):
        return
    try:
        wanted = set(selected(config.getoption("--pacsimile-requirement")))
    except UsageError as error:
        pytest.exit(f"pacsimile: {one_line(str(error))}", returncode=2)
    items[:] = [one for one in items if isinstance(one, RequirementItem) and one.name in wanted]


class RequirementsCollector(pytest.File):
    """All rows of the contract."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each row."""
        for name in requirements():
            yield RequirementItem.from_parent(self, name=name)


class BrokenRequirement(Exception):
    """A requirement that FAILs or could not be judged."""


class RequirementItem(pytest.Item):
    """One requirement: passes, fails, or is skipped with the reason."""

    def runtest(self) -> None:
        """Look up the judgement; the first test runs the suite for all that are selected.

        No error leaves with the frames it came through: pytest shows their arguments, with `-l` their variables too,
        which are secrets and what the service said.
        """
        try:
            self._report()
        except BrokenRequirement as error:
            raise BrokenRequirement(str(error)) from None
        except UsageError as error:
            raise pytest.exit.Exception(f"pacsimile: {one_line(str(error))}", returncode=2) from None
        except KeyboardInterrupt:
            raise KeyboardInterrupt from None
        except Exception as error:
            ours = f"pacsimile: {described(error)}"
            raise pytest.exit.Exception(ours, returncode=4) from None

    def _report(self) -> None:
        done = self._done()
        judgement = next(one for one in done.judgements if one.requirement.id == self.name)
        known = [one for one in done.options.baseline if one.is_current and one.check.startswith(f"{self.name}/")]
        if judgement.verdict is Verdict.FAIL and self.name not in tally([judgement], known, (), strict=False).failed:
            pytest.xfail(one_line("; ".join(one.reason for one in known)))
        if judgement.verdict in (Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE):
            # How NOT-EXERCISED and N/A show: pytest has no other word for what neither passes nor fails. No test of
            # ours is left out, and whether a run may lack it, its exit status says (pytest_sessionfinish).
            pytest.skip(one_line(done.redactor.redact_own_text(f"{judgement.verdict.value}: {judgement.summary}")))
        if judgement.verdict is Verdict.WARN:
            self.add_report_section("call", "WARN", one_line(done.redactor.redact_own_text(judgement.summary)))
        if judgement.verdict > Verdict.WARN:
            raise BrokenRequirement(_explained(judgement, done))

    def _done(self) -> RunFinished:
        config = self.config
        if _DONE not in config.stash:
            wanted = tuple(one.name for one in self.session.items if isinstance(one, RequirementItem))
            options = _options(config, () if len(wanted) == len(requirements()) else wanted)
            target = load_target(Path(config.getoption("--target", None)))
            with stopped_in_order():
                config.stash[_DONE] = run(target, options, reports(options.report))
        return config.stash[_DONE]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Show the requirement's words and evidence, not our own code."""
        if isinstance(excinfo.value, BrokenRequirement):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the test by its requirement."""
        return self.path, None, self.name


def _options(config: pytest.Config, wanted: tuple[str, ...]) -> Options:
    baseline, report = config.getoption("--pacsimile-baseline"), config.getoption("--pacsimile-report")
    accepted = config.getoption("--pacsimile-accept-not-exercised")
    return Options(
        level=config.getoption("--pacsimile-level"),
        seed=config.getoption("--pacsimile-seed"),
        profile=config.getoption("--pacsimile-profile"),
        requirements=wanted,
        allow_acknowledge=config.getoption("--pacsimile-allow-acknowledge"),
        fail_fast=config.getoption("--pacsimile-fail-fast"),
        accept_not_exercised=tuple(one.strip().upper() for many in accepted for one in many.split(",") if one.strip()),
        baseline=() if baseline is None else load_baseline(Path(baseline)),
        strict_accept=config.getoption("--pacsimile-strict-accept"),
        share_identifiers=config.getoption("--pacsimile-share-identifiers"),
        contract=config.getoption("--pacsimile-contract"),
        report=None if report is None else Path(report),
    )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let the run's own exit status stand, as `verify` has it: 3 for what a MUST lacks, 4 where we could not tell."""
    done = session.config.stash.get(_DONE, None)
    if done is not None and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        session.exitstatus = done.exit_status


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what the run has to say beside its verdicts."""
    done = config.stash.get(_DONE, None)
    if done is None or config.stash.get(_NOTED, False):
        return
    config.stash[_NOTED] = True
    for note in dict.fromkeys((*filter(None, [done.diagnosis]), *done.notes)):
        terminalreporter.write_line(f"pacsimile: {one_line(done.redactor.redact_own_text(note))}")


def _explained(judgement: Judgement, done: RunFinished) -> str:
    lines = [f"{judgement.verdict.value} {judgement.requirement.named}", f"  {judgement.requirement.words}"]
    for part in judgement.parts:
        if part.verdict > Verdict.PASS:
            lines.append(f"  {part.verdict.value} {part.check}")
            for one in part.evidence:
                lines.append(f"    {one_line(done.redactor.redact_own_text(one.note))}")
                if one.exchange is not None:
                    lines += [
                        *(f"    {line}" for line in curl(one.exchange, done.redactor).splitlines()),
                        f"    → {answer(one.exchange, done.redactor)}",
                        f"      {traced(one.exchange, done.redactor)}",
                    ]
    return printable("\n".join(lines))
