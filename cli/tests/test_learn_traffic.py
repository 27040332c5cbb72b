"""`pacsimile learn --har`: what the traffic of a working client says of a dialect, and what is never written."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.tests.helpers.vendor_traffic import working_day
from contract_tests.tests.helpers.learned import differing, score
from pacsimile.learn import command
from pacsimile_spec.dialects import load_dialect

MADE_UP = Path(__file__).parents[2] / "contract_tests" / "tests" / "learn" / "dialects"


def learned(tmp_path, archive):
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(archive), "utf-8")
    result = CliRunner().invoke(command, ["--har", str(path)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(("name", "share"), [("identity", 1.0), ("camel", 1.0), ("legacy", 0.9), ("german.yaml", 0.9)])
def test_a_dialect_is_learned_from_traffic(tmp_path, name, share):
    """Most lines are right; none is wrong that is not marked, and none is missing that is not asked."""
    dialect = str(MADE_UP / name) if name.endswith(".yaml") else name
    true = load_dialect(dialect)
    outcomes = score(true, learned(tmp_path, working_day(dialect)))
    right = sum(outcome.startswith("right") for outcome in outcomes.values())
    assert right >= share * len(differing(true)), outcomes
    assert not {"wrong-sure", "missing-silent"} & set(outcomes.values()), outcomes


def test_no_secret_no_patient_and_no_identifier_is_written(tmp_path):
    """Of all values in the traffic, the file has words, names and numbers of the contract alone."""
    archive = working_day("legacy")
    text = learned(tmp_path, archive)
    for entry in archive["log"]["entries"]:
        for value in _identifying(entry):
            assert value not in text, value


def _identifying(entry):
    """Yield the credentials, identifiers and names of people in a call."""
    for header in entry["request"]["headers"]:
        if header["name"] == "Authorization":
            yield header["value"].split()[1]
    content = entry["response"]["content"]
    if "json" in content.get("mimeType", "") and content.get("text"):
        yield from _texts(json.loads(content["text"]))


def _texts(document, name=""):
    if isinstance(document, dict):
        for key, inside in document.items():
            yield from _texts(inside, key)
    elif isinstance(document, list):
        for inside in document:
            yield from _texts(inside, name)
    elif isinstance(document, str) and name in NAMES:
        yield document


NAMES = {
    "access_token", "order_id", "study_uid", "study_group", "report_id", "organization_id", "order_ids", "mrn",
    "family_name", "given_name", "birth_date", "accession_number", "impression", "findings", "indication",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "neither YAML nor JSON"),
        ("[]", "expected an HTTP archive"),
        ('{"log": {"entries": 5}}', "expected an HTTP archive"),
        ('{"log": {"entries": []}}', "no call in it has an answer"),
        (
            '{"log": {"entries": [5, {"request": 7}, {"request": {"url": "x", "method": "GET"}, "response": {}}]}}',
            "no call",
        ),
    ],
)
def test_an_archive_that_cannot_be_used_is_told_in_one_line(tmp_path, text, problem):
    path = tmp_path / "bad.har"
    path.write_text(text)
    result = CliRunner().invoke(command, ["--har", str(path)])
    assert result.exit_code == 2
    assert problem in result.stderr
    assert result.stderr.count("\n") == 1


def test_odd_entries_are_passed_over(tmp_path):
    archive = working_day("camel")
    odd = [
        {"request": {"url": "http://[", "method": "GET"}, "response": {"status": 200}},
        {
            "request": {"url": "ht tp:/x", "method": "G"},
            "response": {"status": 200, "content": {"size": 3}, "headers": 5},
        },
        {
            "request": {"url": "/a?%ff=%", "method": "POST", "postData": {"params": [5, {}]}},
            "response": {"status": 404},
        },
    ]
    plain = learned(tmp_path, archive)
    archive["log"]["entries"] += odd
    assert [line for line in plain.splitlines() if "sure: " in line] == [
        line for line in learned(tmp_path, archive).splitlines() if "sure: " in line
    ]


def test_names_and_ids_are_not_taken_for_words_or_members(tmp_path):
    """Answers keyed by an id, people's names near a status, an organization in each call: none is written."""
    entries = []
    for number, person in enumerate(("Ruiz", "Ng", "Weber", "Ito")):
        order = f"A{number}77120931"
        answer = {order: {"status": "done"}, "info": {"stat_person": person, "orderNumber": order, "percent": 5}}
        entries.append(
            {
                "request": {
                    "method": "GET",
                    "url": f"https://vendor.example/orders/{order}/status?tenant=stjohns&v=2025-06",
                    "headers": [{"name": "Authorization", "value": "Bearer s3cret"}],
                },
                "response": {
                    "status": 200,
                    "headers": [{"name": "Content-Type", "value": "application/json"}],
                    "content": {"mimeType": "application/json", "text": json.dumps(answer)},
                },
            }
        )
    text = learned(tmp_path, {"log": {"entries": entries}})
    assert "/info/orderNumber" in text
    for datum in ("77120931", "Ruiz", "Ng", "Weber", "Ito", "stjohns", "s3cret"):
        assert not re.search(rf"\b{datum}", text), (datum, text)
