"""Files that a user names: regular ones of bounded size alone, and nothing waits for a pipe."""

import os
import socket
from pathlib import Path

import pytest

from pacsimile_spec import given_files
from pacsimile_spec.given_files import UnusableFile


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    """As it is; text with or without a byte order mark, through a link too."""
    file, link = tmp_path / "a.txt", tmp_path / "link.txt"
    file.write_bytes("\ufeffä".encode())
    link.symlink_to(file)
    assert given_files.read(file, 5) == "\ufeffä".encode()
    assert given_files.read_text(link, 5) == "ä"


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    """A directory, a pipe without a writer, a socket, a device, a file that is too large, and one that is not there."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * 6)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        cases = {
            tmp_path: "directory", tmp_path / "pipe": "is a pipe", tmp_path / "socket": ".",
            Path("/dev/zero"): "is a pipe, socket or device", tmp_path / "large": "is larger than",
            tmp_path / "none": "No such file", Path("a\0b"): "no file has such a name",
        }  # fmt: skip
        for path, why in cases.items():
            with pytest.raises(UnusableFile, match=why):
                given_files.read(path, 5)


def test_what_is_refused_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its descriptor is not left open."""
    held: list[int] = []
    whole = os.open

    def opened(path: Path, flags: int) -> int:
        held.append(whole(path, flags))
        return held[-1]

    monkeypatch.setattr(os, "open", opened)
    with pytest.raises(UnusableFile):
        given_files.read(tmp_path, 5)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(held[0])


def test_what_is_not_utf8_is_told_by_its_place(tmp_path: Path) -> None:
    """The first byte that cannot be."""
    (tmp_path / "latin").write_bytes(b"ab\xe9")
    with pytest.raises(UnusableFile, match=r"is not UTF-8 \(at byte 2\)"):
        given_files.read_text(tmp_path / "latin", 5)
