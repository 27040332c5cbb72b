"""What the file names of reports tell of patients."""

import json

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, SeenRun
from pacsimile_contract.evidence.exchange import Exchange

PATIENT = {"mrn": "SYN-00012", "family_name": "O'Hara", "birth_date": "1961-04-09"}


def fetch(run: SeenRun, token: str, name: str, order: str = "A-1", kind: str = "json", **patient: str) -> Exchange:
    """Let the report of an order be served in a file of a name."""
    content = json.dumps({"order_id": order, "report_id": f"R-{order}", "patient": {**PATIENT, **patient}}).encode()
    content += b" " if kind != "json" else b""
    headers = (("X-Order-Id", order), ("X-Report-Id", f"R-{order}"), ("Content-Disposition", f"attachment; {name}"))
    return run.ask("getResult", token, 200, headers=headers, content=content, order_id=order, report_type=kind)


@pytest.mark.parametrize(
    "name",
    [
        'filename="ohara.pdf"', "filename*=UTF-8''O%27Hara%20report.pdf", 'filename="SYN00012-R-A-1.pdf"',
        'filename="report of 1961_04_09.pdf"',
    ],
)  # fmt: skip
def test_a_file_name_that_tells_of_the_patient(name: str) -> None:
    """PROTO-1: the family name, the number or the birth date, however they are written, in one type alone."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    shown = fetch(run, anne, 'filename="R-A-1.json"')
    fetch(run, anne, 'filename="R-A-2.json"', "A-2", mrn="SYN-7", family_name="Smith", birth_date="1970-01-01")
    assert run.broken() == []
    telling = fetch(run, anne, name, kind="pdf")
    assert run.broken() == [("PROTO-1", [shown.number, telling.number])]


def test_a_file_name_of_the_report_and_common_words() -> None:
    """PROTO-1: ids of the answer may hold anything, and what most files are called is no patient's name."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    fetch(run, anne, 'filename="R-SYN00012.pdf"', "SYN00012", mrn="SYN00012")
    fetch(run, anne, 'filename="report.pdf"', family_name="Report")
    for order in ("A-2", "A-3", "A-4"):
        fetch(run, anne, 'filename="report.pdf"', order, family_name="Smith")
    fetch(run, anne, 'filename="li.pdf"', "A-5", family_name="Li")
    assert run.broken() == []
