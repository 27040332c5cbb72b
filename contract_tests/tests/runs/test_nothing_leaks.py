"""No secret and nothing of a real patient or order in anything that is written, crashes included."""

import io
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.findings import registry
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.terminal import Terminal
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.target.model import Limits, Target

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
LEAVES = Limits(timeout=10.0)


def real_target(serve: Start) -> Target:
    """Return the real service as a target that may be listed."""
    target: Target = serve(real_service.answer).target(listing_allowed=True, limits=LEAVES, hostile_input=True)
    return target


@pytest.fixture
def real(serve: Start) -> Target:
    """Return the real service, started for one test."""
    return real_target(serve)


def written(target: Target, folder: Path, **options: Any) -> dict[str, str]:
    """Run, and return all that was written: each file of the report folder, and the terminal's lines."""
    out = io.StringIO()
    with redirect_stdout(out):
        done = run(
            target,
            Options(report=folder, **options),
            [Terminal(Console(out, colour=True), verbose=True), ReportFolder(folder)],
        )
    assert done.requests > 20
    found = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}
    return {**found, "terminal": out.getvalue()}


@dataclass(frozen=True)
class Judged:
    """A run of level `standard`: its report folder, what was written there, and the folder that was home meanwhile."""

    folder: Path
    texts: dict[str, str]
    elsewhere: Path


@pytest.fixture(scope="module")
def judged(serve_all: Start, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Judge the real service once, for all who read what that run wrote."""
    folder, elsewhere = tmp_path_factory.mktemp("report"), tmp_path_factory.mktemp("elsewhere")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(elsewhere)
        monkeypatch.setenv("HOME", str(elsewhere))
        monkeypatch.setenv("TMPDIR", str(elsewhere))
        return Judged(folder, written(real_target(serve_all), folder, level="standard"), elsewhere)


def test_what_a_real_service_says_at_level_smoke_is_not_written(real: Target, tmp_path: Path) -> None:
    """Every file but those in private/, and the terminal: no token, secret, identifier or patient."""
    assert_nothing_leaks(written(real, tmp_path, level="smoke"))


def test_what_a_real_service_says_is_not_written(judged: Judged) -> None:
    """The same of the level that runs without a word."""
    assert_nothing_leaks(judged.texts)


def assert_nothing_leaks(found: dict[str, str]) -> None:
    """Look for what the service said in all files but the private ones."""
    assert {"history.jsonl", "report.json", "junit.xml"} <= set(found)
    assert {name: real_service.leaks(text) for name, text in found.items() if not name.startswith("private/")} == {
        name: [] for name in found if not name.startswith("private/")
    }


def test_real_identifiers_lie_in_a_private_file(judged: Judged) -> None:
    """By the names that the curl lines use, readable by their owner alone; never a token or a patient."""
    found = judged.texts
    path = judged.folder / "private" / "identifiers.env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = found["private/identifiers.env"]
    named = {name for name, order in re.findall(r"(ORDER_[0-9]+)=(\S+)", text) if order in real_service.ORDERS}
    assert named
    assert any(f"${name}" in found["report.json"] for name in named)
    patient = {*real_service.PATIENT.values(), real_service.TOKEN, "the-secret-of-client-1"} - {"F"}
    assert not [one for one in patient if one in text]


def test_identifiers_are_shared_where_the_operator_says_so(real: Target, tmp_path: Path) -> None:
    """In curl lines, evidence and history, ready to be looked up; no secret, no token, no patient all the same."""
    found = written(real, tmp_path, share_identifiers=True)
    order = next(one for one in real_service.ORDERS if one in found["report.json"])
    assert f"order_id={order}" in found["report.json"]
    assert order in found["history.jsonl"]
    assert "$ORDER" not in found["report.json"]
    assert "private/identifiers.env" not in found
    hidden = {*real_service.PATIENT.values(), real_service.TOKEN, "the-secret-of-client-1"} - {"F"}
    assert [(name, one) for name, text in found.items() for one in hidden if one in text] == []


def test_nothing_is_written_outside_the_report_folder(
    judged: Judged, real: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not into the working folder either, and without a report folder nothing at all."""
    monkeypatch.chdir(judged.elsewhere)
    monkeypatch.setenv("HOME", str(judged.elsewhere))
    monkeypatch.setenv("TMPDIR", str(judged.elsewhere))
    run(real, Options(level="smoke"))
    assert list(judged.elsewhere.iterdir()) == []


@pytest.fixture
def crashing() -> Iterator[None]:
    """Register a scenario and a checker that end in exceptions whose text holds what the service said."""

    @registry.checker("STATUS-1", "crashing")
    def crashes(story: Story) -> Iterator[Part]:
        raise ValueError(story.last("seen").body.decode())

    @registry.checker("STATUS-1", "silent")
    def is_silent(story: Story) -> Iterator[Part]:
        yield from ()

    @registry.scenario(crashes, is_silent)
    def shows(session: Any) -> None:
        order = next(iter(real_service.ORDERS))
        session.call("getResult", "seen", order_id=order, report_type="json")
        raise KeyError(session.story.last("seen").json["patient"]["family_name"])

    known = registry.scenarios()
    registry.parts_of.cache_clear()
    yield
    registry._REGISTRY.scenarios[:] = [one for one in known if one.play is not shows]
    del registry._REGISTRY.checkers["STATUS-1", "crashes"], registry._REGISTRY.checkers["STATUS-1", "is_silent"]
    registry.parts_of.cache_clear()


@pytest.mark.usefixtures("crashing")
def test_a_crash_shows_its_place_and_nothing_else(real: Target, tmp_path: Path) -> None:
    """A fault of ours is an ERROR with type and line, never with what the service said."""
    found = written(real, tmp_path, requirements=("STATUS-1", "AUTH-*"))
    assert "the scenario test_nothing_leaks.shows failed: KeyError (test_nothing_leaks.py:" in found["report.json"]
    assert "the checker crashes failed: ValueError (test_nothing_leaks.py:" in found["report.json"]
    assert [name for name, text in found.items() if not name.startswith("private/") and real_service.leaks(text)] == []


def test_salted_hashes_compare_between_nights(real: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With PACSIMILE_SALT an order has the same hash in both runs, without it another one."""

    def hashes(name: str) -> set[str]:
        return set(re.findall(r"order:[0-9a-f]{12}", written(real, tmp_path / name, level="smoke")["history.jsonl"]))

    monkeypatch.setenv("PACSIMILE_SALT", "winter")
    first, second = hashes("a"), hashes("b")
    monkeypatch.delenv("PACSIMILE_SALT")
    assert first == second
    assert not first & hashes("c")


def test_replay_sees_a_secret_that_was_repeated(serve: Start, tmp_path: Path) -> None:
    """SEC-5: all secrets look alike in what is stored, so that which was repeated is stored beside it."""

    def repeating(method: str, path: str, body: bytes) -> Any:
        if "/token" in path:
            return real_service.answer(method, path, body)
        return real_service.problem(401, f"no-{real_service.TOKEN}")

    target = serve(repeating).target(listing_allowed=True)
    done = run(target, Options(requirements=("SEC-5", "AUTH-9", "STATUS-4"), report=tmp_path), [ReportFolder(tmp_path)])
    again = replay(load_run(tmp_path))
    for one in (done, again):
        judged = next(part for row in one.judgements for part in row.parts if part.check == "SEC-5/credentials")
        assert (judged.verdict, judged.evidence[0].note) == (
            Verdict.FAIL,
            "expected an answer without the token sent; got repeats the token sent",
        )
    assert real_service.TOKEN not in (tmp_path / "history.jsonl").read_text("utf-8")
