"""`pacsimile export`: files of reports with a manifest, the same for the same seed; nothing is replaced unasked."""

import json
import os
import pty
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pacsimile.export import command
from pacsimile_spec.report_types import ORDER_TYPES

PROGRAM = Path(sys.executable).with_name("pacsimile")
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from pacsimile.main import main
sys.argv = ["pacsimile", *sys.argv[1:]]
main()
"""


def export(folder: Path, *options: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(command, [str(folder), *options])


def manifest(folder: Path) -> dict:
    """The manifest, read."""
    return json.loads((folder / "manifest.json").read_bytes())


def files(folder: Path) -> dict[str, bytes]:
    """Each file below a folder by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_type_of_every_order_is_written_and_listed(tmp_path: Path) -> None:
    """The manifest names each file once, with its SHA-256, and says what it is of."""
    result = export(tmp_path / "made" / "here", "--count", "3", "--seed", "7")
    assert result.exit_code == 0, result.output
    folder = tmp_path / "made" / "here"
    listed = manifest(folder)
    assert listed["synthetic"] is True
    assert listed["report_types"] == list(ORDER_TYPES)
    written = files(folder)
    del written["manifest.json"]
    assert {each["path"] for each in listed["documents"]} == set(written)
    for each in listed["documents"]:
        assert each["sha256"] == sha256(written[each["path"]]).hexdigest()
        assert each["size"] == len(written[each["path"]])
        assert each["path"].startswith(f"{each['report_type']}/{each['report_id']}.")
    assert len({each["order_id"] for each in listed["documents"]}) == 3
    assert f"{len(written)} documents of 3 orders" in result.output


def test_files_say_what_the_manifest_says(tmp_path: Path) -> None:
    """Order, study, report and status of the json type are the manifest's; what is amended is there too."""
    assert export(tmp_path, "--count", "40", "--type", "json").exit_code == 0
    listed = manifest(tmp_path)["documents"]
    ids = {each["report_id"] for each in listed}
    for each in listed:
        said = json.loads((tmp_path / each["path"]).read_bytes())
        for name in ("order_id", "study_uid", "accession_number", "report_id", "report_status", "supersedes"):
            assert each[name] == said[name]
        assert each["supersedes"] is None or each["supersedes"] in ids
    assert 0 < sum(each["report_status"] == "amended" for each in listed) < 20


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """Another seed writes others; fewer orders or types are a part of more."""
    for name, options in {
        "one": ["--count", "2"],
        "two": ["--count", "2"],
        "fewer": ["--count", "1", "--type", "dicom_sr"],
        "other": ["--count", "2", "--seed", "2"],
    }.items():
        assert export(tmp_path / name, *options).exit_code == 0
    one, two, fewer, other = (files(tmp_path / name) for name in ("one", "two", "fewer", "other"))
    assert one == two
    assert set(one) & set(other) == {"manifest.json"}
    assert {name: data for name, data in fewer.items() if name != "manifest.json"}.items() <= one.items()


def test_types_come_once_and_in_one_order(tmp_path: Path) -> None:
    """However they are given."""
    export(tmp_path, "--count", "1", "--type", "txt", "--type", "json", "--type", "txt")
    assert manifest(tmp_path)["report_types"] == ["json", "txt"]


def test_nothing_is_replaced_unless_it_is_forced(tmp_path: Path) -> None:
    """One file that is there stops all, before anything is written; other files are left alone in any case."""
    (tmp_path / "txt").mkdir()
    mine, other = tmp_path / "txt" / "REP-5QBC5V-000002-1.txt", tmp_path / "txt" / "notes.txt"
    mine.write_text("mine")
    other.write_text("notes")
    refused = export(tmp_path, "--count", "2", "--type", "txt")
    assert refused.exit_code == 2
    assert refused.stderr == (f"pacsimile: {mine} is there already: give another folder, or --force to replace them\n")
    assert files(tmp_path) == {"txt/REP-5QBC5V-000002-1.txt": b"mine", "txt/notes.txt": b"notes"}
    assert export(tmp_path, "--count", "2", "--type", "txt", "--force").exit_code == 0
    assert b"SYNTHETIC" in mine.read_bytes()
    assert other.read_text() == "notes"
    again = export(tmp_path, "--count", "2", "--type", "txt")
    assert again.exit_code == 2
    assert "manifest.json and 2 more files are there already" in again.stderr


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    """What a link points to is another's, there or not; forced, the link itself is replaced."""
    (tmp_path / "json").mkdir()
    target, link = tmp_path / "target", tmp_path / "json" / "REP-5QBC5V-000001-1.json"
    link.symlink_to(target)
    assert export(tmp_path, "--count", "1", "--type", "json").exit_code == 2
    assert export(tmp_path, "--count", "1", "--type", "json", "--force").exit_code == 0
    assert not target.exists()
    assert not link.is_symlink()


def test_what_cannot_be_a_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    """A file, something below a file, a name that is too long: exit status 2 and what to do."""
    file = tmp_path / "file"
    file.write_text("")
    for folder, told in (
        (file, "is a file: give a folder"),
        (file / "below", "Not a directory: give a folder that you may write to"),
        (tmp_path / ("x" * 300), "File name too long: give a folder that you may write to"),
    ):
        result = export(folder, "--count", "1")
        assert result.exit_code == 2
        assert told in result.stderr
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--count", "0"], "1<=x<=100000"),
        (["--count", "many"], "'many' is not a valid integer range"),
        (["--type", "csv"], "'csv' is not one of 'json', 'txt', 'pdf', 'fhir', 'hl7v2', 'dicom_sr', 'dicom_pdf'"),
        (["--seed", "-1"], "-1 is not in the range"),
    ],
)
def test_options_that_cannot_be_used_are_refused(tmp_path: Path, options: list[str], told: str) -> None:
    """Exit status 2; the message names what may be given; nothing is made."""
    result = export(tmp_path / "new", *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_file_that_cannot_be_written_whole_is_not_left(tmp_path: Path) -> None:
    """As on a full disk: one line names it, exit status 1, what came before is whole, and there is no manifest."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "export", str(tmp_path), "--count", "1", "--type", "json", "--type", "pdf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"pacsimile: {tmp_path / 'pdf' / 'REP-5QBC5V-000001-1.pdf'}: File too large:"
        " what was written before it is whole, and has no manifest\n"
    )
    assert set(files(tmp_path)) == {"json/REP-5QBC5V-000001-1.json"}


def test_a_terminal_gets_a_progress_bar_and_a_pipe_does_not(tmp_path: Path) -> None:
    """On standard error; standard output is one line in either case."""
    arguments = [str(PROGRAM), "export", str(tmp_path / "terminal"), "--count", "2", "--type", "json"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        output, _ = process.communicate(timeout=60)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "Orders" in shown
    assert "2/2" in shown
    assert output.count("\n") == 1
    arguments[2] = str(tmp_path / "pipe")
    piped = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    assert piped.stdout.count("\n") == 1
