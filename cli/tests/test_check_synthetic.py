"""`pacsimile check-synthetic`: each file by name and in words, and an exit status for a hook."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pacsimile.check_synthetic import command
from pacsimile.export import command as export

PROGRAM = Path(sys.executable).with_name("pacsimile")


def check(*arguments: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(command, list(map(str, arguments)))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A folder with the reports of one order in every type."""
    folder = tmp_path / "exported"
    assert CliRunner().invoke(export, [str(folder), "--count", "1"]).exit_code == 0
    return folder


def test_an_export_is_synthetic_down_to_its_manifest(exported: Path) -> None:
    """Exit status 0, one line; file by file when asked."""
    result = check(exported)
    assert (result.exit_code, result.output) == (0, "8 files: 8 synthetic\n")
    lines = check("-v", exported).output.splitlines()
    assert len(lines) == 9
    assert f"{exported / 'dicom_sr' / 'REP-5QBC5V-000001-1.dcm'}: synthetic (DICOM)" in lines


def test_files_that_are_not_synthetic_are_named_in_words(exported: Path) -> None:
    """Exit status 1; not known and unreadable are told apart, and no value of a file is shown."""
    (exported / "a.txt").write_text("Report of Jane Miller, 12345\n")
    mixed = (exported / "json" / "REP-5QBC5V-000001-1.json").read_text()
    (exported / "b.json").write_text(mixed.replace('"mrn": "SYN', '"mrn": "REAL'))
    (exported / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    result = check(exported)
    assert result.exit_code == 1
    assert result.stderr == ""
    *named, summary = result.output.splitlines()
    assert [line.removeprefix(f"{exported}/").split(": ")[:2] for line in named] == [
        ["a.txt", "not known to be synthetic"],
        ["b.json", "not known to be synthetic"],
        ["c.png", "unreadable"],
    ]
    assert named[0].endswith("line 1: no report and study of this generator is named")
    assert "/patient/mrn: " in named[1]
    assert "Miller" not in result.output
    assert "REAL" not in result.output
    assert summary == "11 files: 8 synthetic, 2 not known to be synthetic, 1 unreadable"


def test_files_can_be_given_one_by_one(exported: Path) -> None:
    """As a hook before a commit gives them."""
    paths = [path for path in sorted(exported.rglob("*.*")) if path.is_file()]
    assert check(*paths).output == "8 files: 8 synthetic\n"
    assert check(paths[0]).output == "1 file: 1 synthetic\n"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"synthetic": true', '"synthetic": true, "of": "Jane Miller"', "/: a member"),
        ('"seed": 1', '"seed": 1, "seed": 1', "/seed: there more than once"),
        ('"seed": 1', '"seed": 2', "/documents/0/"),
        ('"orders": 1', '"orders": 471108', "/orders: "),
        ('"orders": 1', '"orders": 12', "/documents: "),
        ('"sha256": "', '"sha256": "1', "/documents/0/sha256: "),
        ('"size": ', '"size": 1', "/documents/0/size: "),
        ('"supersedes": null', '"supersedes": "Jane Miller"', "/documents/0/supersedes: "),
        ('"path": "json/', '"path": "../', "/documents/0/path: "),
        ('"documents": [', '"documents": ["Jane Miller", ', "/documents: "),
        ("pacsimile ", "Jane Miller ", "/generator: "),
    ],
)
def test_a_manifest_is_compared_entry_by_entry(exported: Path, old: str, new: str, place: str) -> None:
    """Alone, or beside the files that it names."""
    manifest = exported / "manifest.json"
    text = manifest.read_text()
    alone = exported.parent / "alone" / "manifest.json"
    alone.parent.mkdir()
    alone.write_text(text)
    assert check(alone).exit_code == 0
    assert old in text
    for file in (manifest, alone):
        file.write_text(text.replace(old, new, 1))
        result = check(file)
        assert result.exit_code == 1
        assert f"not known to be synthetic: {place}" in result.output
        assert "Miller" not in result.output


def test_other_seeds_are_given(tmp_path: Path) -> None:
    """Those that are not among the first ten thousand."""
    folder = tmp_path / "far"
    large = ["--count", "1", "--seed", "123456789", "--type", "txt"]
    assert CliRunner().invoke(export, [str(folder), *large]).exit_code == 0
    assert "give its seed" in check(folder).output
    assert check("--seed", "123456789", folder).output == "2 files: 2 synthetic\n"


def test_a_folder_of_too_many_files_is_told(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left out is not called synthetic."""
    monkeypatch.setattr("pacsimile.check_synthetic.MOST_FILES", 3)
    result = check(exported)
    assert result.exit_code == 1
    assert result.stdout == "3 files: 3 synthetic\n"
    assert result.stderr == "pacsimile: more than 3 files: the others are not judged, give fewer folders\n"


def test_what_cannot_be_checked_is_a_matter_of_usage(tmp_path: Path) -> None:
    """Exit status 2: nothing given, nothing there, a folder without files."""
    assert check().exit_code == 2
    missing = check(tmp_path / "missing")
    assert missing.exit_code == 2
    assert "does not exist" in missing.stderr
    empty = check(tmp_path)
    assert empty.exit_code == 2
    assert empty.stderr == f"pacsimile: no file in {tmp_path}: give files, or folders that have some\n"


def test_what_is_no_file_does_not_hold_it_up(tmp_path: Path) -> None:
    """A pipe, a link to nowhere, a link to a folder: unreadable, each with its reason."""
    os.mkfifo(tmp_path / "a-pipe")
    (tmp_path / "b-nowhere").symlink_to(tmp_path / "nowhere")
    (tmp_path / "c-folder").symlink_to(tmp_path)
    result = check(tmp_path)
    assert result.exit_code == 1
    assert "a-pipe: unreadable: no regular file" in result.output
    assert "b-nowhere: unreadable: no regular file" in result.output
    assert "c-folder: unreadable: a link to a folder, which is not followed: name the folder itself" in result.output
    assert result.output.endswith("3 files: 3 unreadable\n")


def test_what_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own words; the rest is judged."""
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.txt").write_text("x")
    opened = Path.open

    def refuse(path: Path, *arguments: Any) -> Any:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments)

    monkeypatch.setattr(Path, "open", refuse)
    lines = check(tmp_path).output.splitlines()
    assert lines[0].endswith("a.txt: unreadable: cannot be opened: Permission denied")
    assert "b.txt: not known to be synthetic" in lines[1]


def test_a_name_with_control_characters_reaches_no_terminal(tmp_path: Path) -> None:
    """It is shown with question marks."""
    (tmp_path / "a\x1b[31m\n.txt").write_text("x")
    assert "a?[31m?.txt: not known to be synthetic" in check(tmp_path).output


def test_it_is_a_command_of_its_own(tmp_path: Path) -> None:
    """By its name with a hyphen, in a process of its own."""
    (tmp_path / "a.txt").write_text("x")
    done = subprocess.run([PROGRAM, "check-synthetic", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a.txt: not known to be synthetic: line 1" in done.stdout
    assert done.stderr == ""
