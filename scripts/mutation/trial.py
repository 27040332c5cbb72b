"""Run tests against a mutant in a fork of this process. Libraries are loaded before, but none of our modules."""

import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from loading import MutantFinder
from mutants import ROOT
from selection import OPTIONS

MEMORY = 4 << 30
"""Bytes of address space for a mutant, so that an endless loop cannot exhaust the machine."""

UNUSED = 71
"""Exit status if the tests never imported the mutant."""


@dataclass
class _Chosen:
    """A pytest plugin that keeps the named tests, in the order of the names."""

    names: list[str]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        places = {name: place for place, name in enumerate(self.names)}
        items[:] = sorted((item for item in items if item.nodeid in places), key=lambda item: places[item.nodeid])


def forked(work: Callable[[], int], output: Path, cpu: float, wall: float) -> int | None:
    """Run `work` in a fork, and return its result, or None if it took more seconds than `cpu` or `wall`."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            with output.open("wb") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            status = work()
        finally:
            os._exit(status)
    end = time.monotonic() + wall
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else None
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def preload(files: list[str], scratch: Path) -> None:
    """Import what these test files import, except our own modules, so that each fork has it."""
    names = scratch / "modules.json"

    def collect() -> int:
        pytest.main([*OPTIONS, "--collect-only", *files])
        theirs = [name for name, module in list(sys.modules.items()) if _is_theirs(module)]
        names.write_text(json.dumps(theirs), encoding="utf-8")
        return 0

    forked(collect, scratch / "preload.txt", cpu=300, wall=900)
    for name in json.loads(names.read_text(encoding="utf-8")):
        try:
            importlib.import_module(name)
        except Exception:  # modules that only their own package can import are loaded by it
            continue


def _is_theirs(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None) or ""
    return not file.startswith(str(ROOT)) or "site-packages" in file


def trial(path: str, source: str, names: list[str], output: Path, cpu: float) -> str:
    """Run the named tests against a module's changed text until one fails.

    Args:
        path: the module's file, from the root of the tree.
        source: its changed text.
        names: ids of tests, in the order of the run.
        output: where pytest's output goes.
        cpu: maximum processor time in seconds.

    Returns:
        `killed`, `timeout` or `survived`.
    """

    def work() -> int:
        finder = MutantFinder(ROOT / path, source)
        sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
        files = list(dict.fromkeys(name.partition("::")[0] for name in names))
        status = int(pytest.main([*OPTIONS, "-x", *files], plugins=[_Chosen(names)]))
        return status if finder.is_used else UNUSED

    status = forked(work, output, cpu, wall=60 + 20 * cpu)
    if status is None:
        return "timeout"
    if status in (UNUSED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"pytest could not run the tests of {path}: {output.read_text(encoding='utf-8')}")
    return "survived" if status == 0 else "killed"
