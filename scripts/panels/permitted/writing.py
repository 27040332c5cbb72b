"""Writes JSON and PDF in ways that the mock does not, for conducts."""

from __future__ import annotations

import textwrap
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import orjson

from pacsimile_mock.exchange import Answer

JSON_TYPES = ("application/json", "application/problem+json", "application/fhir+json")


def is_json(answer: Answer) -> bool:
    """Whether an answer's body is JSON."""
    return bool(answer.body) and (answer.media_type or "").partition(";")[0] in JSON_TYPES


def replace_body(answer: Answer, body: bytes) -> None:
    """Give an answer another body, and its digest with it."""
    answer.body = body
    digest = f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"
    answer.headers = [(name, digest if name == "Content-Digest" else value) for name, value in answer.headers]


def edit(answer: Answer, change: Callable[[Any], Any], *, of_problems: bool = False) -> None:
    """Change the JSON of an answer: of each, or of problems alone."""
    if not is_json(answer) or (of_problems and answer.media_type != "application/problem+json"):
        return
    replace_body(answer, orjson.dumps(change(orjson.loads(answer.body))))


class JsonWriter:
    """Writes JSON by hand; what differs overrides a method."""

    before, after, comma, colon = "", "", ",", ":"

    def write(self, value: Any) -> str:
        """Write any value."""
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        if isinstance(value, int):
            return self.integer(value)
        if isinstance(value, float):
            return self.fraction(value)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return f"[{self.before}{self.comma.join(map(self.write, value))}{self.after}]"
        pairs = [f"{self.text(name)}{self.colon}{self.write(each)}" for name, each in self.members(value)]
        return f"{{{self.before}{self.comma.join(pairs)}{self.after}}}"

    def integer(self, value: int) -> str:
        """Write a whole number."""
        return str(value)

    def fraction(self, value: float) -> str:
        """Write another number."""
        return repr(value)

    def text(self, value: str) -> str:
        """Write a text."""
        return orjson.dumps(value).decode()

    def members(self, value: dict[str, Any]) -> list[tuple[str, Any]]:
        """Return the members of an object in their order."""
        return list(value.items())


def wrapped(lines: list[str], width: int) -> list[str]:
    """Break lines at a width, within words where a word is longer."""
    return [part for line in lines for part in (textwrap.wrap(line, width, break_on_hyphens=False) or [""])]


def pages_of(lines: list[str], length: int, head: str) -> list[list[str]]:
    """Cut lines into pages, each with a head."""
    return [[head, *lines[start : start + length]] for start in range(0, len(lines), length)]


def pdf(pages: list[list[str]], *, by_code: bool = False) -> bytes:
    """Write pages of lines in one font: WinAnsi, or with `by_code` by glyph numbers and a table of their characters."""
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    letters = sorted({letter for page in pages for line in page for letter in line if ord(letter) < 0x10000})
    font, table = (_coded_font(), _table(letters)) if by_code else (_plain_font(), b"<< >>")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font,
        table,
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Odd /Flags 4 /ItalicAngle 0 /Ascent 800 "
        b"/Descent -200 /CapHeight 700 /StemV 80 /FontBBox [0 -200 1000 800] >> /DW 500 >>",
    ]
    numbers = {letter: place for place, letter in enumerate(letters, start=1)} if by_code else None
    for number, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {7 + 2 * number} 0 R >>".encode()
        )
        shown = b"".join(_shown(line, numbers) + b" Tj T*\n" for line in page)
        content = b"BT /F1 9 Tf 11 TL 40 800 Td\n" + shown + b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _plain_font() -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"


def _coded_font() -> bytes:
    return (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [5 0 R] "
        b"/ToUnicode 4 0 R >>"
    )


def _table(letters: list[str]) -> bytes:
    rows = [f"<{place:04X}> <{ord(letter):04X}>" for place, letter in enumerate(letters, start=1)]
    parts = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    listed = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    text = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Odd def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{listed}\nendcmap\nend\nend"
    ).encode()
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)


def _shown(line: str, numbers: dict[str, int] | None) -> bytes:
    if numbers is not None:
        return b"<" + "".join(f"{numbers[letter]:04X}" for letter in line if letter in numbers).encode() + b">"
    text = line.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        text = text.replace(special, b"\\" + special)
    return b"(" + text + b")"


def _file(objects: list[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
