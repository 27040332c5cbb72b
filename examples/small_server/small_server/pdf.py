"""Plain PDF 1.4 by hand: lines of text in Helvetica on A4 pages, uncompressed and the same bytes each time."""

LINES_A_PAGE = 60


def write_pdf(lines: list[str]) -> bytes:
    """Return a document with these lines in order. Characters outside Windows-1252 are left out."""
    pages = [lines[start : start + LINES_A_PAGE] for start in range(0, len(lines), LINES_A_PAGE)] or [[]]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        objects += [_page(5 + 2 * number), _stream(page)]
    return _assemble(objects)


def _page(contents: int) -> bytes:
    resources = "<< /Font << /F1 3 0 R >> >>"
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} /Contents {contents} 0 R >>"
    ).encode("ascii")


def _stream(lines: list[str]) -> bytes:
    shown = b"".join(b"(" + _escape(line) + b") Tj T*\n" for line in lines)
    content = b"BT\n/F1 9 Tf\n12.5 TL\n40 800 Td\n" + shown + b"ET"
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def _escape(line: str) -> bytes:
    text = line.encode("cp1252", "ignore")
    for special in (b"\\", b"(", b")"):
        text = text.replace(special, b"\\" + special)
    return text


def _assemble(objects: list[bytes]) -> bytes:
    """Return header, numbered objects, the table of their offsets, and trailer (ISO 32000-1 section 7.5)."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
