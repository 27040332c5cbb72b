"""DICOM files that are damaged: each is refused by the place where it is wrong (PS3.10 section 7, PS3.5 section 7)."""

from __future__ import annotations

import re
import struct

import pytest

from pacsimile_contract.documents.part10 import BIG_ENDIAN, DEFLATED, Malformed, read, text_of

EXPLICIT = "1.2.840.10008.1.2.1"
UNDEFINED = 0xFFFFFFFF


def element(group: int, number: int, vr: bytes, value: bytes, order: str = "<") -> bytes:
    """Write an element of explicit VR with a short length."""
    return struct.pack(f"{order}HH", group, number) + vr + struct.pack(f"{order}H", len(value)) + value


def file(syntax: str, *elements: bytes) -> bytes:
    """Write a file of this transfer syntax, whose dataset is written as it is."""
    text = syntax.encode() + b"\0" * (len(syntax) % 2)
    return bytes(128) + b"DICM" + element(2, 0x10, b"UI", text) + b"".join(elements)


def sequence(*items: bytes, length: int = UNDEFINED) -> bytes:
    """Write a sequence of explicit VR."""
    return struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, length) + b"".join(items)


def test_both_orders_of_bytes_are_read() -> None:
    """A value without its padding; one that is in another encoding than it says is none."""
    for syntax, order in ((EXPLICIT, "<"), (BIG_ENDIAN, ">")):
        values = (element(0x10, 0x20, b"LO", b"MRN-1 ", order), element(0x10, 0x10, b"PN", b"\xff", order))
        found = read(file(syntax, *values))
        assert text_of(found.dataset, (0x10, 0x20)) == "MRN-1"
        assert text_of(found.dataset, (0x10, 0x10)) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"%PDF-1.7", "has no DICM after a preamble of 128 bytes"),
        (file(DEFLATED, b"no stream of deflate"), "cannot be inflated"),
        (file(EXPLICIT, struct.pack("<HH", 0x10, 0x20), b"1~"), "has no value representation at byte"),
        (file(EXPLICIT, struct.pack("<HH2sHL", 0x10, 0x20, b"OB", 0, UNDEFINED)), "(0010,0020) of undefined length"),
        (file(EXPLICIT, struct.pack("<HH2sH", 0x10, 0x20, b"LO", 9), b"short"), "within an element of 9 bytes"),
        (file(EXPLICIT, sequence(b"\x10\x00\x20\x00\x00\x00\x00\x00")), "has no item where one is due at byte"),
        (file(EXPLICIT, sequence()), "ends within a sequence"),
    ],
)
def test_a_damaged_file_says_where(body: bytes, words: str) -> None:
    """By the byte, or by the element."""
    with pytest.raises(Malformed, match=re.escape(words)):
        read(body)


def test_a_file_of_very_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items count too."""
    monkeypatch.setattr("pacsimile_contract.documents.part10._MOST_ELEMENTS", 4)
    few = [element(0x10, 0x20, b"LO", b"")] * 3
    assert read(file(EXPLICIT, *few)).dataset
    with pytest.raises(Malformed, match="has more than 4 elements"):
        read(file(EXPLICIT, *few, *few))
