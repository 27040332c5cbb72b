"""The transcripts of the documentation, run as a person types them against a mock that was really started.

In a ```console block a command follows `$ `, its continuation lines after a backslash or behind `> `, and then what it
printed. Where output differs from run to run the page has `...`, which stands for any text. A page's first block has a
mock that was started with `serve`; one that is opened by ```console serve --scenario groups has one of its own, started
so, and what follows has the same. Pages write http://127.0.0.1:8080 for its address, or https://127.0.0.1:8443.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [path.relative_to(ROOT).as_posix() for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))]
BLOCK = re.compile(r"^```console(?: serve(?P<options>[^\n]*))?\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)
WRITTEN = {"http": "http://127.0.0.1:8080", "https": "https://127.0.0.1:8443"}
END = "--- end of one command ---\n"


@dataclass(frozen=True)
class Step:
    """One command of a page and the output that the page shows for it; `line` is where the page has it."""

    line: int
    command: str
    output: str
    serve: str | None = None
    """The options of the mock that is started before it; None to go on with the one that runs."""

    def matches(self, actual: str) -> bool:
        """Whether `actual` is the output shown, `...` standing for any text."""
        shown = ".*?".join(map(re.escape, self.output.strip().split("...")))
        return re.fullmatch(shown, actual.strip(), re.DOTALL) is not None


def steps(text: str) -> Iterator[Step]:
    """All commands of a page's transcripts, in the page's order."""
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start()) + 2
        yield from steps_of(block["lines"].splitlines(), first, block["options"])


def steps_of(lines: list[str], first: int, options: str | None = None) -> Iterator[Step]:
    """Commands of one block whose first line is line `first` of the page."""
    starts = [index for index, line in enumerate(lines) if line.startswith("$ ")]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = start + 1
        while lines[end - 1].endswith("\\") or (end < stop and re.match("> |>$", lines[end])):
            end += 1
        command = "\n".join(re.sub("^> ?|^[$] ", "", line) for line in lines[start:end])
        yield Step(first + start, command, "\n".join(lines[end:stop]), options)
        options = None


def environment(folder: Path) -> dict[str, str]:
    """The installed command on the path, and a place of its own for what running mocks leave for other commands."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PACSIMILE_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    places = {f"PACSIMILE_{name}_DIR": str(folder / name.lower()) for name in ("RUNTIME", "TLS")}
    return {**own, **places, "PATH": path}


class Shell:
    """One bash for a whole page, so that a variable set by one command is there for the next."""

    def __init__(self, folder: Path) -> None:
        """Start bash in `folder` with the installed command on its path; errors come with the output."""
        self.process = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str) -> str:
        """Output of one command."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{command}\nprintf '\\n%s' '{END}'\n")
        self.process.stdin.flush()
        lines = iter(self.process.stdout.readline, "")
        return "".join(iter(lambda: next(lines, END), END))


class Mock:
    """The mock of a page: one at a time, each started in the page's folder."""

    def __init__(self, folder: Path) -> None:
        """Start none yet."""
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def serve(self, options: str) -> None:
        """Start one with these options of `serve`, in the place of the former one."""
        self.stop()
        program = str(Path(sys.executable).with_name("pacsimile"))
        fixed = ["--port", "0", "--json", "--control-token", "my-control-token"]
        self._process = subprocess.Popen(
            [program, "serve", *fixed, *shlex.split(options)],
            cwd=self._folder,
            env=environment(self._folder),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = json.loads(self._process.stdout.readline())["url"]

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            with self._process:
                self._process.send_signal(signal.SIGTERM)


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[Mock]:
    """A page's mock, which ends with the test."""
    mock = Mock(tmp_path)
    yield mock
    mock.stop()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder."""
    shell = Shell(tmp_path)
    with shell.process:
        yield shell


@pytest.mark.parametrize("page", PAGES)
def test_transcripts_are_what_happens(page: str, mock: Mock, shell: Shell) -> None:
    """Each command of a page, typed in the page's order, prints what the page shows."""
    for step in steps((ROOT / page).read_text(encoding="utf-8")):
        if step.serve is not None or not mock.url:
            mock.serve(step.serve or "")
        written = WRITTEN[mock.url.partition(":")[0]]
        actual = shell.run(step.command.replace(written, mock.url)).replace(mock.url, written)
        assert step.matches(actual), f"{page}:{step.line}\n$ {step.command}\n{actual}"


def test_readme_has_a_transcript() -> None:
    """The first page shows a session: token, status, report, listing and acknowledgement at least."""
    assert len(list(steps((ROOT / "README.md").read_text(encoding="utf-8")))) >= 5


def test_a_difference_is_found() -> None:
    """Output that is not what a page shows does not match; `...` is any text, in one line or over several."""
    step = Step(1, "date", '{"status": "COMPLETED", "at": "...",...}')
    assert step.matches('{"status": "COMPLETED", "at": "now",\n "more": 1}\n')
    assert not step.matches('{"status": "FAILED", "at": "now", "more": 1}')
    assert not Step(1, "true", "").matches("something")


def test_commands_may_have_several_lines() -> None:
    """A backslash at a line's end continues the command, and so does what a shell's second prompt shows."""
    (step,) = steps("Text.\n\n```console\n$ curl -s \\\n    -u a:b\nanswer\nmore\n```\n")
    assert step == Step(4, "curl -s \\\n    -u a:b", "answer\nmore")
    (typed,) = steps("```console\n$ cat << END\n>\n>   text\n> END\n\n  text\n```\n")
    assert typed == Step(2, "cat << END\n\n  text\nEND", "\n  text")


def test_a_block_may_have_a_mock_of_its_own() -> None:
    """Its options stand where it is opened, and are those of its first command alone."""
    blocks = "```console serve --scenario groups\n$ one\n$ two\n```\n\n```console\n$ three\n```\n"
    assert [step.serve for step in steps(blocks)] == [" --scenario groups", None, None]
