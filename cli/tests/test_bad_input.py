"""Whatever is typed: one clear line and a status, never a traceback. Every option of every command, found by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pacsimile.main import main

JUNK = ("", "x", "-1", "1e999", "nan", "9" * 400, "no/such/file", "http://127.0.0.1:1", "\N{BLACK HEART SUIT}")
NOWHERE = {"serve": ["--scenario", "no-such-scenario", "--port", "0"], "export": ["--count", "1"]}
"""What lets a command end soon that would serve on, or write a hundred files."""
FILLED = {"verify": ["http://127.0.0.1:1"], "matrix": ["http://127.0.0.1:1"], "export": ["out"]}
"""Arguments of those that need some before an option is looked at."""


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that lead to it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))
    else:
        yield path, command


ALL = list(commands(main))


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


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_every_option_with_what_it_is_not_for(path: tuple[str, ...], command: click.Command) -> None:
    """Numbers, names, files and addresses that there are not."""
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    filled = FILLED.get(path[0], ["x"] * sum(one.required for one in arguments))
    for option in command.params:
        if not isinstance(option, click.Option) or option.is_flag:
            continue
        for junk in JUNK:
            words = [*path, *filled, *NOWHERE.get(path[0], ()), option.opts[-1], junk]
            told(CliRunner().invoke(main, words), words)


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_every_argument_with_what_it_is_not_for(path: tuple[str, ...], command: click.Command) -> None:
    """One too few, one too many, and each with what is nothing."""
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    ends = NOWHERE.get(path[0], [])
    for junk in JUNK[:1] + JUNK[6:]:
        words = [*path, *ends, *[junk] * len(arguments)]
        told(CliRunner().invoke(main, words), words)
    words = [*path, *ends, *["surprise"] * 9]
    told(CliRunner().invoke(main, words), words)
