"""The rules of json, txt, csv and PDF: what is valid breaks none, and each is broken by something."""

import io
import json
import logging
import re

import pytest

from contract_tests.tests.helpers.handmade_reports import pdf_bytes, text_of
from contract_tests.tests.helpers.handmade_structured import PATIENT, whole_json
from pacsimile_contract.rules import MOST_BREACHES, breaches, rules
from pacsimile_contract.unreadable import unreadable

NAMES = ("ordered_at", "acquired_at", "received_at", "started_at", "completed_at")
TIMES = dict.fromkeys(NAMES, "2026-03-01T10:00:00Z")
COMPLETE = {
    "procedure": {"code": "1-8", "name": "CT", "modality": "CT", "body_part": "CHEST", "laterality": None},
    "indication": "Cough.", "technique": "CT.", "radiologist": {"family_name": "A", "given_name": "B"},
    "times": TIMES,
}  # fmt: skip
JSON = whole_json(**COMPLETE)
GROUP = {
    "study_group": "g", "organization_id": "o", "created_at": "2026-03-01T10:00:00Z",
    "orders": [{"order_id": "A-1", "study_uid": "1.2.3", "status": "FAILED", "report_id": None, "report_status": None,
                "impression": None}],
}  # fmt: skip
CSV = b'order_id,status,impression\r\nA-1,COMPLETED,"Nodule, ""10"" mm\r\nbenign."\r\nA-2,FAILED,\r\n'
PDF = pdf_bytes(text_of())


def group_with(**more: object) -> bytes:
    """Return the json report of a group whose order failed, with other members of that order."""
    (order,) = GROUP["orders"]
    return json.dumps({**GROUP, "orders": [{**order, **more}]}).encode()


def of_bytes(kind: str, body: bytes, *, of_group: bool = False) -> set[str]:
    """Return the rules that bytes break."""
    return {one.rule for one in breaches(kind, body, of_group=of_group)}


def without_password() -> bytes:
    """Return a PDF that asks for a password."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


BROKEN = [
    ("json", "JSON-1", JSON[:-1]),
    ("json", "JSON-1", JSON.decode().encode("utf-16")),
    ("json", "JSON-1", JSON[:-1] + b', "impression": "Another."}'),
    ("json", "JSON-1", JSON.replace(b"230.5", b"NaN")),
    ("json", "JSON-1", b"[]"),
    ("json", "JSON-1", b'{"a":' * 100_000),
    ("json", "JSON-2", whole_json(**{**COMPLETE, "findings": "One text."})),
    ("json", "JSON-2", whole_json(**{**COMPLETE, "patient": {**PATIENT, "birth_date": "1961-02-30"}})),
    ("json", "JSON-2", whole_json(**{**COMPLETE, "patient": {**PATIENT, "sex": "female"}})),
    ("json", "JSON-2", whole_json(**{**COMPLETE, "times": dict.fromkeys(NAMES, "2026-03-01 10:00")})),
    ("json", "JSON-2", whole_json()),
    ("json", "JSON-3", whole_json(**{**COMPLETE, "times": {**TIMES, "acquired_at": "2026-03-01T10:00:00.001Z"}})),
    ("json", "JSON-3", whole_json(**{**COMPLETE, "times": {**TIMES, "completed_at": "2026-03-01T10:30:00+01:00"}})),
    ("txt", "TXT-1", "Åse".encode("latin-1")),
    ("txt", "TXT-2", b"A\0B"),
    ("txt", "TXT-2", b"\x1b[31mred"),
    ("txt", "TXT-2", "A\u0085B".encode()),
    ("txt", "TXT-3", b" \n"),
    ("csv", "CSV-1", "name,Åse\r\n".encode("latin-1")),
    ("csv", "CSV-2", b'a,b\r\n1,x"y\r\n'),
    ("csv", "CSV-2", b'a,b\r\n1,"x\r\n'),
    ("csv", "CSV-3", b"order_id,order_id\r\n1,2\r\n"),
    ("csv", "CSV-3", b"order_id,\r\n1,2\r\n"),
    ("csv", "CSV-3", b"A-1,1.2.3\r\nA-2,1.2.4\r\n"),
    ("csv", "CSV-3", b""),
    ("csv", "CSV-4", CSV + b"A-3,FAILED\r\n"),
    ("csv", "CSV-4", CSV.replace(b"A-2,", b"A-2,x,")),
    ("csv", "CSV-5", CSV.replace(b"\r\n", b"\n")),
    ("csv", "CSV-6", CSV.replace(b"A-2,FAILED,", b"A-2,FAILED,Benign.")),
    ("csv", "CSV-6", b"status,order_id,report_id\r\nCANCELLED,A-1,R-1\r\n"),
    ("pdf", "PDF-1", PDF.replace(b"%PDF-", b"%FDP-")),
    ("pdf", "PDF-1", PDF[:-7]),
    ("pdf", "PDF-1", PDF[: len(PDF) // 2]),
    ("pdf", "PDF-2", re.sub(rb"startxref\n\d+", b"startxref\n3", PDF)),
    ("pdf", "PDF-2", PDF.replace(b"/Root 1 0 R", b"/Root 9 0 R")),
    ("pdf", "PDF-2", PDF.replace(b"/Type /Pages /Kids [4 0 R] /Count 1", b"/Type /Pages /Kids []      /Count 0")),
    ("pdf", "PDF-2", b"%PDF-1.7\nand no more %%EOF"),
    ("pdf", "PDF-3", without_password()),
    ("pdf", "PDF-4", pdf_bytes("")),
]


@pytest.mark.parametrize(("kind", "rule", "body"), BROKEN)
def test_a_broken_rule_is_seen(kind: str, rule: str, body: bytes) -> None:
    """RESULTS-8: that rule, whatever else is found."""
    assert rule in of_bytes(kind, body)


def test_each_rule_is_broken_by_something() -> None:
    """RESULTS-8: no rule is for show."""
    of_groups = {"json": {"JSON-4"}}
    for kind in ("json", "txt", "csv", "pdf"):
        broken = {rule for one, rule, _ in BROKEN if one == kind}
        assert broken | of_groups.get(kind, set()) == set(rules()[kind].words)


@pytest.mark.parametrize("name", ["report_id", "report_status", "impression", "completed_at"])
def test_an_order_that_failed_has_nothing_of_a_report(name: str) -> None:
    """RESULTS-8: its id, its status and its words are null in the json of a group."""
    values = {"report_status": "final", "completed_at": "2026-03-01T10:00:00Z"}
    assert of_bytes("json", group_with(**{name: values.get(name, "R-1")}), of_group=True) == {"JSON-4"}
    assert of_bytes("json", group_with(status="COMPLETED", **{name: values.get(name, "R-1")}), of_group=True) == set()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("json", JSON),
        ("json", whole_json(**COMPLETE, further={"anything": [None, ""]})),
        ("txt", b"\xef\xbb\xbfTab\tpage\x0cbreak\r\n"),
        ("txt", "Åse, 山田, \u200bα".encode()),
        ("csv", CSV),
        ("csv", CSV.removesuffix(b"\r\n")),
        ("csv", b"order_id,status\r\n"),
        ("csv", b'"order_id","status 2"\r\n"A-1",\r\n'),
        ("pdf", PDF),
        ("pdf", b"junk before it\n" + PDF + b"\r\n\0 "),
    ],
)
def test_what_is_valid_breaks_no_rule(kind: str, body: bytes) -> None:
    """RESULTS-8: nothing beyond the list is judged."""
    assert breaches(kind, body) == []


def test_a_groups_json_has_a_schema_of_its_own() -> None:
    """RESULTS-8: GroupJsonReport."""
    assert of_bytes("json", json.dumps(GROUP).encode(), of_group=True) == set()
    assert of_bytes("json", json.dumps({**GROUP, "orders": []}).encode(), of_group=True) == {"JSON-2"}
    assert of_bytes("json", JSON, of_group=True) == {"JSON-2"}


def test_no_more_breaches_are_told_than_help() -> None:
    """RESULTS-8: of a thousand alike the first few."""
    assert len(breaches("txt", b"\x01" * 1000)) == MOST_BREACHES


def test_what_the_library_remarks_on_is_no_breach() -> None:
    """RESULTS-8: pypdf warns of an object that is not where the table has it, and reads on."""
    shifted = PDF.replace(b"/Helvetica /Encoding", b"/Helvetica  /Encoding", 1)
    assert of_bytes("pdf", shifted) <= {"PDF-2"}
    table = PDF.index(b"xref\n0")
    odd = PDF[:table] + re.sub(rb"0000000000 65535 f ", b"0000000009 65535 f ", PDF[table:])
    assert of_bytes("pdf", odd) == set()
    before = logging.getLogger("pypdf").level
    assert all(one.startswith("pypdf remarks: ") for one in rules()["pdf"].remarks(odd))
    assert rules()["pdf"].remarks(b"%PDF-") == rules()["txt"].remarks(b"") == []
    assert logging.getLogger("pypdf").level == before


def test_a_value_that_a_dialect_does_not_have_is_shown_as_on_the_wire() -> None:
    """Not as what stands for it while it is judged."""
    document = json.loads(JSON)
    document["times"]["ordered_at"] = unreadable("legacy (`times: epoch_ms`)", 1795929002)
    (breach,) = breaches("json", json.dumps(document).encode(), of_group=False)
    assert breach.what == "is not how the dialect legacy (`times: epoch_ms`) spells it"
    assert breach.value == "1795929002"
