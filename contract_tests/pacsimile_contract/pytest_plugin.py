"""The contract tests for pytest users: one test a requirement, with pytest's own selection.

`pytest contract_tests --target FILE`, or anywhere `pytest -p pacsimile_contract.pytest_plugin --target FILE PATH`. With
`--target` the requirements alone are collected, without it none of them. The run takes place once, before the first
test; the tests report its judgements.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.events import RunFinished
from pacsimile_contract.registry import LEVELS
from pacsimile_contract.reporting.curl import answer, curl
from pacsimile_contract.run import Options
from pacsimile_contract.runner import run
from pacsimile_contract.target import load_target
from pacsimile_contract.verdict import Judgement, Verdict
from pacsimile_spec import requirements

_DONE: pytest.StashKey[RunFinished] = pytest.StashKey()
_COLLECTED: pytest.StashKey[bool] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; called a second time (by a conftest and by `-p`) it adds none."""
    group = parser.getgroup("pacsimile", "contract tests of the results API")
    try:
        group.addoption("--target", metavar="FILE", help="judge the service that this target file describes")
    except ValueError:
        return
    group.addoption("--pacsimile-level", choices=LEVELS, default="standard", help="how much to ask")
    group.addoption("--pacsimile-profile", choices=("strict", "documented"), help="else as the target file says")
    group.addoption("--pacsimile-seed", type=int, default=0, help="what is drawn from")


@pytest.hookimpl(tryfirst=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the requirements in the place of the first file seen, where there is a target."""
    if not parent.config.getoption("--target", None) or parent.config.stash.get(_COLLECTED, False):
        return None
    parent.config.stash[_COLLECTED] = True
    return RequirementsCollector.from_parent(parent, name="requirements", path=file_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the requirements alone, where there is a target."""
    if config.getoption("--target", None):
        items[:] = [one for one in items if isinstance(one, RequirementItem)]


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
        """Look up the judgement; the first test runs the suite for all that are selected."""
        done = self._done()
        judgement = next(one for one in done.judgements if one.requirement.id == self.name)
        if judgement.verdict in (Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE):
            pytest.skip(done.redactor.text(f"{judgement.verdict.value}: {judgement.summary}"))
        if judgement.verdict is Verdict.WARN:
            self.add_report_section("call", "WARN", done.redactor.text(judgement.summary))
        if judgement.verdict > Verdict.WARN:
            raise BrokenRequirement(_explained(judgement, done))

    def _done(self) -> RunFinished:
        config = self.config
        if _DONE not in config.stash:
            wanted = tuple(one.name for one in self.session.items if isinstance(one, RequirementItem))
            options = Options(
                level=config.getoption("--pacsimile-level"),
                seed=config.getoption("--pacsimile-seed"),
                profile=config.getoption("--pacsimile-profile"),
                requirements=() if len(wanted) == len(requirements()) else wanted,
            )
            try:
                config.stash[_DONE] = run(load_target(Path(config.getoption("--target", None))), options)
            except UsageError as error:
                pytest.exit(f"pacsimile: {error}", returncode=2)
        return config.stash[_DONE]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Show the requirement's words and evidence, not our own code."""
        if isinstance(excinfo.value, BrokenRequirement):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the test by its requirement."""
        return self.path, None, self.name


def _explained(judgement: Judgement, done: RunFinished) -> str:
    lines = [f"{judgement.verdict.value} {judgement.requirement.id}: {judgement.requirement.words}"]
    for part in judgement.parts:
        if part.verdict > Verdict.PASS:
            lines.append(f"  {part.verdict.value} {part.check}")
            for one in part.evidence:
                lines.append(f"    {one.note}")
                if one.exchange is not None:
                    lines += [
                        f"    {curl(one.exchange, done.redactor)}",
                        f"    → {answer(one.exchange, done.redactor)}",
                    ]
    return done.redactor.text("\n".join(lines))
