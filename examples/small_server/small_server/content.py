"""The content of a report, independent of any format. People and findings follow from study and version."""

import hashlib
from dataclasses import dataclass

from small_server.orders import Order, Version

BANNER = "SYNTHETIC DATA - NOT FOR CLINICAL USE"
_FAMILY = ("ZZTEST-Almeida", "ZZTEST-O'Hara", "ZZTEST-Müller", "ZZTEST-Smith-Jones", "ZZTEST-Nguyen")
_GIVEN = {"F": ("Zoë", "Maria", "Anneke", "Grace"), "M": ("José", "Peter", "Tomas", "Liam")}
PROCEDURE = {"code": "24627-2", "name": "CT Chest", "modality": "CT", "body_part": "CHEST", "laterality": None}
RADIOLOGIST = {"family_name": "ZZTEST-Reader", "given_name": "Robin"}


@dataclass(frozen=True, slots=True)
class Patient:
    """A person who does not exist: the number begins with SYN, the family name with ZZTEST-. The date is YYYY-MM-DD."""

    mrn: str
    family_name: str
    given_name: str
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The finding of one version: size in millimetres, side `left` or `right`."""

    accession_number: str
    side: str
    millimetres: int
    findings: tuple[str, ...]
    impression: str


def _numbers(*seed: object) -> bytes:
    return hashlib.sha256("\x00".join(map(str, seed)).encode()).digest()


def patient_of(organization_id: str, order: Order) -> Patient:
    """Return the study's patient. All its orders have the same one, and another organization's study has another."""
    number = _numbers("patient", organization_id, order.study_uid)
    sex = "FM"[number[0] % 2]
    born = f"{1930 + number[1] % 80}-{1 + number[2] % 12:02}-{1 + number[3] % 28:02}"
    mrn = f"SYN{int.from_bytes(number[4:9]) % 10**10:010}"
    return Patient(mrn, _FAMILY[number[10] % len(_FAMILY)], _GIVEN[sex][number[11] % 4], born, sex)


def reading_of(version: Version) -> Reading:
    """Return the reading of one version. Its impression differs from the one before."""
    order = version.order
    number = _numbers("reading", order.order_id)
    side = ("left", "right")[number[1] % 2]
    size = 4 + (number[2] + version.number) % 20
    accession = f"SYN{int.from_bytes(number[4:9]) % 10**12:012}"
    reread = f" Reading {version.number} replaces the earlier one." if version.number > 1 else ""
    findings = (f"A nodule in the {side} lung measures {size} mm.", "No other abnormality is seen.")
    impression = f"Nodule of {size} mm in the {side} lung, probably benign.{reread}"
    return Reading(accession, side, size, findings, impression)
