"""The published schema of scenarios says what the mock's own reader says: for editors, and for whoever writes tools."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from pacsimile_mock.config import MOST_SEED
from pacsimile_mock.faults.catalogue import EFFECTS
from pacsimile_mock.faults.matching import MEMBERS
from pacsimile_mock.faults.model import DELAYS
from pacsimile_mock.orders.lifecycle import OUTCOMES
from pacsimile_mock.seed import load as loading
from pacsimile_mock.seed import orders, patients
from pacsimile_mock.seed.build import PACES
from pacsimile_mock.seed.load import FOLDER, parse, shipped
from pacsimile_mock.seed.model import ScenarioError
from pacsimile_mock.seed.nodes import Node, compose
from pacsimile_spec import given_documents, operations
from pacsimile_spec.report_types import ORDER_TYPES
from pacsimile_spec.scopes import SCOPES
from pacsimile_spec.statuses import STATUSES

ROOT = Path(__file__).resolve().parents[3]
SCHEMA: dict[str, Any] = json.loads((FOLDER / "scenario.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
EXAMPLES = sorted(path for path in ROOT.glob("examples/**/*.yaml") if path.name != "target.yaml")


def natural(node: given_documents.Node) -> Any:
    """What an editor makes of a file: mappings, lists, and scalars of the types that they look like."""
    if node.members is not None:
        return {key.text: natural(value) for key, value in node.members}
    if node.items is not None:
        return [natural(item) for item in node.items]
    return Node("", node).plain()


def said(text: str) -> str | None:
    """What the schema says against a file; None where it fits."""
    error = best_match(VALIDATOR.iter_errors(natural(compose("mine.yaml", text).node)))
    return None if error is None else error.message


def test_the_schema_is_one() -> None:
    """Of the dialect that it names."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "path", [*(FOLDER / f"{name}.yaml" for name in shipped()), *EXAMPLES], ids=lambda path: path.stem
)
def test_every_scenario_of_ours_fits(path: Path) -> None:
    """Those shipped and those of the examples."""
    text = path.read_text(encoding="utf-8")
    assert said(text) is None
    parse(path.name, text, path.parent)


FULL = """\
summary: Everything that can be said
seed: 7
pace: realtime
organizations:
  - id: hospital
    clients: [{id: viewer, secret: s3cret, scopes: [status.read, reports.read, reports.ack]}]
orders:
  - {organization: hospital, count: 3, status: COMPLETED, created: 2h, amended: 1.5h, group: "two words"}
  - {status: COMPLETED, study_uid: 1.2.840.1, report_types: [json, pdf]}
  - {status: PROCESSING, study: label}
  - moves: {starts: 250ms, finishes: 10s, outcome: COMPLETED, amended: 1d}
    patient: {mrn: A-1, family_name: Ångström, given_name: Zoë, birth_date: 1970-01-31, sex: F}
  - moves: {starts: 1 poll, finishes: 3 polls, amended: 4 polls}
  - moves: {finishes: 3 polls, outcome: CANCELLED}
  - status: COMPLETED
    report_files: {pdf: sample.pdf, dicom_sr: sample.dcm}
faults:
  - {match: {operation: getStatus, client_id: viewer, nth: 3}, effect: {status: 503, retry_after: 2, latency_ms: 5.5}}
  - {match: {probability: 0.5, seed: 3}, effect: {lognormal: {median_ms: 20, sigma: 1}}, limit: {count: 3, seconds: 9}}
  - {effect: {truncate: {bytes: 10}}, match: {study_uid: 1.2.840.1}}
  - {effect: {truncate: true}, match: {order_id: ORD-1, every: 2}}
  - {effect: {drip: {bytes: 1, interval_ms: 5}}}
  - {effect: {token_lifetime: 10}}
  - {effect: {key_rotation: true}}
"""


def test_everything_that_can_be_said_is_taken_by_both(tmp_path: Path) -> None:
    """Each key once at least."""
    for name in ("sample.pdf", "sample.dcm"):
        (tmp_path / name).write_bytes(b"x")
    assert said(FULL) is None
    parse("full.yaml", FULL, tmp_path)


BROKEN = (
    "orders: 5",
    "colour: red",
    "seed: 1",
    "orders: []\nseed: -1",
    "orders: []\nseed: many",
    "orders: []\npace: fast",
    "orders: []\nsummary: ''",
    f"orders: []\nsummary: {'x' * 201}",
    "organizations: []",
    "organizations: [{id: a}]",
    "organizations: [{id: a b, clients: [{id: c, secret: s, scopes: [status.read]}]}]",
    "organizations: [{id: a, clients: []}]",
    "organizations: [{id: a, clients: [{id: 'c:d', secret: s, scopes: [status.read]}]}]",
    "organizations: [{id: a, clients: [{id: c, secret: s, scopes: [admin]}]}]",
    "organizations: [{id: a, clients: [{id: c, secret: s}]}]",
    "orders: [7]",
    "orders: [{}]",
    "orders: [{status: DONE}]",
    "orders: [{status: FAILED, moves: {finishes: 1s}}]",
    "orders: [{status: FAILED, colour: red}]",
    "orders: [{status: FAILED, count: 0}]",
    "orders: [{status: FAILED, count: 100001}]",
    "orders: [{status: FAILED, created: soon}]",
    "orders: [{status: FAILED, created: -5m}]",
    "orders: [{status: FAILED, amended: 5m}]",
    "orders: [{moves: {finishes: 5s}, amended: 5m}]",
    "orders: [{status: FAILED, group: ''}]",
    f"orders: [{{status: FAILED, group: {'g' * 129}}}]",
    "orders: [{status: FAILED, study: a, study_uid: 1.2.3}]",
    "orders: [{status: FAILED, study_uid: '1.02.3'}]",
    f"orders: [{{status: FAILED, study_uid: '1.{'2' * 63}'}}]",
    "orders: [{status: COMPLETED, report_types: []}]",
    "orders: [{status: COMPLETED, report_types: [csv]}]",
    "orders: [{status: COMPLETED, report_types: pdf}]",
    "orders: [{status: COMPLETED, report_files: {}}]",
    "orders: [{status: COMPLETED, report_files: {csv: a.csv}}]",
    "orders: [{status: COMPLETED, report_files: [a.pdf]}]",
    "orders: [{moves: {starts: 5s}}]",
    "orders: [{moves: {finishes: 5s, outcome: LOST}}]",
    "orders: [{moves: {finishes: 5s, outcome: FAILED, amended: 9s}}]",
    "orders: [{moves: {starts: 5s, finishes: 3 polls}}]",
    "orders: [{moves: {starts: 1 poll, finishes: 3s}}]",
    "orders: [{moves: {finishes: 0 polls}}]",
    "orders: [{moves: {finishes: 1000 polls}}]",
    "orders: [{moves: {finishes: soon}}]",
    "orders: [{moves: 5s}]",
    "orders: [{status: FAILED, patient: {mrn: A}}]",
    "orders: [{status: FAILED, patient: {mrn: A, family_name: B, given_name: C, birth_date: 1.1.1970, sex: F}}]",
    "orders: [{status: FAILED, patient: {mrn: A, family_name: B, given_name: C, birth_date: 1970-01-01, sex: W}}]",
    "orders: [{status: FAILED, patient: {mrn: A, family_name: B^C, given_name: C, birth_date: 1970-01-01, sex: F}}]",
    "orders: []\nfaults: {}",
    "orders: []\nfaults: [{}]",
    "orders: []\nfaults: [{effect: {}}]",
    "orders: []\nfaults: [{effect: {status: 200}}]",
    "orders: []\nfaults: [{effect: {status: '503'}}]",
    "orders: []\nfaults: [{effect: {status: 503, reset: true}}]",
    "orders: []\nfaults: [{effect: {malformed: false}}]",
    "orders: []\nfaults: [{effect: {reset: maybe}}]",
    "orders: []\nfaults: [{effect: {latency_ms: 5, lognormal: {median_ms: 1, sigma: 1}}}]",
    "orders: []\nfaults: [{effect: {latency_ms: 5, retry_after: 1}}]",
    "orders: []\nfaults: [{effect: {explode: true}}]",
    "orders: []\nfaults: [{effect: {malformed: true}, match: {operation: getEverything}}]",
    "orders: []\nfaults: [{effect: {malformed: true}, match: {nth: 1, every: 2}}]",
    "orders: []\nfaults: [{effect: {malformed: true}, match: {probability: 2}}]",
    "orders: []\nfaults: [{effect: {malformed: true}, limit: {count: 0}}]",
)


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_broken_is_refused_by_both(text: str) -> None:
    """An editor marks it before the mock does, which tells the place."""
    assert said(text) is not None
    with pytest.raises(ScenarioError, match=r"^mine\.yaml:[0-9]+:[0-9]+: expected "):
        parse("mine.yaml", text)


def of(name: str) -> dict[str, Any]:
    """The members of a definition."""
    members: dict[str, Any] = SCHEMA["$defs"][name]["properties"]
    return members


def test_the_schema_knows_what_the_reader_knows() -> None:
    """Keys and words: none is missing in one of the two."""
    assert tuple(SCHEMA["properties"]) == loading.KEYS
    assert tuple(of("order")) == orders.KEYS
    assert tuple(of("patient")) == patients.FIELDS
    assert tuple(of("match")) == MEMBERS
    assert set(of("effect")) == {*EFFECTS, *DELAYS, "retry_after"}
    assert SCHEMA["properties"]["pace"]["enum"] == list(PACES)
    assert SCHEMA["properties"]["seed"]["maximum"] == MOST_SEED
    assert of("order")["status"]["enum"] == list(STATUSES)
    assert of("order")["count"]["maximum"] == orders.MOST_OF_AN_ENTRY
    assert of("moves")["outcome"]["enum"] == list(OUTCOMES)
    assert of("patient")["sex"]["enum"] == list(patients.SEXES)
    assert of("client")["scopes"]["items"]["enum"] == list(SCOPES)
    assert of("match")["operation"]["enum"] == list(operations())
    assert tuple(of("order")["report_files"]["properties"]) == ORDER_TYPES
    assert set(of("order")["report_types"]["items"]["enum"]) == set(ORDER_TYPES)
