"""How files of a report folder are written: whole, or not at all."""

from pathlib import Path

import pytest

from pacsimile_contract.files import new_file


def test_a_file_that_cannot_be_written_leaves_the_former_one(tmp_path: Path) -> None:
    """As on a full disk: what an earlier run wrote stays whole, nothing half written stays, and the file is named."""
    path = tmp_path / "report.json"
    path.write_text("former")
    with pytest.raises(OSError, match="No space left") as caught, new_file(path) as file:
        file.write("half")
        raise OSError(28, "No space left on device")
    assert caught.value.filename == str(path)
    assert path.read_text() == "former"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_never_followed(tmp_path: Path) -> None:
    """Nor is a link at the name that the file has until it is whole."""
    other = tmp_path / "other"
    other.write_text("somebody's")
    for name in ("report.json", ".report.json.part"):
        (tmp_path / name).symlink_to(other)
    with new_file(tmp_path / "report.json") as file:
        file.write("whole")
    assert other.read_text() == "somebody's"
    assert not (tmp_path / "report.json").is_symlink()
    assert (tmp_path / "report.json").read_text() == "whole"


def test_what_cannot_be_replaced_is_named(tmp_path: Path) -> None:
    """A folder, for example."""
    (tmp_path / "report.json").mkdir()
    with pytest.raises(OSError, match="directory") as caught, new_file(tmp_path / "report.json") as file:
        file.write("whole")
    assert caught.value.filename == str(tmp_path / "report.json")
    assert [found.name for found in tmp_path.iterdir()] == ["report.json"]
