"""The shipped dialects end to end: a mock that speaks each is judged by the contract, and nothing is broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.target.dialects import given_dialect, stored_dialect
from pacsimile_contract.target.model import Target
from pacsimile_mock.testing.server import Server
from pacsimile_spec.dialects.reading import shipped_text

QUEUE = ("BATCH-8", "BATCH-9")
"""Beside a short run: what an acknowledgement without an answer did is seen in the next listing."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Start a mock."""
    with Server() as started:
        yield started


@contextmanager
def world_of(server: Server, **more: Any) -> Iterator[Target]:
    """Make a world of a mock."""
    mock = Mock(server.url, server.line["control_token"])
    with closing(mock), mock.world(scenario="empty", pace="manual", **more) as target:
        yield target


def judged(server: Server, name: str | None, options: Options, *listeners: Any) -> Any:
    """Judge a world that speaks a dialect."""
    given = None if name is None else given_dialect(name)
    with world_of(server, dialect=given) as target:
        return run(target, options, listeners)


def broken(done: Any) -> list[str]:
    """Return what failed, and was left open for another reason than the level."""
    return [
        f"{part.check}: {part.evidence[0].note if part.evidence else ''}"
        for judgement in done.judgements
        for part in judgement.parts
        if part.verdict in (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
    ]


@pytest.mark.parametrize("name", ["camel", "legacy", "minimal"])
def test_a_mock_that_speaks_a_dialect_passes(server: Server, name: str, tmp_path: Path) -> None:
    """By each requirement of a short run; what its stored run is judged by again says the same."""
    done = judged(server, name, Options(level="smoke"), ReportFolder(tmp_path))
    assert broken(done) == []
    assert done.exit_status == 0, done.notes
    stored = load_run(tmp_path)
    assert stored.dialect is not None
    again = replay(stored)
    verdicts = {judgement.requirement.id: judgement.verdict for judgement in again.judgements}
    assert {judgement.requirement.id: judgement.verdict for judgement in done.judgements} == verdicts
    page = (tmp_path / "report.html").read_text("utf-8")
    assert f"{name} (SHA-256 {stored.dialect.digest})" in page


def test_an_acknowledgement_without_an_answer_is_judged_by_the_next_listing(server: Server) -> None:
    """Parts that only its answer shows are N/A, with the line of the dialect."""
    done = judged(server, "legacy", Options(requirements=QUEUE))
    assert broken(done) == []
    parts = {part.check: part for judgement in done.judgements for part in judgement.parts}
    assert parts["BATCH-8/nothing-else"].verdict is parts["BATCH-9/own-listing"].verdict is Verdict.PASS
    assert parts["BATCH-8/answer"].verdict is Verdict.NOT_APPLICABLE
    assert parts["BATCH-8/answer"].evidence[0].note == "the dialect legacy says `acknowledgement: {answer: null}`"


def test_a_service_without_json_is_asked_for_a_type_that_it_has(server: Server, tmp_path: Path) -> None:
    """It may refuse any other, so that an order on its way shows only with one of its own."""
    file = tmp_path / "vendor.yaml"
    file.write_text("name: vendor\nreport_types: [pdf, hl7v2]\n", "utf-8")
    done = judged(server, str(file), Options(requirements=("RESULTS-4",)))
    assert broken(done) == []


def test_a_mock_that_speaks_another_dialect_fails(server: Server) -> None:
    """A word of the contract is none of the dialect: with one line, and not with a failure of each requirement."""
    with world_of(server) as target:
        done = run(replace(target, dialect=given_dialect("camel")), Options(requirements=("STATUS-1", "STATUS-2")))
    assert done.exit_status in (1, 4)


def test_a_name_that_the_service_refuses_is_told_first(server: Server) -> None:
    """It is asked for an order that exists, and the run goes on."""
    text = shipped_text("legacy").replace("order_id: order\n", "order_id: auftrag\n")
    with world_of(server, dialect=given_dialect("legacy")) as target:
        wrong = replace(target, dialect=stored_dialect(text, "wrong.yaml"), world_of_its_own=False)
        done = run(wrong, Options(requirements=("STATUS-2",)))
    assert done.diagnosis == "wrong.yaml:14: parameters.order_id: auftrag: each call with it is refused (400)"
    assert done.diagnosis in done.notes
    assert (
        next(judgement.verdict for judgement in done.judgements if judgement.requirement.id == "STATUS-2")
        is Verdict.PASS
    )


def test_the_identity_is_never_respelled(server: Server) -> None:
    """No exchange has another form on the wire."""
    done = judged(server, None, Options(requirements=("STATUS-1",)))
    assert done.exchanges
    assert all(exchange.respelled is None and exchange.sent is exchange.request for exchange in done.exchanges)


def test_a_server_that_speaks_a_dialect_is_judged_by_it() -> None:
    """A shipped one is known by its name."""
    with Server("--dialect", "legacy") as started, world_of(started) as target:
        assert target.dialect is not None
        assert target.dialect.dialect.name == "legacy"


def test_a_file_that_only_the_server_knows_is_asked_for(tmp_path: Path) -> None:
    """Its world tells the name alone."""
    (tmp_path / "vendor.yaml").write_text("name: vendor\ntimes: epoch_s\n", "utf-8")
    with Server("--dialect", str(tmp_path / "vendor.yaml")) as started:
        words = "speaks the dialect vendor; name the file of that with --dialect"
        with pytest.raises(UsageError, match=words), world_of(started):
            pass
        with world_of(started, dialect=given_dialect("vendor.yaml", tmp_path)) as target:
            assert target.dialect is not None
