"""Defects of reports whose contents or times are rare, in one type only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import orjson

from pacsimile_fixtures import reports
from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect

OLDEST = 85
"""Years of age from which two digits of the year of birth are taken for one that is to come."""
COLUMN = 160
"""Characters of an impression that a column has room for."""


def _born(order: Order, version: Version, report_type: str, birth_date: date) -> bytes:
    """Render a report with another birth date."""
    whole = content.of_order(order, version)
    return reports.render(replace(whole, patient=replace(whole.patient, birth_date=birth_date)), report_type)


@defect("birth-date-in-fhir-is-an-instant", "RESULTS-10")
class BirthDateIsAnInstant(ReportService):
    """FHIR's birth date is the last second of that day in UTC: west of Greenwich it is the day after."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Move the date."""
        if report_type != "fhir" or order.offset >= 0:
            return super().made(order, version, report_type)
        born = content.of_order(order, version).patient.birth_date
        return _born(order, version, report_type, born + timedelta(days=1))


@defect("birth-year-in-dicom-sr-has-two-digits", "RESULTS-10")
class BirthYearOfTwoDigits(ReportService):
    """In the DICOM SR, who was born more than 85 years ago is born a century later."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Take the century from a window."""
        whole = content.of_order(order, version)
        born = whole.patient.birth_date
        if report_type != "dicom_sr" or whole.received_at.year - born.year <= OLDEST:
            return super().made(order, version, report_type)
        return _born(order, version, report_type, born.replace(year=born.year + 100, day=min(born.day, 28)))


@defect("long-impression-is-cut-in-hl7v2", "RESULTS-7")
class LongImpressionIsCut(ReportService):
    """An impression ends after 160 characters in the HL7 message."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Cut it."""
        whole = content.of_order(order, version)
        if report_type != "hl7v2" or len(whole.impression) <= COLUMN or whole.called_at is not None:
            return super().made(order, version, report_type)
        cut = whole.impression[:COLUMN]
        return reports.render(replace(whole, conclusions=(cut,)), report_type)


@defect("dicom-knows-two-sexes", "RESULTS-10")
class TwoSexes(ReportService):
    """In DICOM, who is neither F nor M is M."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Change the sex."""
        whole = content.of_order(order, version)
        if whole.patient.sex in ("F", "M") or not report_type.startswith("dicom"):
            return super().made(order, version, report_type)
        return reports.render(replace(whole, patient=replace(whole.patient, sex="M")), report_type)


@defect("unknown-gender-is-left-out-of-fhir", "RESULTS-10")
class UnknownGenderLeftOut(ReportService):
    """FHIR's `Patient.gender` may be missing, and so it is where the sex is U."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Leave it out."""
        made = super().made(order, version, report_type)
        if report_type != "fhir" or content.of_order(order, version).patient.sex != "U":
            return made
        bundle = orjson.loads(made)
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "Patient":
                del entry["resource"]["gender"]
        return orjson.dumps(bundle)


@defect("tenth-version-is-sorted-as-text", "RESULTS-11")
class TenthAsText(ReportService):
    """The version to serve is the last by its id as text: the ninth comes after the tenth."""

    def version(self, order: Order, now: Instant) -> Version:
        """Compare texts."""
        ready = [version for version in order.planned_versions() if version.ready_at <= now]
        return max(ready, key=lambda version: version.report_id)


@defect("fractions-in-fhir-have-one-decimal", "RESULTS-10")
class OneDecimalInFhir(ReportService):
    """In FHIR, measured values are rounded to one decimal: a ratio of 0.46 is 0.5 there."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Round them."""
        whole = content.of_order(order, version)
        if report_type != "fhir":
            return super().made(order, version, report_type)
        measured = tuple(replace(each, value=round(each.value, 1)) for each in whole.measurements)
        return reports.render(replace(whole, measurements=measured), report_type)
