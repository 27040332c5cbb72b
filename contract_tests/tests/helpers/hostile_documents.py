"""Report documents of few bytes that are many once they are read: for tests, and for `scripts/hostile/answers.py`."""

import struct
import zlib
from collections.abc import Iterable

from pacsimile_contract.documents.part10 import DEFLATED

MEBIBYTE = 1024 * 1024


def pdf(content: bytes, *, pages: int = 1, forms: Iterable[bytes] = ()) -> bytes:
    """Return a PDF whose pages all show the same content, in which `/A Do` draws the first form, in that the next."""
    below = list(forms)
    first_page = 5 + len(below)
    kids = b" ".join(b"%d 0 R" % (first_page + number) for number in range(pages))
    font = b"/Font << /F1 4 0 R >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        _stream(content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, form in enumerate(below):
        last = number == len(below) - 1
        resources = font if last else font + b" /XObject << /A %d 0 R >>" % (6 + number)
        kind = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %s >>" % resources
        objects.append(_stream(form, kind))
    drawn = b" /XObject << /A 5 0 R >>" if below else b""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R /Resources << %s%s >> >>"
    objects += [page % (font, drawn)] * pages
    return _file(objects)


def _stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    head = b"<< /Length %d /Filter /FlateDecode %s >> stream\n" % (len(packed), more)
    return head + packed + b"\nendstream"


def _file(objects: Iterable[bytes]) -> bytes:
    written, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start, count = len(written), len(offsets) + 1
    written += b"xref\n0 %d\n0000000000 65535 f \n" % count
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
    return bytes(written)


def words(count: int) -> bytes:
    """Return a page's content that shows a word so many times."""
    return b"BT /F1 9 Tf " + b"(SYNTHETIC) Tj " * count + b"ET"


def pdf_of_forms(depth: int = 6) -> bytes:
    """Return a PDF of a form in a form, each drawn a hundred times where it stands."""
    return pdf(b"/A Do " * 100, forms=[*[b"/A Do " * 100] * depth, words(1)])


def deflated_dicom(length: int) -> bytes:
    """Return a structured report with a text of so many bytes, of which deflating leaves a thousandth."""
    packing = zlib.compressobj(9, wbits=-15)
    kind = _element(0x0008, 0x0016, b"UI", b"1.2.840.10008.5.1.4.1.1.88.11\0")
    dataset = kind + _element(0x0040, 0xA160, b"UT", b"x" * length)
    syntax = _element(0x0002, 0x0010, b"UI", DEFLATED.encode())
    return b"\0" * 128 + b"DICM" + syntax + packing.compress(dataset) + packing.flush()


def _element(group: int, number: int, kind: bytes, value: bytes) -> bytes:
    long = kind == b"UT"
    length = b"\0\0" + struct.pack("<L", len(value)) if long else struct.pack("<H", len(value))
    return struct.pack("<HH", group, number) + kind + length + value
