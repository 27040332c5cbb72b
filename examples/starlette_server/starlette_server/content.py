"""What a report says, free of any format. Patients and findings are invented, from the number of the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette_server.clock import SECOND, written
from starlette_server.database import Order, Report

BANNER = "SYNTHETIC DATA - NOT FOR CLINICAL USE"
FAMILIES = ("ZZTEST-Ahlgren", "ZZTEST-Björk", "ZZTEST-Castellanos", "ZZTEST-Dupré", "ZZTEST-Eze", "ZZTEST-O'Hara")
GIVEN = ("Ines", "Jon", "Kaja", "Lasse", "Mira", "Noor", "Otto")
READERS = (("ZZTEST-Quist", "Pia"), ("ZZTEST-Rask", "Tor"))


@dataclass(frozen=True)
class Kind:
    """A kind of examination; `{size}` stands for what is measured, in mm."""

    code: str
    name: str
    modality: str
    body_part: str
    laterality: str | None
    indication: str
    technique: str
    findings: tuple[str, ...]
    impression: str
    measured: str


KINDS = (
    Kind(
        "24628-0",
        "CT Chest W contrast IV",
        "CT",
        "CHEST",
        None,
        "Cough for six weeks.",
        "Axial images with intravenous contrast medium.",
        ("Lungs: Solid nodule of {size} mm in the right upper lobe.", "Pleura: No effusion."),
        "Solid pulmonary nodule of {size} mm. Follow-up in twelve months.",
        "Nodule diameter",
    ),
    Kind(
        "24802-1",
        "MR Knee - left",
        "MR",
        "KNEE",
        "L",
        "Locking after a fall.",
        "Sagittal and coronal proton density, T1 & T2.",
        ("Menisci: Tear of the medial meniscus, {size} mm long.", "Ligaments: Intact.", "Bone: No fracture."),
        "Tear of the medial meniscus of {size} mm.",
        "Tear length",
    ),
    Kind(
        "36213-7",
        "XR Shoulder - right",
        "DX",
        "SHOULDER",
        "R",
        "Pain on lifting the arm.",
        "Two projections.",
        ("Joint: Calcification of {size} mm above the greater tubercle.", "Bone: Regular."),
        "Calcific tendinopathy with a deposit of {size} mm.",
        "Deposit diameter",
    ),
)


@dataclass(frozen=True)
class Content:
    """What one version of an order's report says. Instants are microseconds since 1970."""

    report_id: str
    supersedes: str | None
    version: int
    order_id: str
    study_uid: str
    accession_number: str
    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str
    kind: Kind
    findings: tuple[str, ...]
    impression: str
    size: float
    reader: tuple[str, str]
    instants: dict[str, int]
    offset: int

    @property
    def status(self) -> str:
        """Whether this version replaces another."""
        return "amended" if self.version > 1 else "final"

    def times(self) -> dict[str, str]:
        """How the order went, as RFC 3339 writes it."""
        return {name: written(instant, self.offset) for name, instant in self.instants.items()}


def content_of(order: Order, report: Report) -> Content:
    """What this version says of this order."""
    number = order.number
    kind = KINDS[number % len(KINDS)]
    size = 4 + number % 9 + report.version / 2
    amendment = f" Amended after a second reading, no. {report.version - 1}." if report.version > 1 else ""
    return Content(
        report_id=report.id,
        supersedes=report.supersedes,
        version=report.version,
        order_id=order.id,
        study_uid=order.study_uid,
        accession_number=f"SYN{number:08}",
        mrn=f"SYN{number * 7919 % 1_000_003:07}",
        family_name=FAMILIES[number % len(FAMILIES)],
        given_name=GIVEN[number % len(GIVEN)],
        birth_date=date(1940, 1, 1) + timedelta(days=number * 4127 % 25_000),
        sex="FMO"[number % 3] if number % 5 else "U",
        kind=kind,
        findings=tuple(finding.format(size=f"{size:g}") for finding in kind.findings),
        impression=kind.impression.format(size=f"{size:g}") + amendment,
        size=size,
        reader=READERS[number % len(READERS)],
        instants=instants(order, report),
        offset=order.offset,
    )


def instants(order: Order, report: Report) -> dict[str, int]:
    """How the order went, each instant later than the one before it."""
    return {
        "ordered_at": order.created_at - 7200 * SECOND,
        "acquired_at": order.created_at - 900 * SECOND,
        "received_at": order.created_at,
        "started_at": order.started_at,
        "completed_at": report.completed_at,
    }


def json_content(content: Content) -> dict[str, Any]:
    """The `json` form."""
    kind = content.kind
    return {
        "synthetic": True,
        "report_id": content.report_id,
        "report_status": content.status,
        "supersedes": content.supersedes,
        "order_id": content.order_id,
        "accession_number": content.accession_number,
        "study_uid": content.study_uid,
        "patient": {
            "mrn": content.mrn,
            "family_name": content.family_name,
            "given_name": content.given_name,
            "birth_date": content.birth_date.isoformat(),
            "sex": content.sex,
        },
        "procedure": {
            "code": kind.code,
            "code_system": "http://loinc.org",
            "name": kind.name,
            "modality": kind.modality,
            "body_part": kind.body_part,
            "laterality": kind.laterality,
        },
        "indication": kind.indication,
        "technique": kind.technique,
        "comparison": "None available.",
        "findings": list(content.findings),
        "impression": content.impression,
        "critical": False,
        "measurements": [measurement(content)],
        "radiologist": {"family_name": content.reader[0], "given_name": content.reader[1]},
        "times": content.times(),
    }


def measurement(content: Content) -> dict[str, Any]:
    """What was measured, with its unit and side."""
    kind = content.kind
    return {"name": kind.measured, "value": content.size, "unit": "mm", "laterality": kind.laterality}
