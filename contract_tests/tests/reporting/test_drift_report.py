"""How a drift from the mock is shown and written: much of it in few lines, the whole of it in the files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from contract_tests.tests.drift.test_comparison import one_status
from contract_tests.tests.helpers.seen_run import SeenRun
from pacsimile_contract.drift.catalogue import Catalogue, bodies
from pacsimile_contract.drift.comparison import NOT_STORED, Comparison, Drift
from pacsimile_contract.errors import UsageError
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.reporting.drift_report import FILES, MOST_LINES, as_markdown, document, show, write


def drift_of(mock: SeenRun, service: SeenRun) -> Drift:
    comparison = Comparison(Catalogue(mock.exchanges), lambda exchange: True)
    for exchange in service.exchanges:
        comparison.add(exchange)
    return comparison.drift


def shown(drift: Drift, report: Path | None) -> str:
    out = io.StringIO()
    show(drift, Console(out, colour=False), report)
    return out.getvalue()


@pytest.mark.parametrize(("report", "place"), [(None, "with --report DIR"), (Path("r"), "in r/drift.md")])
def test_of_many_differences_the_first_are_shown(report: Path | None, place: str) -> None:
    """A line says where the others are; the file has all."""
    extra = {f"more_{number}": 1 for number in range(MOST_LINES + 3)}
    drift = drift_of(one_status(), one_status(**extra))
    assert f"3 more {place}" in shown(drift, report)
    assert as_markdown(drift).count("more_") == len(document(drift)["differences"]) == MOST_LINES + 3


def test_no_difference_has_no_table() -> None:
    """The line says how much was compared."""
    drift = drift_of(one_status(), one_status())
    assert "no difference in 1 call" in shown(drift, None)
    assert "|" not in as_markdown(drift)


def test_an_answer_whose_body_was_not_stored_is_compared_without_it() -> None:
    """And the reader is told."""
    service = one_status(more=1)
    service.exchanges[-1].body_was_stored = False
    drift = drift_of(one_status(), service)
    assert bodies(service.exchanges[-1]) == (None, None)
    assert drift.left_out == {NOT_STORED: 1}
    assert f"not compared, or not whole: 1 call: {NOT_STORED}" in " ".join(shown(drift, None).split())
    assert NOT_STORED in as_markdown(drift)
    assert document(drift)["differences"] == []


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With its folder."""
    drift = drift_of(one_status(), one_status())
    write(drift, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    with pytest.raises(UsageError, match=r"drift\.json cannot be written: "):
        write(drift, tmp_path / "nowhere")
