"""Report documents made by hand for the tests: a PDF with lines of text, a json report."""

import json
from typing import Any

FINDINGS = ["Lungs: A nodule in the left lung measures 10 mm.", "Pleura: No effusion."]
IMPRESSION = "Nodule of 10 mm in the left lung,\nprobably benign."
REPORT: dict[str, Any] = {
    "report_id": "R-1", "order_id": "A-1", "accession_number": "SYN7", "study_uid": "1.2.3", "report_status": "final",
    "supersedes": None, "findings": FINDINGS, "impression": IMPRESSION,
    "times": {"received_at": "2026-03-01T10:00:00Z", "completed_at": "2026-03-01T10:09:00Z"},
}  # fmt: skip


def json_bytes(**members: Any) -> bytes:
    """Return a json report with some members changed."""
    return json.dumps({**REPORT, **members}).encode()


def text_of(*, order: str = "A-1", study: str = "1.2.3", findings: list[str] = FINDINGS, last: str = IMPRESSION) -> str:
    """Return the text of a report, its findings and impression broken into lines of 30 columns."""
    import textwrap

    lines = [f"Order {order}", f"Study {study}", "FINDINGS", *findings, "IMPRESSION", *last.split("\n")]
    return "\n".join("\n".join(textwrap.wrap(line, 30)) for line in lines)


def pdf_bytes(*pages: str) -> bytes:
    """Return a PDF with one page for each text, its lines as they are."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        content = _shown(page)
        resources = "<< /Font << /F1 3 0 R >> >>"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} "
            f"/Contents {5 + 2 * number} 0 R >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    return _assembled(objects)


def _shown(page: str) -> bytes:
    lines = (line.encode("cp1252", "replace").replace(b"(", b"[").replace(b")", b"]") for line in page.split("\n"))
    return b"BT\n/F1 9 Tf\n12.5 TL\n40 800 Td\n" + b"".join(b"(" + line + b") Tj T*\n" for line in lines) + b"ET"


def _assembled(objects: list[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
