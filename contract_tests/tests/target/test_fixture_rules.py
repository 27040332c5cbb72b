"""Fixtures of a target file are checked as it is read: by file and line, with what was expected and what was meant."""

import json
from pathlib import Path

import pytest

from pacsimile_contract.errors import TargetFileError
from pacsimile_contract.runner.inventory import KNOWABLE
from pacsimile_contract.target.checked_yaml import schema
from pacsimile_contract.target.fixture_rules import lines_of_schema
from pacsimile_contract.target.model import Target
from pacsimile_contract.target.reading import load_target
from pacsimile_contract.target.suggestions import suggestion

HEAD = """\
base_url: https://api.staging.example
oauth2_endpoint: https://auth.staging.example/oauth2
organization_id: org-a
clients:
  primary: {id: ID, secret: SECRET}
  other_org: {id: OTHER, secret: SECRET, organization_id: org-b}
states:
  fixtures:
"""
GROUP = """\
    study_group:
      statuses: [COMPLETED,
        RUNNING]
      study_group: trial 7
      order_ids: [O-1, O-2]
"""
ORDER = "{status: COMPLETED, order_id: ORD-1, study_uid: 1.2.3}"


def load(folder: Path, fixtures: str) -> Target:
    """Load a target file with these fixtures."""
    file = folder / "staging.yaml"
    file.write_text(f"{HEAD}{fixtures}", "utf-8")
    return load_target(file, {"ID": "a", "OTHER": "b", "SECRET": "c"})


def test_each_state_that_an_operator_may_know_can_be_given(tmp_path: Path) -> None:
    """As `docs/states.md` has them, and with an organization."""
    target = load(
        tmp_path,
        f"""\
    order_in_status: [{ORDER}, {{status: FAILED, order_id: 4712, study_uid: 1.2, organization_id: org-b}}]
    study_with_orders: {{statuses: [COMPLETED, FAILED], study_uid: 1.2.4, order_ids: [O-1, O-2]}}
    study_group: {{statuses: [COMPLETED], study_group: trial 7, order_ids: [O-1]}}
    other_organization: {{organization_id: org-b, order_id: O-3, study_uid: 1.2.5, report_id: R-3}}
    study_shared_between_organizations:
      {{statuses: [COMPLETED, COMPLETED], study_uid: 1.2.6, order_id: O-4, other_order_id: O-5,
       other_organization_id: org-b}}
""",
    )
    assert target.states.fixtures["order_in_status"][1]["order_id"] == "4712"


@pytest.mark.parametrize(
    ("fixtures", "line", "words"),
    [
        (
            f"    order_in_state: {ORDER}\n",
            9,
            "states.fixtures.order_in_state: unknown key; expected one of order_in_st",
        ),
        (f"    order_in_state: {ORDER}\n", 9, "; did you mean 'order_in_status'?"),
        (f"    order_in_status: {ORDER.replace('COMPLETED', 'DONE')}\n", 9, "got \"DONE\"; did you mean 'COMPLETED'?"),
        (f"    order_in_status: {ORDER.replace('COMPLETED', 'completed')}\n", 9, "did you mean 'COMPLETED'?"),
        (
            f"    order_in_status:\n      - {ORDER.replace('status', 'state')}\n",
            10,
            "order_in_status.0.state: unknown key;",
        ),
        (f"    order_in_status: {ORDER.replace('status', 'state')}\n", 9, "did you mean 'status'?"),
        ("    order_in_status: {status: COMPLETED, order_id: O-1}\n", 9, "lacks study_uid; expected status, order_id,"),
        ("    order_in_status: [O-1]\n", 9, 'expected a mapping of status, order_id, study_uid; got "O-1"'),
        (f"    order_in_status: {ORDER.replace('ORD-1', 'ORD_1')}\n", 9, "expected an order's id, 1 to 64 of"),
        (
            "    order_in_status: {status: COMPLETED, order_id: 1.2.3, study_uid: ORD-1}\n",
            9,
            'got "1.2.3": this looks like a study\'s UID; are the two swapped?',
        ),
        (f"    order_in_status: {ORDER.replace('1.2.3', 'ORD-2')}\n", 9, "this looks like an order's id; are the two"),
        (
            "    study_with_orders: {statuses: [COMPLETED], study_uid: 1.2.3, order_ids: [O-1, O-2]}\n",
            9,
            "order_ids: expected as many as statuses, 1; got 2",
        ),
        ("    study_group: {statuses: COMPLETED, study_group: G, order_ids: [O-1]}\n", 9, "expected a list of one of"),
        (
            GROUP,
            11,
            'FAILED, CANCELLED; got "RUNNING"; did you mean \'P',
        ),
        (
            "    other_organization: {organization_id: org-a, order_id: O-3, study_uid: 1.2.5, report_id: R-3}\n",
            9,
            'expected that of `clients: other_org`; got "org-a"',
        ),
        (f"    order_in_status: {ORDER[:-1]}, organization_id: org-c}}\n", 9, "expected that of one of the clients"),
    ],
)
def test_a_fixture_that_no_check_can_use_is_refused(tmp_path: Path, fixtures: str, line: int, words: str) -> None:
    """By its line; nothing is asked."""
    with pytest.raises(TargetFileError) as caught:
        load(tmp_path, fixtures)
    assert str(caught.value).startswith(f"{tmp_path / 'staging.yaml'}:{line}: ")
    assert words in str(caught.value)


def test_the_schema_knows_the_same_states() -> None:
    """Editors complete by it; and an inventory asks for no other."""
    known = schema("target.schema.json")["properties"]["states"]["properties"]["fixtures"]["properties"]
    assert known == {state: {"description": words} for state, words in lines_of_schema()}
    assert set(known) == set(KNOWABLE)
    assert json.dumps(known)


def test_what_is_meant_is_never_a_guess_from_afar() -> None:
    """A word that resembles none is told no other."""
    assert suggestion("base_ur", ("base_url", "profile")) == "; did you mean 'base_url'?"
    assert suggestion("tea", ("COMPLETED", "FAILED")) == ""
