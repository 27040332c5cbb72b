"""A stored run judged again shows the credentials of each call as the run did, by their variables."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.errors import UsageError
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.target.model import Limits
from pacsimile_contract.transcript.credential_words import credential_words
from pacsimile_contract.transcript.curl import curl

AGAIN = Redactor(all_synthetic=True)


@pytest.fixture
def done(serve: Callable[..., Any], tmp_path: Path) -> RunFinished:
    """Return a run with right, forged and invented credentials; its report is in `tmp_path`."""
    target = serve(real_service.answer).target(limits=Limits(timeout=5.0), listing_allowed=True)
    return run(target, Options(requirements=("AUTH-*",), repeats=0), [ReportFolder(tmp_path / "report")])


def test_each_call_has_the_words_that_it_had(done: RunFinished, tmp_path: Path) -> None:
    """An ordinary token is not said to be invented, nor a forged one to be ordinary."""
    stored = load_run(tmp_path / "report").exchanges
    words = {one.number: credential_words(one, done.redactor) for one in done.exchanges}
    assert {number: credential_words(one, AGAIN) for number, one in stored.items()} == words
    named = {word for many in words.values() for word, _ in many}
    tokens = (f'-H "Authorization: Bearer ${one}"' for one in ("TOKEN", "FORGED_TOKEN"))
    assert {'-u "$CLIENT:$SECRET"', *tokens} < named
    ordinary = next(one for one in done.exchanges if one.operation == "getStatus")
    assert '"Authorization: Bearer $TOKEN"' in curl(stored[ordinary.number], AGAIN)


def test_a_run_of_an_earlier_version_names_no_credentials(done: RunFinished, tmp_path: Path) -> None:
    """That they are not known is said, and nothing is made up. Headers of other names were stored as they are."""
    file = tmp_path / "report" / "history.jsonl"
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for record in records:
        record.pop("credentials", None)
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    lines = "\n".join(curl(one, AGAIN) for one in load_run(file).exchanges.values())
    assert "Authorization: Bearer" not in lines.replace("-Authorization: ", "") and "-u " not in lines
    assert "# AUTHORIZATION: unknown: an earlier version stored this run without it" in lines


@pytest.mark.parametrize("wrong", [[], [["a", "b", "c"]], [["a", [1]]], "x"])
def test_damaged_credentials_are_told(done: RunFinished, tmp_path: Path, wrong: Any) -> None:
    """As any other damage of a stored run is, by its line."""
    file = tmp_path / "report" / "history.jsonl"
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    next(record for record in records if "credentials" in record)["credentials"] = wrong
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    with pytest.raises(UsageError, match="is no record of a stored run"):
        load_run(file)
