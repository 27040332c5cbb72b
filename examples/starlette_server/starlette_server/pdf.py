"""PDF 1.4 of plain lines: A4, Helvetica, as many pages as it takes."""

from __future__ import annotations

import textwrap

WIDTH = 90  # characters in a line
HEIGHT = 56  # lines on a page


def pdf_of(lines: list[str]) -> bytes:
    """A document of these lines; what Windows-1252 lacks becomes a question mark."""
    wrapped = [piece for line in lines for piece in textwrap.wrap(line, WIDTH) or [""]]
    pages = [wrapped[first : first + HEIGHT] for first in range(0, len(wrapped), HEIGHT)]
    numbers = [4 + 2 * index for index in range(len(pages))]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{number} 0 R' for number in numbers)}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in zip(numbers, pages, strict=True):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
            + f" /Contents {number + 1} 0 R >>".encode()
        )
        drawn = drawing(page)
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n".encode() + drawn + b"\nendstream")
    return joined(objects)


def drawing(lines: list[str]) -> bytes:
    """The operators that set a page's lines, one below the other."""
    escaped = [line.encode("cp1252", "replace").translate(None, b"\r\n") for line in lines]
    escaped = [line.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)") for line in escaped]
    return b"BT /F 10 Tf 14 TL 50 800 Td\n" + b"".join(b"(" + line + b") Tj T*\n" for line in escaped) + b"ET"


def joined(objects: list[bytes]) -> bytes:
    """Objects, numbered from 1 with the catalog first, and the cross reference that leads to them."""
    document = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(document))
        document += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        document
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
            f"startxref\n{len(document)}\n%%EOF\n"
        ).encode()
    )
