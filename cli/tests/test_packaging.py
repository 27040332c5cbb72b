"""What a user gets by `pip install pacsimile`: the wheel's contents, and what a start of it imports."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "pacsimile": "cli",
    "pacsimile_advice": "advice",
    "pacsimile_contract": "contract_tests",
    "pacsimile_fixtures": "fixtures",
    "pacsimile_mock": "mock",
    "pacsimile_spec": "spec",
}
CONTRACT_FILES = {"pacsimile_spec/openapi.yaml", "pacsimile_spec/requirements.yaml"}
HEAVY = {"faker", "hypothesis", "jsonschema", "pydicom", "pytest", "schemathesis", "typst"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel of this tree, built as an installer builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def sources() -> Iterator[str]:
    """Every file of the five packages but notes for developers, named as the wheel should name it."""
    for package, folder in PACKAGES.items():
        for path in (ROOT / folder / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".md":
                yield path.relative_to(ROOT / folder).as_posix()


def test_wheel_holds_every_source_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """Each file of the packages, data files included, is in the wheel once, beside the two contract files; no other."""
    names = [name for name in wheel.namelist() if ".dist-info/" not in name]
    assert sorted(names) == sorted([*sources(), *CONTRACT_FILES])


def test_wheel_shadows_no_other_distribution(wheel: zipfile.ZipFile) -> None:
    """`mock` and `fixtures` are others' packages: the wheel's top level has only names that begin with ours."""
    top = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


def test_wheel_holds_no_tests_and_only_known_kinds_of_files(wheel: zipfile.ZipFile) -> None:
    """Tests stay in the repository; whatever is neither code nor data that the code reads was swept in by accident."""
    names = [name for name in wheel.namelist() if ".dist-info/" not in name]
    assert not [name for name in names if re.search(r"(^|/)(tests?|conftest\.py|test_[^/]*)(/|$)", name)]
    known = {".py", ".typed", ".yaml", ".json", ".typ", ".sql", ".j2", ".css", ".js"}
    assert {Path(name).suffix or Path(name).name for name in names} <= known


def test_wheel_is_typed_and_licensed(wheel: zipfile.ZipFile) -> None:
    """Type checkers take each package's annotations, and the licence travels with the code."""
    names = set(wheel.namelist())
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_wheel_carries_the_contract_as_it_stands(wheel: zipfile.ZipFile) -> None:
    """An installed package reads the same description and requirements as the repository's root has."""
    for name in CONTRACT_FILES:
        assert wheel.read(name) == (ROOT / Path(name).name).read_bytes()


# --- what a start imports


def command(*arguments: str, imports: Path) -> subprocess.Popen[str]:
    """The installed command, started; the interpreter writes a line to `imports` for each module that it imports."""
    program = Path(sys.executable).with_name("pacsimile")
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    with imports.open("w") as errors:
        return subprocess.Popen(
            [program, *arguments], stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        )


def imported(imports: Path) -> set[str]:
    """Top-level names of the modules imported so far."""
    lines = (line for line in imports.read_text().splitlines() if line.startswith("import time:"))
    return {line.split("|")[-1].strip().split(".")[0] for line in lines}


@dataclass(frozen=True)
class Served:
    """A mock that runs: its line of `--json`, and where its imports are written."""

    line: dict[str, Any]
    imports: Path

    def get(self, url: str, authorization: str) -> bytes:
        """Body that `url` answers with; HTTPError for 4xx and 5xx."""
        request = urllib.request.Request(url, headers={"Authorization": authorization})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bytes(answer.read())

    def bearer(self) -> str:
        """The Authorization header of the first client, who may do everything."""
        client = self.line["clients"][0]
        basic = b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
        token = json.loads(self.get(f"{self.line['oauth2_endpoint']}/token", f"Basic {basic}"))
        return f"Bearer {token['access_token']}"


@contextmanager
def serving(imports: Path) -> Iterator[Served]:
    """Serve on a free port until the block ends; SIGTERM must end it with 0."""
    with command("serve", "--port", "0", "--json", imports=imports) as server:
        assert server.stdout is not None
        try:
            yield Served(json.loads(server.stdout.readline()), imports)
        finally:
            server.send_signal(signal.SIGTERM)
    assert server.returncode == 0


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """`pacsimile serve --help` answers without the web framework, the judges, the documents or the made-up people."""
    imports = tmp_path / "imports.txt"
    with command("serve", "--help", imports=imports) as process:
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "--port" in output
    assert not imported(imports) & {*HEAVY, "flask", "granian", "jinja2"}


def test_serve_imports_document_libraries_when_they_are_needed(tmp_path: Path) -> None:
    """A mock that answers token, listing and status has imported no judge and no document library; a PDF takes one."""
    with serving(tmp_path / "imports.txt") as served:
        bearer, url = served.bearer(), served.line["url"]
        organization_id = served.line["clients"][0]["organization_id"]
        listing = json.loads(served.get(f"{url}/reports?organizationId={organization_id}", bearer))
        order_id = listing["reports"][0]["order_id"]
        served.get(f"{url}/status?order_id={order_id}", bearer)
        assert not imported(served.imports) & HEAVY
        assert served.get(f"{url}/results?order_id={order_id}&report_type=pdf", bearer).startswith(b"%PDF-")
        assert "typst" in imported(served.imports)
