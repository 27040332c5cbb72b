"""What all tests share: how pytest starts, imports and draws, typeset pages, and a collector that seldom runs."""

import contextlib
import gc
import importlib
import os

import pytest

from pacsimile_spec import typesetting
from pacsimile_spec.byte_cache import ByteCache

os.environ.setdefault("PYTEST_ADDOPTS", "-p no:anyio -p no:faker -p no:schemathesis -p no:locust")
"""For the pytests that tests start outside this tree: imports that its own configuration leaves out take a second."""

gc.set_threshold(500_000, 20, 50)  # a whole run makes some 400,000 objects, and its end frees them without a look

typesetting.kept = ByteCache(64 * 1024 * 1024)  # most tests read pages that an earlier one typeset


@pytest.fixture
def pages_set_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typeset each page again, even one that an earlier test in this process typeset."""
    monkeypatch.setattr(typesetting, "kept", ByteCache(0))


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Import all test modules before they are collected. Each worker of pytest-xdist begins at another place.

    In a fresh clone, compiling a module and rewriting its assertions takes longer than importing it. If all workers
    imported the modules in the same order, each would compile all of them. So each compiles its share.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    root = session.config.rootpath
    paths = [path for place in session.config.getini("testpaths") for path in sorted((root / place).rglob("test_*.py"))]
    names = [".".join(path.relative_to(root).with_suffix("").parts) for path in paths]
    first = len(names) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    for name in names[first:] + names[:first]:
        with contextlib.suppress(Exception, pytest.skip.Exception):  # collection imports it again, and tells
            importlib.import_module(name)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems() -> None:
    """Let Hypothesis draw the same values whatever was imported, as runs of the contract tests in this process do.

    By default it parses all modules of the project, and mixes their constants in.
    """
    from pacsimile_contract.generation.hypothesis_settings import quiet

    quiet(1)


def pytest_collection_finish() -> None:
    """Take what was collected out of the collector's sight: each look at it would take half a second.

    Tests that call `gc.collect`, and Hypothesis, which looks for references in each thread that it draws in, do.
    """
    gc.collect()
    gc.freeze()
