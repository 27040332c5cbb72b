"""The published schema of report.json: what is written keeps it, and what others' scripts rely on is in it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pacsimile_contract.reporting import report_json
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Limits, Target

SCHEMA = json.loads(Path(report_json.__file__).with_name("report.schema.json").read_text("utf-8"))


def written(target: Target, folder: Path, *wanted: str) -> dict[str, Any]:
    """Run some requirements and read the report."""
    run(target, Options(requirements=wanted), [ReportJson(folder)])
    report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return report


def described(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule with its reference followed."""
    return SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else rule


def unknown(value: Any, rule: dict[str, Any], place: str = "") -> Iterator[str]:
    """Yield each member of a report that the schema does not describe."""
    rule = described(rule)
    if isinstance(value, dict):
        for name, member in value.items():
            if name in rule.get("properties", {}):
                yield from unknown(member, rule["properties"][name], f"{place}/{name}")
            elif "additionalProperties" not in rule:
                yield f"{place}/{name}"
    elif isinstance(value, list):
        for member in value:
            yield from unknown(member, rule["items"], place)


def test_the_schema_is_one() -> None:
    """By the meta-schema of its own dialect."""
    Draft202012Validator.check_schema(SCHEMA)


def test_the_report_of_a_correct_server_keeps_it(small_target: Target, tmp_path: Path) -> None:
    """With parts that passed, that were left open and that do not apply; and every member is described."""
    report = written(small_target, tmp_path, "AUTH-*", "PROTO-1", "SEC-*")
    Draft202012Validator(SCHEMA).validate(report)
    verdicts = {part["verdict"] for one in report["verdicts"] for part in one["parts"]}
    assert {"PASS", "N/A"} <= verdicts
    assert list(unknown(report, SCHEMA)) == []


def test_the_report_of_a_wrong_server_keeps_it(serve: Callable[..., Any], tmp_path: Path) -> None:
    """With parts that failed, by fact and by form, that warn, and that ended in an error."""
    token = json.dumps(
        {"access_token": "t0ken-t0ken", "token_type": "bearer", "expires_in": 3600, "refresh_token": "r"}
    )
    said = (200, {"Content-Type": "application/json"}, token.encode())
    nothing = (404, {}, b'{"type": "urn:pacsimile:problem:order-not-found"}')  # else it looks like a wrong base_url
    server = serve(lambda method, path, body: said if "/token" in path else nothing)
    report = written(server.target(limits=Limits(timeout=1.0)), tmp_path, "AUTH-*", "PROTO-*")
    Draft202012Validator(SCHEMA).validate(report)
    parts = [part for one in report["verdicts"] for part in one["parts"]]
    assert {"FAIL", "WARN", "NOT-EXERCISED"} <= {one["verdict"] for one in parts}
    assert {"fact", "form", None} == {one["kind"] for one in parts}
    assert list(unknown(report, SCHEMA)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report.pop("versions"),
        lambda report: report.update(exit_status="0"),
        lambda report: report["verdicts"].clear(),
        lambda report: report["verdicts"][0].update(verdict="OK"),
        lambda report: report["verdicts"][0]["parts"][0].update(check="token"),
        lambda report: report["verdicts"][0]["parts"][0].update(verdict="FAIL"),
        lambda report: report["verdicts"][0]["parts"][0]["evidence"][0].pop("note"),
    ],
)
def test_what_is_no_report_does_not_keep_it(
    small_target: Target, tmp_path: Path, spoil: Callable[[dict[str, Any]], object]
) -> None:
    """Missing members, other types, unknown words, a failure of no kind."""
    report = written(small_target, tmp_path, "AUTH-1")
    Draft202012Validator(SCHEMA).validate(report)
    spoil(report)
    assert not Draft202012Validator(SCHEMA).is_valid(report)
