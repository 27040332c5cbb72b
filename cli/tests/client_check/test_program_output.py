"""What is kept of a program's output."""

from __future__ import annotations

import pytest

from pacsimile.client_check.program_output import ProgramOutput, forms

SECRET = "s3cret/of+this world"


def kept(*pieces: bytes, bound: int = 10_000) -> str:
    written = ProgramOutput(bound)
    for piece in pieces:
        written.add(piece)
    return written.text(forms("lab", SECRET))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (SECRET, "[hidden]"),
        ("secret=s3cret%2Fof%2Bthis%20world&x", "secret=[hidden]&x"),
        ("secret=s3cret%2Fof%2Bthis+world&x", "secret=[hidden]&x"),
        ("Authorization: Basic bGFiOnMzY3JldC9vZit0aGlzIHdvcmxk", "Authorization: Basic [hidden]"),
        ("Authorization: Basic b3RoZXI6b3RoZXI=", "Authorization: [hidden]"),
        ("bGFiOnMzY3JldC9vZit0aGlzIHdvcmxk", "[hidden]"),
        ("'authorization': 'bearer abcdefgh.ijkl'", "'authorization': '[hidden]'"),
        ("token eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl!", "token [hidden]!"),
        ("cut short: eyJhbGciOiJFUz", "cut short: [hidden]"),
        ("fetched REP-5QBC5V-000001-1", "fetched REP-5QBC5V-000001-1"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
    ],
)
def test_secrets_are_hidden_and_control_characters_shown(line: str, shown: str) -> None:
    assert kept(line.encode()) == shown


def test_bytes_that_are_no_text_are_kept_too() -> None:
    assert kept(b"\xff\xfe", b"text") == "\ufffd\ufffdtext"


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("size", [7, 1000, 100_000])
def test_no_part_of_a_secret_is_shown_beside_what_is_left_out(size: int, end: str) -> None:
    text = (SECRET + end).encode() * 5000
    shown = kept(*(text[start : start + size] for start in range(0, len(text), size)))
    before, after = shown.split(f"\n[{len(text) - 20_000:,} bytes are left out]\n")
    assert len(before) > 1000 and len(after) > 1000
    assert before.replace("[hidden]", "").strip() in ("", "[hidden"[: len(before) % 8])
    assert after.replace("[hidden]", "").strip() in ("", "[hidden]"[-(len(after) % 8) :])
