"""`pacsimile scenarios`: what there is to begin with, and what is wrong in a file of one's own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pacsimile.main import main
from pacsimile_mock.seed.load import FOLDER, load, shipped


def ask(*arguments: str) -> Result:
    """Call the command."""
    return CliRunner().invoke(main, ["scenarios", *arguments])


def test_the_list_names_each_with_its_purpose() -> None:
    """All twelve."""
    said = " ".join(ask().output.split())
    assert len(shipped()) == 12
    for name in shipped():
        assert f"{name} {load(name).summary}" in said


def test_one_is_printed_as_it_stands() -> None:
    """What a file of one's own may begin with."""
    done = ask("groups")
    assert (done.exit_code, done.output) == (0, (FOLDER / "groups.yaml").read_text(encoding="utf-8"))


def test_the_schema_is_printed() -> None:
    """For an editor."""
    assert json.loads(ask("--schema").output)["$id"] == "urn:pacsimile:scenario"


def test_a_file_is_checked(tmp_path: Path) -> None:
    """By the rules of `serve`, without serving."""
    path = tmp_path / "mine.yaml"
    path.write_text("orders:\n  - {status: COMPLETED, count: 3}\n")
    assert ask("--check", str(path)).output == f"{path}: 2 organizations, 3 orders, 0 faults\n"
    path.write_text("orders: [{status: COMPLETED}]\n")
    assert ask("--check", str(path)).output == f"{path}: 2 organizations, 1 order, 0 faults\n"
    path.write_text("orders:\n  - {status: DONE}\n")
    done = ask("--check", str(path))
    assert (done.exit_code, done.stderr[:41]) == (2, "pacsimile: mine.yaml:2:14: expected one o")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "there is no scenario 'nothing': there are amended_report"),
        (("dmo",), "slow_order; did you mean 'demo'?"),
        (("demo", "--schema"), "give one of NAME, --check and --schema"),
        (("--check",), "requires an argument"),
    ],
)
def test_what_cannot_be_done_is_told(arguments: tuple[str, ...], said: str) -> None:
    """In one line, with status 2."""
    done = ask(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output
