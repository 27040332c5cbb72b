"""Write reports for validators: each procedure, several zones, versions 1 to 3, and difficult names.

    python scripts/sample_reports.py TYPE FOLDER [COUNT]

TYPE is a report type of an order. COUNT (50) documents are written to FOLDER, which is created. They are always the
same.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from pacsimile_fixtures import cases, findings, identifiers, people, reports, studies
from pacsimile_fixtures.findings import ReportContent
from pacsimile_fixtures.people import Patient
from pacsimile_spec.report_types import ORDER_TYPES, REPORT_TYPES

COUNT = 50
SEED = 20250623
RECEIVED = datetime(2025, 6, 23, 9, 30, tzinfo=UTC)
ZONES = (UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-3, minutes=-30)), timezone(timedelta(hours=14)))
AWKWARD_NAMES = (
    ("O'Brien-d'Árcy", "Seán"),
    ('A|B^C&D~E\\F "G"', "<b>H</b> & \\.br\\"),
    ("山田", "太郎"),
    ("\u0645\u06cc\u200c\u0632", "e\u0301"),
    ("Tab\there", "New\r\nline"),
    ("\x00\x1b[31m", "😀"),
)


def contents(count: int = COUNT) -> Iterator[ReportContent]:
    """Return the contents of `count` reports: all procedures in turn, and some names that are harder than Faker's."""
    for n in range(count):
        procedure = studies.PROCEDURES[n % len(studies.PROCEDURES)]
        yield content(n, procedure, patient(n, procedure))


def patient(n: int, procedure: studies.Procedure) -> Patient:
    """Return a patient whom the procedure suits. Every fourth has one of AWKWARD_NAMES."""
    candidates = (people.patient(SEED, number, RECEIVED.date()) for number in range(n, n + 1000))
    someone = next(each for each in candidates if cases.suits(procedure, cases.subject_of(each, RECEIVED.date())))
    if n % 4:
        return someone
    family, given = AWKWARD_NAMES[n // 4 % len(AWKWARD_NAMES)]
    return replace(someone, family_name=people.FAMILY_NAME_MARK + family, given_name=given)


def content(n: int, procedure: studies.Procedure, subject: Patient) -> ReportContent:
    """Return the content of report n: version 1, 2 or 3, with fractions of a second in every second one."""
    version = 1 + n % 3
    received_at = RECEIVED.replace(tzinfo=ZONES[n % len(ZONES)]) + timedelta(minutes=n)
    received_at += timedelta(microseconds=(n % 2) * 123456)
    return findings.content(
        SEED,
        n,
        order_id=identifiers.order_id(SEED, n),
        report_id=identifiers.report_id(SEED, n, version),
        study_uid=identifiers.study_uid(SEED, n),
        received_at=received_at,
        started_at=received_at + timedelta(minutes=2),
        completed_at=received_at + timedelta(minutes=21),
        supersedes=identifiers.report_id(SEED, n, version - 1) if version > 1 else None,
        version=version,
        patient=subject,
        procedure=procedure,
    )


def main() -> int:
    """Write the files. Print one line and return 2 if that is not possible."""
    arguments = sys.argv[1:]
    if len(arguments) not in (2, 3) or arguments[0] not in ORDER_TYPES:
        print(f"usage: sample_reports.py {'|'.join(ORDER_TYPES)} FOLDER [COUNT]", file=sys.stderr)
        return 2
    report_type, folder = arguments[0], Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(contents(int(arguments[2]) if len(arguments) > 2 else COUNT), start=1):
        name = f"{number:03d}.{REPORT_TYPES[report_type].extension}"
        (folder / name).write_bytes(reports.render(each, report_type))
    return 0


if __name__ == "__main__":
    sys.exit(main())
