"""A slim installation, without Typst: what needs it says what to install, and nothing else misses it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contract_tests.tests.helpers.stored_folder import write_folder
from mock.tests.helpers.in_process import Service
from pacsimile.main import main
from pacsimile_fixtures import reports, samples
from pacsimile_fixtures.synthetic import judge
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.control_errors import ControlError
from pacsimile_mock.control_params import Params
from pacsimile_spec import typesetting
from pacsimile_spec.report_types import ORDER_TYPES

CONTENT = samples.versions(1, 1)[0]
INSTALL = re.compile(r"\S+ -m pip install 'typst>=0\.\d+', or run the offline bundle's install script again")
SLIM = """
import sys
sys.modules["typst"] = None
from pacsimile.main import main
sys.argv = ["pacsimile", *sys.argv[1:]]
main()
"""
OTHERS = ("json", "txt", "dicom_sr")


@pytest.fixture
def slim(monkeypatch: pytest.MonkeyPatch, pages_set_anew: None) -> Iterator[None]:
    """Hide Typst from imports, and forget what was set with it."""
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "typst", None)
        _forget()
        yield
    _forget()


def _forget() -> None:
    typesetting.is_installed.cache_clear()
    typesetting._compiler.cache_clear()


def run(*words: Any) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, [*map(str, words)])


@pytest.mark.usefixtures("slim")
@pytest.mark.parametrize("name", ORDER_TYPES)
def test_the_types_with_a_pdf_are_those_that_cannot_be_rendered(name: str) -> None:
    """WITH_PDF is what the renderers need, and every other type has its usual bytes."""
    assert reports.is_renderable(name) == (name in OTHERS)
    if name in OTHERS:
        assert judge(reports.render(CONTENT, name)).verdict == "synthetic"
    else:
        with pytest.raises(typesetting.NoTypesetter, match=INSTALL):
            reports.render(CONTENT, name)


@pytest.mark.usefixtures("slim")
def test_an_order_offers_what_can_be_rendered() -> None:
    """CONS-2, RESULTS-5: status, listing and retrieval agree; who asks for a PDF reads what to install."""
    service = Service()
    caller, order = service.client(), service.order()
    status = caller.get("/status", order_id=order.order_id).json
    listing = caller.get("/reports", organizationId="hospital").json["reports"][0]
    assert status["report_types"] == listing["report_types"] == list(OTHERS)
    refused = caller.get("/results", order_id=order.order_id, report_type="pdf")
    assert refused.refusal == (404, "report-type-not-available")
    assert refused.json["detail"].endswith(
        "is not installed where the mock runs: the start of the mock says how to add it."
    )
    assert caller.get("/results", order_id=order.order_id, report_type="json").status == 200


@pytest.mark.usefixtures("slim")
def test_types_that_would_leave_an_order_without_any_are_refused() -> None:
    """The description asks for one at least; a type beside them that can be rendered suffices."""
    with pytest.raises(ControlError, match=INSTALL):
        Params({"report_types": ["pdf", "dicom_pdf"]}, ("report_types",)).report_types()
    assert Params({"report_types": ["pdf", "txt"]}, ("report_types",)).report_types() == ("pdf", "txt")


@pytest.mark.usefixtures("slim")
def test_a_file_of_the_users_own_needs_no_typst() -> None:
    """A scenario's PDF is served as it is."""
    service = Service()
    caller, order = service.client(), service.order()
    service.world.store.keep_files({"digest": b"%PDF- of the user"})
    order.report_files = {"pdf": "digest"}
    assert caller.get("/status", order_id=order.order_id).json["report_types"] == ["json", "txt", "pdf", "dicom_sr"]
    assert caller.get("/results", order_id=order.order_id, report_type="pdf").body == b"%PDF- of the user"


@pytest.mark.usefixtures("slim")
def test_a_group_offers_what_can_be_rendered() -> None:
    """GROUP-1: csv, which no order has, stays."""
    assert Service().world.reports.offered_of_group() == ("json", "txt", "csv")
    narrow = Service(WorldOptions(scenario="empty", pace="manual", report_types=("pdf", "txt")))
    assert narrow.world.reports.offered_of_group() == ("txt",)


@pytest.mark.usefixtures("slim")
def test_commands_say_what_to_install(tmp_path: Path) -> None:
    """An export of all types writes nothing, a judgement is not made, a statement can be had as Markdown."""
    whole = run("export", tmp_path / "whole", "--count", 1)
    assert (whole.exit_code, (tmp_path / "whole").exists()) == (2, False)
    assert INSTALL.search(whole.output)
    assert "; or give --type json --type txt --type dicom_sr\n" in whole.output
    assert run("export", tmp_path / "some", "--count", 1, "--type", "json").exit_code == 0
    folder = write_folder(tmp_path / "run")
    stated = run("statement", folder)
    assert (stated.exit_code, (folder / "statement.md").exists()) == (2, False)
    assert INSTALL.search(stated.output)
    assert run("statement", folder, "--markdown").exit_code == 0


def test_a_judgement_that_needs_typst_says_so(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Of a document, and of the manifest of an export whose files are gone."""
    document = reports.render(CONTENT, "pdf")
    assert run("export", tmp_path, "--count", 1, "--type", "pdf").exit_code == 0
    manifest = tmp_path / "manifest.json"
    for path in (tmp_path / "pdf").iterdir():
        path.unlink()
    request.getfixturevalue("slim")
    judged = judge(document)
    assert judged.verdict == "unreadable"
    assert INSTALL.search(judged.reason)
    checked = run("check-synthetic", manifest)
    assert checked.exit_code == 1
    assert INSTALL.search(checked.output)


def test_a_server_says_once_what_is_missing(tmp_path: Path) -> None:
    """A line on standard error, as it starts; standard output keeps its line of JSON."""
    words = ["serve", "--port", "0", "--json", "--scenario", "empty", "--no-runtime-file"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", SLIM, *words], cwd=tmp_path, **pipes) as server:
        json.loads(server.stdout.readline())
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=60)
    (line,) = [each for each in errors.splitlines() if "typst" in each]
    assert "no order offers pdf, fhir, hl7v2, dicom_pdf; to add them: " in line
    assert INSTALL.search(line)
