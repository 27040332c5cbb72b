"""A reader of DICOM files. The mock writes them by pydicom, and a judge shares no code with what it judges.

PS3.10's preamble and meta information, PS3.5's elements and sequences.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pacsimile_contract.evidence.bounds import MEBIBYTE

Tag = tuple[int, int]

PREAMBLE = 128
PREFIX = b"DICM"
IMPLICIT, DEFLATED, BIG_ENDIAN = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"

_TRANSFER_SYNTAX: Tag = (0x0002, 0x0010)
_ITEM, _ITEM_END, _SEQUENCE_END = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD)
_UNDEFINED = 0xFFFFFFFF
_LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
_NUMBERS = {order + form: struct.Struct(order + form) for order in "<>" for form in ("H", "HH", "L")}
_DEEPEST = 32
_MOST_ELEMENTS = 200_000
_LONGEST_INFLATED = 16 * MEBIBYTE
_SEQUENCES: frozenset[Tag] = frozenset(
    {
        (0x0008, 0x1032), (0x0008, 0x1111), (0x0008, 0x1115), (0x0008, 0x1199), (0x0040, 0x08EA), (0x0040, 0xA043),
        (0x0040, 0xA168), (0x0040, 0xA300), (0x0040, 0xA360), (0x0040, 0xA370), (0x0040, 0xA372), (0x0040, 0xA375),
        (0x0040, 0xA385), (0x0040, 0xA504), (0x0040, 0xA730), (0x0040, 0xA073), (0x0040, 0xA078),
    }
)  # fmt: skip
"""Sequences that are looked into, where a file of implicit VR does not say that they are some."""


class Malformed(ValueError):
    """Bytes that are no DICOM file; the text says where it goes wrong, and nothing of what it holds."""


@dataclass(frozen=True, slots=True)
class Element:
    """A value as bytes, or the items of a sequence; `vr` is empty where the file does not say."""

    vr: str
    value: bytes = b""
    items: "tuple[Dataset, ...]" = ()


Dataset = Mapping[Tag, Element]


@dataclass(frozen=True, slots=True)
class File:
    """A file's meta information and its data set."""

    meta: Dataset
    dataset: Dataset
    transfer_syntax: str


@dataclass
class _Cursor:
    """A position in bytes, with the encoding that holds there."""

    data: bytes | memoryview
    order: Literal["<", ">"] = "<"
    explicit: bool = True
    at: int = 0
    depth: int = field(default=0)
    elements: list[int] = field(default_factory=lambda: [0])
    """The number of elements read so far. All cursors of a file share the count."""

    def take(self, count: int) -> bytes:
        """Return a value's bytes."""
        return bytes(self.view(count))

    def view(self, count: int) -> bytes | memoryview:
        """Return the next bytes without a copy, for a nested level."""
        if count > len(self.data) - self.at:
            raise Malformed(f"ends at byte {len(self.data)}, within an element of {count} bytes at byte {self.at}")
        self.at += count
        return self.data[self.at - count : self.at]

    def numbers(self, form: str) -> tuple[int, ...]:
        numbers = _NUMBERS[self.order + form]
        return numbers.unpack(self.view(numbers.size))

    def below(self, count: int) -> "_Cursor":
        """Return a cursor of the next bytes alone."""
        inner = memoryview(self.view(count))
        return _Cursor(inner, self.order, self.explicit, depth=self.depth, elements=self.elements)

    @property
    def more(self) -> bool:
        return self.at < len(self.data)


def read(body: bytes) -> File:
    """Read a file of any transfer syntax (PS3.10 section 7).

    Raises:
        Malformed: the bytes are no DICOM file.
    """
    if body[PREAMBLE : PREAMBLE + 4] != PREFIX:
        raise Malformed(f"has no {PREFIX.decode()} after a preamble of {PREAMBLE} bytes")
    cursor = _Cursor(body, at=PREAMBLE + 4)
    meta: dict[Tag, Element] = {}
    while cursor.more and body[cursor.at : cursor.at + 2] == b"\x02\x00":
        tag, element = _element(cursor)
        meta[tag] = element
    syntax = text_of(meta, _TRANSFER_SYNTAX) or ""
    rest = _Cursor(_inflated(body[cursor.at :], syntax), ">" if syntax == BIG_ENDIAN else "<", syntax != IMPLICIT)
    return File(meta, dict(_elements(rest)), syntax)


def _inflated(data: bytes, syntax: str) -> bytes:
    if syntax != DEFLATED:
        return data
    try:
        inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        inflated = inflating.decompress(data, _LONGEST_INFLATED)
    except zlib.error:
        raise Malformed("cannot be inflated, as its transfer syntax says it can") from None
    if inflating.unconsumed_tail:
        raise Malformed(f"is longer than {_LONGEST_INFLATED // MEBIBYTE} MiB once it is inflated")
    return inflated


def _elements(cursor: _Cursor, end: Tag | None = None) -> Iterator[tuple[Tag, Element]]:
    """Yield elements up to the end of the bytes, or to the delimiter `end`."""
    while cursor.more or end is not None:
        tag, element = _element(cursor)
        if tag == end:
            return
        yield tag, element


def _element(cursor: _Cursor) -> tuple[Tag, Element]:
    group, number = cursor.numbers("HH")
    tag = (group, number)
    cursor.elements[0] += 1
    if cursor.elements[0] > _MOST_ELEMENTS:
        raise Malformed(f"has more than {_MOST_ELEMENTS:,} elements")
    if group == 0xFFFE:
        cursor.numbers("L")
        return tag, Element("")
    vr, length = _head(cursor)
    if vr == "SQ" or (vr in ("", "UN") and (length == _UNDEFINED or tag in _SEQUENCES)):
        return tag, Element("SQ", items=tuple(_items(cursor, length, implicit=vr == "UN")))
    if length == _UNDEFINED:
        raise Malformed(f"has an element ({group:04X},{number:04X}) of undefined length that is no sequence")
    return tag, Element(vr, cursor.take(length))


def _head(cursor: _Cursor) -> tuple[str, int]:
    """Read an element's value representation and its length."""
    if not cursor.explicit:
        return "", cursor.numbers("L")[0]
    vr = cursor.take(2)
    if not (vr.isalpha() and vr.isupper()):
        raise Malformed(f"has no value representation at byte {cursor.at - 2}")
    if vr in _LONG:
        cursor.take(2)
        return vr.decode(), cursor.numbers("L")[0]
    return vr.decode(), cursor.numbers("H")[0]


def _items(cursor: _Cursor, length: int, *, implicit: bool) -> Iterator[Dataset]:
    """Yield the items of a sequence; those of one that is written as UN are of implicit VR (PS3.5, section 6.2.2)."""
    if cursor.depth >= _DEEPEST:
        raise Malformed(f"has sequences below each other more than {_DEEPEST} deep")
    whole = cursor if length == _UNDEFINED else cursor.below(length)
    explicit, whole.depth = whole.explicit, cursor.depth + 1
    whole.explicit = explicit and not implicit
    while whole.more:
        tag = whole.numbers("HH")
        size = whole.numbers("L")[0]
        if tag == _SEQUENCE_END and length == _UNDEFINED:
            break
        if tag != _ITEM:
            raise Malformed(f"has no item where one is due at byte {whole.at - 8}")
        whole.elements[0] += 1
        yield _item(whole, size)
    else:
        if length == _UNDEFINED:
            raise Malformed("ends within a sequence")
    whole.explicit = explicit
    whole.depth -= 1


def _item(cursor: _Cursor, size: int) -> Dataset:
    if size == _UNDEFINED:
        return dict(_elements(cursor, _ITEM_END))
    return dict(_elements(cursor.below(size)))


def text_of(dataset: Dataset, tag: Tag, encoding: str = "ascii") -> str | None:
    """Return a value as text without its padding; None where it is absent, empty, or not in that encoding."""
    element = dataset.get(tag)
    try:
        text = element.value.decode(encoding) if element else ""
    except UnicodeDecodeError:
        return None
    return text.rstrip("\0 ").lstrip(" ") or None


def items_of(dataset: Dataset, tag: Tag) -> tuple[Dataset, ...]:
    """Return the items of a sequence; none where it is absent or empty."""
    element = dataset.get(tag)
    return element.items if element else ()
