"""Conducts of reports: what they say, and the form in which they say it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from pacsimile_fixtures import identifiers
from pacsimile_fixtures.findings import GroupContent, ReportContent
from pacsimile_fixtures.reports import csv_report, json_report, txt, wording
from pacsimile_fixtures.reports import pdf as pdf_report
from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports import content as contents
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from scripts.panels.permitted.conduct import Ambient, conduct
from scripts.panels.permitted.writing import pages_of, pdf, wrapped

GROUP_TEXT = (
    "docs/rules.md, Study groups: “Every type names each order of the group by its id. A failed or cancelled order has the word … in the "
    "same row, line or object. A COMPLETED order has its `study_uid` and the impression … in txt and PDF in the text after its own id”; "
    "docs/formats/text.md: “fold white space before you compare”"
)
FEWER = "openapi.yaml, ReportType: “An order or a group may offer fewer; `report_types` of `/status` and of the listing says which.”"
DICOM_1 = "docs/formats/dicom.md, DICOM-1: “it can be read to its end in that transfer syntax”; no rule names one"
HL7_2 = "docs/formats/hl7v2.md, HL7-2: “begins with `MSH`, a separator and four different encoding characters”"


def members_of(group: GroupContent) -> list[list[str]]:
    """Return the lines of each order of a group: id and status first, then one line for each fact."""
    entries = []
    for member in group.members:
        lines = [f"{member.order_id} {member.status}", f"Study {member.study_uid}"]
        if member.content is not None:
            lines += [
                f"Report {member.content.report_id} ({member.content.status})",
                f"Impression: {member.content.impression}",
            ]
        entries.append(lines)
    return entries


def group_lines(group: GroupContent, width: int) -> list[str]:
    """Return the lines of a group's report at a width."""
    lines = [wording.BANNER, f"Study group {wording.printable(group.study_group)}", ""]
    for entry in members_of(group):
        lines += [*entry, ""]
    return wrapped([*lines, wording.BANNER], width)


def group_of(
    service: Any, made: Document, organization_id: str, study_group: str, members: Sequence[Order], now: Instant
) -> Document:
    """Return a group's document with the bytes that the service makes of it."""
    group = contents.of_group(organization_id, study_group, members, now)
    body = service.anew(group, made.report_type)
    return made if body is None else replace(made, content=body)


@conduct("group-text-of-sixteen-columns", GROUP_TEXT)
class SixteenColumns(ReportService):
    """A group's txt has 16 columns: ids of orders go over two lines, the status stands behind the end of the id."""

    def anew(self, group: GroupContent, report_type: str) -> bytes | None:
        """Write txt."""
        if report_type != "txt":
            return None
        lines = [wording.BANNER, ""]
        for head, *rest in members_of(group):
            order_id, status = head.rsplit(" ", 1)
            *parts, last = wrapped([order_id], 16)
            lines += [*parts, f"{last} {status}", *wrapped(rest, 16), ""]
        return "\n".join([*lines, wording.BANNER, ""]).encode()

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Make it anew."""
        made = super().group_document(organization_id, study_group, members, report_type, now)
        return group_of(self, made, organization_id, study_group, members, now)


@conduct(
    "group-pdf-over-pages",
    GROUP_TEXT + "; docs/rules.md, What is shown: the words SYNTHETIC DATA “in a PDF on each page”",
)
class OverPages(ReportService):
    """A group's PDF has seven lines a page below the banner: entries, ids and impressions go over pages."""

    def anew(self, group: GroupContent, report_type: str) -> bytes | None:
        """Write PDF."""
        return pdf(pages_of(group_lines(group, 50), 7, wording.BANNER)) if report_type == "pdf" else None

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Make it anew."""
        made = super().group_document(organization_id, study_group, members, report_type, now)
        return group_of(self, made, organization_id, study_group, members, now)


@conduct(
    "group-table-in-another-order",
    "docs/formats/text.md: “Find the columns by name”; rules CSV-1 … CSV-5; “A byte order mark does not break a rule”; openapi.yaml, "
    "GroupJsonReport: the order of `orders` is not stated, and only six members of an order are required",
)
class AnotherTable(ReportService):
    """A group's csv begins with a byte order mark, has quotes everywhere, columns in another order and rows from the last to the first."""

    def anew(self, group: GroupContent, report_type: str) -> bytes | None:
        """Write csv, and json from the last to the first."""
        if report_type == "json":
            document = orjson.loads(json_report.render_group(group))
            optional = ("procedure", "completed_at")
            rows = [
                {name: row[name] for name in reversed(row) if name not in optional}
                for row in reversed(document["orders"])
            ]
            return orjson.dumps({**document, "orders": rows})
        if report_type != "csv":
            return None
        rows = [*csv.reader(io.StringIO(csv_report.render_group(group).decode(), newline=""))]
        head, *rest = [[*reversed(row), "note, in quotes" if place == 0 else ""] for place, row in enumerate(rows)]
        out = io.StringIO(newline="")
        csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([head, *reversed(rest)])
        return b"\xef\xbb\xbf" + out.getvalue().removesuffix("\r\n").encode()

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Make it anew."""
        made = super().group_document(organization_id, study_group, members, report_type, now)
        return group_of(self, made, organization_id, study_group, members, now)


@conduct("offers-text-and-pdf-alone", FEWER)
class TextAndPdf(OrderService):
    """Orders offer `pdf` and `txt`, in this order, unless a state asks for others."""

    def offered(self, order: Order) -> list[str]:
        """Leave the others out."""
        own = super().offered(order)
        return own if order.report_types is not None else [name for name in ("pdf", "txt") if name in own]


@conduct("offers-differ-from-order-to-order", FEWER)
class OffersDiffer(OrderService):
    """Each order offers three to six types of its own, unless a state asks for others."""

    def offered(self, order: Order) -> list[str]:
        """Choose by the order's number."""
        own = super().offered(order)
        if order.report_types is not None:
            return own
        start = order.number % len(own)
        return [*own[start:], *own[:start]][: 3 + order.number % 4]


def respell_content(change: Any) -> None:
    """Change what reports say."""
    of_order = contents.of_order

    def changed(order: Order, version: Version) -> ReportContent:
        return change(of_order(order, version))

    contents.of_order = changed


@conduct("no-findings", "openapi.yaml, JsonReport: `findings` and `measurements` are arrays without minItems")
class NoFindings(Ambient):
    """Reports have no findings and no measurements, only an impression."""

    def prepare(self) -> None:
        """Leave them out."""
        respell_content(lambda made: replace(made, findings=(), measurements=(), called_at=None))


@conduct(
    "impressions-are-alike",
    "openapi.yaml, JsonReport, impression: “The conclusion.”; nothing says that two orders differ in it",
)
class AlikeImpressions(Ambient):
    """Every order has the same short impression, and a new version changes one digit of it."""

    def prepare(self) -> None:
        """Replace it."""
        respell_content(lambda made: replace(made, called_at=None, conclusions=(f"Normal, reading {made.version}.",)))


@conduct("sixty-findings", "openapi.yaml, JsonReport: `findings` is an array without maxItems")
class SixtyFindings(Ambient):
    """Reports have sixty findings and go over several pages."""

    def prepare(self) -> None:
        """Add findings."""

        def more(made: ReportContent) -> ReportContent:
            added = tuple(
                f"Segment {number}: Without change in the comparison of this segment to the one before it, number {number * 7}, "
                f"in all {number + 1} series that were acquired of it."
                for number in range(60)
            )
            return replace(made, findings=(*made.findings, *added))

        respell_content(more)


@conduct(
    "findings-full-of-delimiters",
    "openapi.yaml, JsonReport: findings and impression are strings without a pattern; docs/formats/hl7v2.md: “Findings contain some of "
    "these characters”",
)
class Delimiters(Ambient):
    """Findings and impression have delimiters of every format, letters of other scripts, quotes, and begin with an equals sign."""

    def prepare(self) -> None:
        """Add them."""
        odd = "=A1 | ^ & ~ \\F\\ \\\\ < > \" ' , ; # \N{GREEK SMALL LETTER MU}m \N{LESS-THAN OR EQUAL TO} 5 %41 {x} [y] (z) 山 \N{FRACTION SLASH}"

        def more(made: ReportContent) -> ReportContent:
            return replace(
                made,
                findings=(*made.findings, f"Odd: {odd}", odd),
                conclusions=(f"{odd} - version {made.version}.", *made.conclusions),
            )

        respell_content(more)


@conduct(
    "amended-reports-are-short-addenda",
    "docs/rules.md, An amended report: “should have a word that begins with amend, correct, addend or revis”; FHIR `amended` or `corrected`; "
    "nothing says that an amended report repeats the first",
)
class Addenda(Ambient):
    """An amended report has one finding, no measurement and a short impression; FHIR says corrected, text says Addendum."""

    def prepare(self) -> None:
        """Cut it down."""
        version_line = wording.version_line

        def worded(made: ReportContent) -> str:
            return version_line(made) if made.version == 1 else f"Addendum no. {made.version - 1}"

        wording.version_line = worded

        def shortened(made: ReportContent) -> ReportContent:
            if made.version == 1:
                return made
            return replace(
                made,
                findings=("Read again.",),
                measurements=(),
                called_at=None,
                conclusions=(f"Addendum {made.version}: normal.",),
            )

        respell_content(shortened)


@conduct(
    "json-reports-with-required-members-alone",
    "openapi.yaml, JsonReport and GroupJsonReport: `required`; docs/rules.md: the mark may also be “only study UIDs below 1.3.6.1.4.1.32473”",
)
class RequiredAlone(Ambient):
    """Reports in json have no member that is not required, so nothing in them is marked as synthetic but their UIDs."""

    def prepare(self) -> None:
        """Leave the others out."""
        whole, group = json_report._report, json_report._member

        def bare(made: ReportContent) -> dict[str, Any]:
            document = whole(made)
            for name in ("supersedes", "comparison", "critical", "synthetic"):
                del document[name]
            del document["procedure"]["code_system"], document["radiologist"]["id"]
            document["measurements"] = [
                {name: value for name, value in each.items() if name != "laterality" or value}
                for each in document["measurements"]
            ]
            return document

        json_report._report = bare
        json_report._member = lambda member: {
            name: value for name, value in group(member).items() if name not in ("procedure", "completed_at")
        }


@conduct(
    "nothing-is-marked-as-synthetic",
    "docs/rules.md, What is shown of a report: “only if the document has its type's mark of synthetic data. Otherwise the evidence gives "
    "only the place and number”; so a service may have none",
)
class Unmarked(Ambient):
    """Study UIDs are of a vendor's arc, and json, txt, csv and HL7 of reports have no mark, as those of a service in production."""

    def prepare(self) -> None:
        """Leave the marks out."""
        identifiers.study_uid = lambda seed, n: f"1.2.826.0.1.3680043.8.498.{seed}.{n}"
        wording.BANNER = "Radiology report"
        render, render_group = json_report._report, csv_report.render_group
        json_report._report = lambda made: {name: value for name, value in render(made).items() if name != "synthetic"}
        of_group = json_report.render_group
        json_report.render_group = lambda group: orjson.dumps(
            {name: value for name, value in orjson.loads(of_group(group)).items() if name != "synthetic"}
        )

        def table(group: GroupContent) -> bytes:
            rows = [*csv.reader(io.StringIO(render_group(group).decode(), newline=""))]
            out = io.StringIO(newline="")
            csv.writer(out, lineterminator="\r\n").writerows(row[:-1] for row in rows)
            return out.getvalue().encode()

        csv_report.render_group = table


@conduct(
    "text-in-another-layout",
    "docs/formats/text.md, TXT-2: “no control characters except tab, line feed, carriage return and form feed”; “A byte order mark does not break a rule”",
)
class AnotherLayout(ReportService):
    """Text of an order begins with a byte order mark, has CRLF, tabs, form feeds and 33 columns."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Lay it out anew."""
        made = super().made(order, version, report_type)
        if report_type != "txt":
            return made
        lines = wrapped([line.strip() for line in made.decode().splitlines()], 33)
        return b"\xef\xbb\xbf" + "".join(f"\t{line}\r\n" + ("\f" if not line else "") for line in lines).encode()


def plain_pdf(content: ReportContent, width: int, *, by_code: bool) -> bytes:
    """Write an order's report as a PDF of plain lines."""
    lines = [" ".join(line.split()) for line in txt.render(content).decode().splitlines()]
    return pdf(pages_of(wrapped(lines, width), 40, wording.BANNER), by_code=by_code)


PDF_RULES = "docs/formats/pdf.md, PDF-1 … PDF-4: no rule names a version, tags, a font or an encoding"


@conduct("pdf-of-narrow-lines", PDF_RULES)
class NarrowPdf(Ambient):
    """PDFs are plain lines of 34 columns in Courier, wherever a document has one in it too."""

    def prepare(self) -> None:
        """Write them anew."""
        pdf_report.render = lambda content: plain_pdf(content, 34, by_code=False)


@conduct("pdf-by-glyph-numbers", PDF_RULES)
class CodedPdf(Ambient):
    """PDFs have a composite font whose glyphs are numbered, with a table of their characters."""

    def prepare(self) -> None:
        """Write them anew."""
        pdf_report.render = lambda content: plain_pdf(content, 70, by_code=True)


@conduct(
    "fhir-in-another-order",
    "docs/formats/fhir.md, FHIR-2, FHIR-8: a `reference` “is the `fullUrl` (or type and id) of an entry”; no rule orders the entries",
)
class AnotherBundle(ReportService):
    """Bundles have their entries in reverse, absolute fullUrls, relative references, and no Observation of the impression."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Respell references."""
        made = super().made(order, version, report_type)
        if report_type != "fhir":
            return made
        bundle = orjson.loads(made)
        names = {
            entry["fullUrl"]: f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
            for entry in bundle["entry"]
        }
        impressions = [
            entry["fullUrl"]
            for entry in bundle["entry"]
            if any(coding.get("code") == "19005-8" for coding in entry["resource"].get("code", {}).get("coding", []))
            and entry["resource"]["resourceType"] == "Observation"
        ]

        def respelled(value: Any) -> Any:
            if isinstance(value, list):
                return [
                    respelled(each)
                    for each in value
                    if not (isinstance(each, dict) and each.get("reference") in impressions)
                ]
            if isinstance(value, dict):
                return {
                    name: names.get(each, each) if name == "reference" else respelled(each)
                    for name, each in value.items()
                }
            return value

        bundle["entry"] = [
            {
                "fullUrl": f"https://fhir.example.com/r4/{names[entry['fullUrl']]}",
                "resource": respelled(entry["resource"]),
            }
            for entry in reversed(bundle["entry"])
            if entry["fullUrl"] not in impressions
        ]
        return orjson.dumps(bundle)


@conduct("hl7-with-other-delimiters", HL7_2)
class OtherDelimiters(ReportService):
    """HL7 messages have other delimiters, and the OBX segments are not numbered."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Replace delimiters that the text has not."""
        made = super().made(order, version, report_type)
        if report_type != "hl7v2":
            return made
        text, new = made.decode(), "$`@!"
        if any(letter in text for letter in new):
            return made
        segments = [segment.split("|") for segment in text.split("\r")]
        for fields in segments:
            if fields[0] == "OBX":
                fields[1] = ""
        mapped = "\r".join("|".join(fields) for fields in segments).translate(str.maketrans("|^~&", new))
        return mapped.encode()


@conduct(
    "hl7-in-latin-1-in-another-order",
    "docs/formats/hl7v2.md, HL7-1: “can be decoded as MSH-18 says: by the first character set of table 0211 that it names”; HL7-3: segments “that are named `Z…`”; no rule orders the OBX",
)
class LatinMessage(ReportService):
    """HL7 messages are in 8859/1 where that has all letters; the impression comes first, and Z segments stand between."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Write it anew."""
        made = super().made(order, version, report_type)
        if report_type != "hl7v2":
            return made
        segments = made.decode().removesuffix("\r").split("\r")
        head = [segment for segment in segments if not segment.startswith("OBX|")]
        observed = [segment.split("|") for segment in segments if segment.startswith("OBX|")]
        observed.sort(key=lambda fields: not fields[3].startswith("19005-8"))
        lines = []
        for number, fields in enumerate(observed, start=1):
            lines += ["|".join([fields[0], str(number), *fields[2:]])]
        text = "\r".join([*head, *lines, "ZDS|1.2.3^pacs^Application^DICOM", ""])
        try:
            return text.replace("|UNICODE UTF-8", "|8859/1").encode("latin-1")
        except UnicodeEncodeError:
            return text.encode()


def dicom_anew(made: bytes, syntax: str) -> bytes:
    """Write a DICOM file in another transfer syntax, with sequences of undefined length."""
    import pydicom
    from pydicom.uid import UID

    dataset = pydicom.dcmread(io.BytesIO(made))
    for element in dataset.iterall():
        if element.VR == "SQ":
            element.is_undefined_length = True
            for item in element.value:
                item.is_undefined_length_sequence_item = True
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    out = io.BytesIO()
    pydicom.dcmwrite(
        out, dataset, implicit_vr=syntax == "1.2.840.10008.1.2", little_endian=True, enforce_file_format=True
    )
    return out.getvalue()


@conduct("dicom-in-implicit-vr", DICOM_1)
class ImplicitVr(ReportService):
    """DICOM files are in Implicit VR Little Endian, with sequences of undefined length."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Write it anew."""
        made = super().made(order, version, report_type)
        return dicom_anew(made, "1.2.840.10008.1.2") if report_type.startswith("dicom") else made
