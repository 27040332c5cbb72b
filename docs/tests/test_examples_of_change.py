"""The worked examples of CONTRIBUTING.md: each diff fits, and the tree with it passes the tests it concerns."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "examples_of_change.py"
FOLDER = ROOT / "docs" / "examples_of_change"
ROOTS = ("cli", "spec", "mock", "fixtures", "contract_tests")
PYTEST = f"-pytest-{pytest.__version__}"
"""How the names of bytecode end whose assertions pytest has rewritten."""

TESTS = {
    "requirement": (
        "spec/tests/test_requirements.py",
        "contract_tests/tests/checkers/test_studies.py::test_the_list_repeats",
        "contract_tests/tests/findings/test_registry.py",
        "cli/tests/verify/test_kills.py::test_a_defect_is_killed_and_the_undamaged_mock_is_not[order-ids-turned-when-asked-again]",
    ),
    "report_type": (
        "cli/tests/test_report_types.py",
        "spec/tests/test_description.py",
        "fixtures/tests/reports/test_text.py::test_tsv_has_the_cells_of_csv",
        "contract_tests/tests/rules/test_text.py",
    ),
    "fault": (
        "mock/tests/faults/test_model.py",
        "mock/tests/faults/test_effects.py::test_an_empty_answer_has_its_status_and_headers",
        "mock/tests/seed/test_schema.py::test_the_schema_knows_what_the_reader_knows",
        "cli/tests/test_fault.py",
    ),
}
"""What is run in a tree that has the example."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree that has the first example. All are tried in one place, so that bytecode is written once."""
    folder = tmp_path_factory.mktemp("examples") / "tree"
    done = subprocess.run([sys.executable, SCRIPT, "apply", next(iter(TESTS)), folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    take_bytecode(folder)
    return folder


def take_bytecode(tree: Path) -> None:
    """Give the files that a tree has unchanged the bytecode of those here: compiling all of them takes seconds."""
    for source in (path for root in ROOTS for path in (ROOT / root).rglob("*.py")):
        copy, code = tree / source.relative_to(ROOT), Path(cache_from_source(str(source)))
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            continue
        shutil.copystat(source, copy)
        for made in (code, code.with_name(f"{code.stem}{PYTEST}.pyc")):
            if made.is_file():
                there = tree / made.relative_to(ROOT)
                there.parent.mkdir(exist_ok=True)
                shutil.copy(made, there)
    subprocess.run(["git", "-C", tree, "update-index", "-q", "--refresh"], check=False)


def change(tree: Path, name: str) -> None:
    """Put an example in the place of the one that the tree has."""
    for words in (["reset", "-q", "--hard"], ["clean", "-q", "-d", "--force"], ["apply", str(FOLDER / f"{name}.diff")]):
        subprocess.run(["git", "-C", tree, *words], check=True)


def test_each_example_is_run_and_explained() -> None:
    """Each diff has tests here, and a paragraph in CONTRIBUTING.md."""
    linked = re.findall(r"\(docs/examples_of_change/(\w+)\.diff\)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert sorted(linked) == sorted(TESTS) == sorted(path.stem for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", TESTS)
def test_an_example_fits_and_works(name: str, tree: Path) -> None:
    """The copy's own code is what runs: its roots come before those that are installed."""
    change(tree, name)
    roots = os.pathsep.join(str(tree / root) for root in ROOTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS[name]],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": roots, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_example_that_no_longer_fits_says_how_to_renew_it(tmp_path: Path) -> None:
    """What fits is applied, the rest lies beside its file; renewed from a tree, the diff is what that tree changed."""
    home, tree = tmp_path / "home", tmp_path / "tree"
    for path in (SCRIPT.relative_to(ROOT), Path("docs/examples_of_change/fault.diff")):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, home / path)
    subprocess.run(["git", "init", "--quiet", home], check=True)
    (home / "docs" / "faults.md").write_text("A page that was written anew.\n")
    script = [sys.executable, home / SCRIPT.relative_to(ROOT)]
    done = subprocess.run([*script, "apply", "fault", tree], capture_output=True, text=True)
    assert done.returncode == 1
    assert "docs/faults.md" in done.stderr
    assert "python scripts/examples_of_change.py renew fault ../example" in done.stderr
    (tree / "docs" / "faults.md").write_text("A page that was written anew, with `empty`.\n")
    subprocess.run([*script, "renew", "fault", tree], check=True)
    renewed = (home / "docs/examples_of_change/fault.diff").read_text()
    assert "+A page that was written anew, with `empty`." in renewed.splitlines()
    assert subprocess.run([*script, "apply", "fault", tmp_path / "again"]).returncode == 0
