"""Files with keys, secrets or calls in them are their owner's alone, whatever the umask, from the start (SEC-7)."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pacsimile_mock import private_files
from pacsimile_mock.journal.audit import AuditLog
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.storage.database.open import open_registry

ENTRY = Entry(0, 1, "id", "GET", None, None, {}, 404, None, 5, 10)


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """A umask that forbids nobody anything."""
    former = os.umask(0)
    yield
    os.umask(former)


def modes(folder: Path) -> dict[str, int]:
    """The mode of each file."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_the_database_and_what_stands_beside_it(tmp_path: Path) -> None:
    """All of it: the file, its write-ahead log, the memory that its readers share, and the journal's."""
    registry = open_registry(f"sqlite:///{tmp_path / 'state.db'}")
    registry.recall("signing-keys", lambda: "a key")
    registry.journal("default").add(ENTRY)
    found = modes(tmp_path)
    registry.close()
    assert set(found) == {f"state{middle}.db{end}" for middle in ("", ".journal") for end in ("", "-wal", "-shm")}
    assert set(found.values()) == {0o600}


def test_a_file_that_a_link_leads_to(tmp_path: Path) -> None:
    """A link that leads nowhere yet is followed, and its file is private too."""
    (tmp_path / "state.db").symlink_to(tmp_path / "elsewhere.db")
    open_registry(f"sqlite:///{tmp_path / 'state.db'}").close()
    assert modes(tmp_path)["elsewhere.db"] == 0o600


def test_the_file_is_never_open_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made with its mode: no step in between, in which another program could open it."""
    seen = []
    opened = os.open

    def watched(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = opened(path, flags, mode)
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    private_files.claim(tmp_path / "state.db")
    assert seen == [0o600]


def test_the_audit_log_and_what_follows_a_rotation(tmp_path: Path) -> None:
    """A file that exists keeps its mode, so that a collector of logs can be let in."""
    log = AuditLog(tmp_path / "audit.jsonl")
    log.write("default", ENTRY)
    assert modes(tmp_path) == {"audit.jsonl": 0o600}
    (tmp_path / "audit.jsonl").rename(tmp_path / "audit.1")
    log.write("default", ENTRY)
    assert modes(tmp_path) == {"audit.jsonl": 0o600, "audit.1": 0o600}
    log.close()
    (tmp_path / "audit.jsonl").chmod(0o640)
    log = AuditLog(tmp_path / "audit.jsonl")
    log.write("default", ENTRY)
    log.close()
    assert modes(tmp_path)["audit.jsonl"] == 0o640


@pytest.mark.skipif(os.name == "nt", reason="Windows has no owners as POSIX has")
def test_a_file_of_another_user_is_exposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its mode: its owner can read what we write to it."""
    file = tmp_path / "state.db"
    private_files.claim(file)
    assert private_files.exposed([file]) == []
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    assert private_files.exposed([file, tmp_path / "none.db"]) == [file]
