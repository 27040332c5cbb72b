"""An order's report as an HL7 2.5.1 message: one ORU^R01 in UTF-8, written by hand."""

from datetime import datetime

from small_server.clock import rfc3339
from small_server.content import BANNER, PROCEDURE, RADIOLOGIST, Patient, Reading
from small_server.orders import Version

_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})
_SIDES = {"left": "7771000^Left^SCT", "right": "24028007^Right^SCT"}


def write_hl7v2(version: Version, patient: Patient, reading: Reading) -> bytes:
    """Return the message. Each segment ends with a carriage return (docs/formats/hl7v2.md has the fields)."""
    order, status = version.order, "C" if version.number > 1 else "F"
    completed = _time(rfc3339(version.completed_at, version.offset))
    procedure = f"{PROCEDURE['code']}^{_text(str(PROCEDURE['name']))}^LN"
    name = f"{_text(patient.family_name)}^{_text(patient.given_name)}"
    read_by = f"^{_text(RADIOLOGIST['family_name'])}^{_text(RADIOLOGIST['given_name'])}"
    numbers = f"{order.order_id}|{reading.accession_number}"
    born = patient.birth_date.replace("-", "")
    control_id = f"{version.number}-{order.order_id[-16:]}"
    segments = [
        rf"MSH|^~\&|SMALL|DOCS|||{completed}||ORU^R01^ORU_R01|{control_id}|T|2.5.1||||||UNICODE UTF-8",
        f"PID|1||{patient.mrn}^^^SMALL^MR||{name}||{born}|{patient.sex}",
        f"NTE|1|L|{BANNER}",
        f"ORC|RE|{numbers}",
        f"OBR|1|{numbers}|{procedure}|||{completed}||||||Follow-up.|||||||||{completed}||CT|{status}|||||||{read_by}",
    ]
    return "".join(f"{line}\r" for line in [*segments, *_observations(version, reading, status)]).encode("utf-8")


def _observations(version: Version, reading: Reading, status: str) -> list[str]:
    """Return an OBX each for the study, the findings, the measurement with its side, and the impression."""
    nodule = f"1.1|{reading.millimetres}|mm^millimetre^UCUM"
    rows = [
        ("ST", "113014^DICOM Study^DCM", f"|{version.order.study_uid}|"),
        *(("TX", "59776-5^Findings^LN", f"{place}|{_text(line)}|") for place, line in enumerate(reading.findings, 1)),
        ("NM", f"1^Nodule diameter, {reading.side} lung^99SMALL", nodule),
        ("CE", "272741003^Laterality^SCT", f"1.1|{_SIDES[reading.side]}|"),
        ("TX", "19005-8^Impression^LN", f"|{_text(reading.impression)}|"),
    ]
    return [f"OBX|{place}|{kind}|{code}|{value}|||||{status}" for place, (kind, code, value) in enumerate(rows, 1)]


def _text(text: str) -> str:
    """Return a text with separators and the escape character escaped (chapter 2, section 2.7)."""
    return text.translate(_ESCAPES)


def _time(text: str) -> str:
    """Return an instant as in chapter 2A: digits, a fraction, an offset without a colon."""
    at = datetime.fromisoformat(text)
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03}{at:%z}"
