"""Whatever is typed: one clear line and a status, never a traceback. Every option of every command, found by itself."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event

import click
import pytest
from click.testing import CliRunner, Result

from cli.tests.helpers.commands import COMMANDS, NAMES, Words
from contract_tests.tests.helpers.stored_folder import write_folder
from pacsimile.client_check import folder as check_reports
from pacsimile.client_check.check import Check
from pacsimile.client_check.trial import Settings
from pacsimile.main import main
from pacsimile.option_types import Word
from pacsimile_contract.errors import UsageError
from pacsimile_contract.reporting.folder import ReportFolder

JUNK = ("", "x", "-1", "1e999", "nan", "9" * 400, "no/such/file", "http://127.0.0.1:1", "\N{BLACK HEART SUIT}")
NOWHERE = {"serve": ["--scenario", "no-such-scenario", "--port", "0"], "export": ["--count", "1"]}
"""What lets a command end soon that would serve on, or write a hundred files."""
FILLED = {name: ["http://127.0.0.1:1"] for name in ("load", "matrix", "verify")} | {"export": ["out"]}
"""Arguments of those that need some before an option is looked at."""


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No mock of the user's is found, and whatever is written is written here."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.chdir(tmp_path)


def told(result: Result, words: list[str]) -> None:
    """Hold what a command said against what it may say."""
    assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exception)
    assert result.exit_code in range(5), words
    assert "Traceback" not in result.output, words
    if result.exit_code != 0:
        assert result.stderr.strip(), words
        assert len(result.stderr.splitlines()[-1]) < 1_000, words


@pytest.mark.parametrize(("path", "command"), COMMANDS.items(), ids=NAMES)
def test_every_option_with_what_it_is_not_for(path: Words, command: click.Command) -> None:
    """Numbers, names, files and addresses that there are not."""
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    filled = FILLED.get(path[0], ["x"] * sum(argument.required for argument in arguments))
    for option in command.params:
        if not isinstance(option, click.Option) or option.is_flag:
            continue
        for junk in JUNK:
            words = [*path, *filled, *NOWHERE.get(path[0], ()), option.opts[-1], junk]
            told(CliRunner().invoke(main, words), words)


@pytest.mark.parametrize(("path", "command"), COMMANDS.items(), ids=NAMES)
def test_every_argument_with_what_it_is_not_for(path: Words, command: click.Command) -> None:
    """One too few, one too many, and each with what is nothing."""
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    ends = NOWHERE.get(path[0], [])
    for junk in JUNK[:1] + JUNK[6:]:
        words = [*path, *ends, *[junk] * len(arguments)]
        told(CliRunner().invoke(main, words), words)
    words = [*path, *ends, *["surprise"] * 9]
    told(CliRunner().invoke(main, words), words)


@pytest.mark.parametrize(
    "words",
    [
        ["learn", "--output", "."], ["statement", "x", "--output", "file"], ["serve", "--port", "x"],
        ["serve", "--dialect", "a\n\u202eb"], ["worlds", "new", "--dialect", "a\u2028b"], ["learn", "--har", ""],
        ["verify", "--report", "file"], ["serve", "--scenario", "long.yaml"], ["scenarios", "--check", "long.yaml"],
        ["serve", "--cert", "a\nb", "--key", "a\nb"], ["serve", "--audit-log", "no/a\nb"],
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_one_printable_line(tmp_path: Path, words: list[str]) -> None:
    """How the command is called is no help where the call has the right form."""
    (tmp_path / "file").touch()
    (tmp_path / "long.yaml").write_text(f"? {'a' * 200_000}\n: 1\n", "utf-8")
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert len(result.stderr) < 1_000
    assert result.stderr.startswith("pacsimile: ")
    assert result.stderr.removesuffix("\n").isprintable()


MISFITS = {
    click.IntRange: "x",
    click.FloatRange: "x",
    click.types.IntParamType: "x",
    click.types.FloatParamType: "x",
    Word: "no-such-choice",
}
"""What is no value of a type, whichever option has it."""


def usage(words: list[str]) -> None:
    """Run what cannot be used: exit status 2, and one line about it, below click's usage where it is click's."""
    result = CliRunner().invoke(main, words)
    told(result, words)
    assert result.exit_code == 2, (words, result.output)
    assert result.stdout == "", words
    assert len([line for line in result.stderr.splitlines() if line.startswith("pacsimile: ")]) == 1, words


@pytest.mark.parametrize(("path", "command"), COMMANDS.items(), ids=NAMES)
def test_what_cannot_be_used_has_one_status(path: Words, command: click.Command) -> None:
    """An option that there is not, one without its value, and one whose value is of another type."""
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    filled = FILLED.get(path[0], ["x"] * sum(argument.required for argument in arguments))
    usage([*path, "--no-such-option"])
    for option in command.params:
        if not isinstance(option, click.Option) or option.is_flag:
            continue
        usage([*path, *filled, option.opts[-1]])
        if type(option.type) in MISFITS:
            misfits = [MISFITS[type(option.type)]] * option.nargs
            usage([*path, *filled, option.opts[-1], *misfits])


@pytest.mark.parametrize(("path", "command"), COMMANDS.items(), ids=NAMES)
def test_a_word_that_is_nearly_right_is_answered_with_the_right_one(path: Words, command: click.Command) -> None:
    """Every option that takes a word from a list."""
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    filled = FILLED.get(path[0], ["x"] * sum(argument.required for argument in arguments))
    for option in command.params:
        assert type(option.type) is not click.Choice, option.name
        for word in option.type.choices if isinstance(option.type, Word) else ():
            told = CliRunner().invoke(main, [*path, *filled, option.opts[-1], word + word[-1]])
            assert f"; did you mean {word!r}?" in told.stderr, (path, option.name, word, told.stderr)


TARGET = """\
base_url: http://127.0.0.1:1
oauth2_endpoint: http://127.0.0.1:1/oauth2
clients: {primary: {id: PATH, secret: PATH}}
"""
WRITTEN = [
    (["verify", "--target", "TARGET"], ("summary.md", "junit.xml", "report.html", "report.json", "history.jsonl")),
    (["load", "http://127.0.0.1:1"], ("junit.xml", "load.html", "load.json")),
    (["check-client", "--url", "http://127.0.0.1:1"], ("junit.xml", "report.html", "report.json")),
    (["replay", "RUN"], ("summary.md",)),
    (["replay", "RUN", "--compare"], ("drift.md", "drift.json")),
    (["proxy", "--target", "TARGET", "--port", "0"], ("summary.md", "advice.json")),
    (["proxy", "--target", "TARGET", "--port", "0", "--compare"], ("drift.md", "drift.json")),
]
"""The commands that write reports, and files that are theirs in a folder of an earlier run alone."""


@pytest.mark.parametrize(("words", "name"), [(words, name) for words, names in WRITTEN for name in names])
def test_a_file_that_is_no_report_is_not_overwritten(words: list[str], name: str, tmp_path: Path) -> None:
    """It stays as it is, and its name is told."""
    target, stored, folder = tmp_path / "target.yaml", tmp_path / "stored", tmp_path / "folder"
    target.write_text(TARGET)
    write_folder(stored)
    folder.mkdir()
    folder.joinpath(name).write_text("mine")
    given = [{"TARGET": str(target), "RUN": str(stored)}.get(word, word) for word in words]
    ends = ["--", sys.executable] if words[0] == "check-client" else []
    told = CliRunner().invoke(main, [*given, "--report", str(folder), *ends])
    assert told.exit_code == 2
    assert f"{name}: this command did not write it; give --report another folder" in told.stderr
    assert [path.name for path in folder.iterdir()] == [name]
    assert folder.joinpath(name).read_text() == "mine"


def test_the_reports_of_another_command_are_not_overwritten(tmp_path: Path) -> None:
    """`verify` and `check-client` write files of the same names. Each writes over its own alone."""
    judged, checked = tmp_path / "judged", tmp_path / "checked"
    write_folder(judged)
    settings = Settings([sys.executable], None, None, 0, 1.0, {}, Event())
    check_reports.make(checked)
    check_reports.write(Check(settings), checked)
    (judged / "history.jsonl").unlink()  # as `replay --report` leaves it
    with pytest.raises(UsageError, match="this command did not write it"):
        ReportFolder(checked)
    with pytest.raises(check_reports.UnusableFolder, match="this command did not write it"):
        check_reports.make(judged)
    assert (judged / "junit.xml").exists() and (checked / "junit.xml").exists()
    ReportFolder(judged)
    check_reports.make(checked)
    assert not (checked / "junit.xml").exists()


FILES = (
    ["verify", "--target", "FILE"],
    ["verify", "http://127.0.0.1:1", "--baseline", "FILE"],
    ["replay", "FILE"],
    ["diff", "FILE", "FILE"],
    ["statement", "FILE"],
    ["check-synthetic", "FILE"],
    ["learn", "--openapi", "FILE"],
    ["learn", "--har", "FILE"],
    ["learn", "--target", "FILE"],
    ["scenarios", "--check", "FILE"],
    ["serve", "--port", "0", "--scenario", "FILE"],
    ["serve", "--port", "0", "--audit-log", "FILE/below"],
    ["serve", "--port", "0", "--database", "sqlite:///FILE/below"],
    ["serve", "--port", "0", "--cert", "FILE", "--key", "FILE"],
    ["serve", "--port", "0", "--tls", "--client-ca", "FILE"],
    ["export", "FILE"],
    ["matrix", "http://127.0.0.1:1", "--json", "FILE/below"],
    ["matrix", "http://127.0.0.1:1", "--html", "FILE/below"],
)
"""Where a file is given: FILE is not there, or cannot be read or written."""
MADE = {"export"}
"""What makes its folder where there is none."""
READ = {"check-synthetic"}
"""What says of each file that is there whether it could be read, with a status for that."""


@pytest.mark.parametrize("words", FILES, ids=" ".join)
@pytest.mark.parametrize("kind", ["missing", "folder", "unreadable"])
def test_a_file_that_cannot_be_used_has_the_same(words: list[str], kind: str, tmp_path: Path) -> None:
    """Missing, a folder in its place, not text: one line that names it."""
    file = tmp_path / "FILE.yaml"
    if kind == "folder":
        file.mkdir()
        file.joinpath("below").mkdir()
    elif kind == "unreadable":
        file.write_bytes(b"\xff\xfe\0")
    if words[0] in {"missing": MADE, "folder": MADE | READ, "unreadable": READ}[kind]:
        return
    usage([word.replace("FILE", str(file)) for word in words])
