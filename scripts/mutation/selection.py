"""Find which tests run which line. It is observed once on the unchanged code. So a mutant gets only its tests."""

import ast
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

import pytest
from mutants import ROOT, Mutant

OPTIONS = ["-q", "--tb=line", "--no-header", "--hypothesis-profile=ci", "--assert=plain",
           "-p", "no:cacheprovider", "-p", "no:xdist"]  # fmt: skip
"""pytest would rewrite the asserts of plugins with its own finder, which comes before ours. Plain asserts fail too."""


SLOW = 1.0
"""In seconds. A slower test judges whole runs, and should not be needed for a mutant."""

ENOUGH = 8.0
"""Seconds of tests for a mutant in the first run. In a second run, a survivor gets all tests that run its statement."""


@dataclass
class Observation:
    """A pytest plugin that records, for each test that passes, its processor time in seconds and its lines."""

    coverage: Any
    seconds: dict[str, float] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Let coverage record the test's name with the lines."""
        self.coverage.switch_context(item.nodeid)
        began = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - began

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record what fails or is skipped."""
        if not report.passed:
            self.failed.add(report.nodeid)


def observe(files: list[str], folders: tuple[str, ...], destination: Path) -> None:
    """Run the tests in `files` on the unchanged code. Write as JSON which lines of `folders` each test runs."""
    from coverage import Coverage

    coverage = Coverage(data_file=None, include=[f"{ROOT / folder}/*" for folder in folders], config_file=False)
    plugin = Observation(coverage)
    coverage.start()
    pytest.main([*OPTIONS, *files], plugins=[plugin])
    coverage.stop()
    data = coverage.get_data()
    lines = {
        Path(path).relative_to(ROOT).as_posix(): {
            line: sorted(set(contexts) - plugin.failed - {""})
            for line, contexts in data.contexts_by_lineno(path).items()
        }
        for path in data.measured_files()
    }
    record = {"lines": lines, "seconds": plugin.seconds, "failed": sorted(plugin.failed)}
    destination.write_text(json.dumps(record), encoding="utf-8")


def _statement(tree: ast.Module, line: int) -> range:
    """Return the lines of the smallest statement at `line`; of a statement with a body, those before the body."""
    best = range(0)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            lines = range(node.lineno, max(end, node.lineno) + 1)
            if line in lines and (not best or len(lines) <= len(best)):
                best = lines
    return best


@dataclass(frozen=True)
class Tests:
    """The recorded tests."""

    lines: dict[str, dict[str, list[str]]]
    seconds: dict[str, float]

    def about(self, mutant: Mutant, enough: float = ENOUGH) -> list[str]:
        """Return the tests that run the mutant's statement, the most likely files first, for `enough` seconds.

        Code that runs at import belongs to no test, and the result of code that few tests run may be cached for the
        others. Then all tests that run a line of the module are used, or else those in files that name it. The most
        likely files name the module.
        """
        lines = self.lines.get(mutant.path, {})
        tree = ast.parse((ROOT / mutant.path).read_text(encoding="utf-8"))
        names = {name for line in _statement(tree, mutant.line) for name in lines.get(str(line), ())}
        if len(names) < 10:
            names = {name for tests in lines.values() for name in tests}
        module = Path(mutant.path)
        if not names:
            names = {name for name in self.seconds if names_module(_file(name), module.parent.name, module.stem)}
        names = {name for name in names if self.seconds[name] <= SLOW or enough == inf}
        files: dict[str, float] = defaultdict(float)
        for name in names:
            files[name.partition("::")[0]] += self.seconds[name]
        likely = {file for file in files if names_module(ROOT / file, module.parent.name, module.stem)}

        def rank(name: str) -> tuple[bool, float, str]:
            file = name.partition("::")[0]
            return file not in likely, files[file], name

        chosen, spent = list[str](), 0.0
        for name in sorted(names, key=rank):
            spent += self.seconds[name]
            if spent <= enough or name.partition("::")[0] in likely:
                chosen.append(name)
        return chosen


def _file(name: str) -> Path:
    return ROOT / name.partition("::")[0]


def names_module(file: Path, folder: str, module: str) -> bool:
    """Tell whether a test file has a module's name in a folder of the same name, or imports the module."""
    text = file.read_text(encoding="utf-8")
    named = file.parent.name == folder and module in file.stem
    return named or f"{folder}.{module}" in text or f"{folder} import {module}" in text
