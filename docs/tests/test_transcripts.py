"""The transcripts of the documentation, run as a person types them against a mock that was really started.

In a ```console block a command follows `$ `, its continuation lines after a backslash, and then what it printed. Where
output differs from run to run the page has `...`, which stands for any text.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [path.relative_to(ROOT).as_posix() for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WRITTEN_URL = "http://127.0.0.1:8080"
END = "--- end of one command ---\n"


@dataclass(frozen=True)
class Step:
    """One command of a page and the output that the page shows for it; `line` is where the page has it."""

    line: int
    command: str
    output: str

    def matches(self, actual: str) -> bool:
        """Whether `actual` is the output shown, `...` standing for any text."""
        shown = ".*?".join(map(re.escape, self.output.strip().split("...")))
        return re.fullmatch(shown, actual.strip(), re.DOTALL) is not None


def steps(text: str) -> Iterator[Step]:
    """All commands of a page's transcripts, in the page's order."""
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start()) + 2
        yield from steps_of(block[1].splitlines(), first)


def steps_of(lines: list[str], first: int) -> Iterator[Step]:
    """Commands of one block whose first line is line `first` of the page."""
    starts = [index for index, line in enumerate(lines) if line.startswith("$ ")]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = start + 1
        while lines[end - 1].endswith("\\"):
            end += 1
        yield Step(first + start, "\n".join(lines[start:end])[2:], "\n".join(lines[end:stop]))


class Shell:
    """One bash for a whole page, so that a variable set by one command is there for the next."""

    def __init__(self, folder: Path) -> None:
        """Start bash in `folder` with the installed command on its path; errors come with the output."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.process = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env={**os.environ, "PATH": path},
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


@pytest.fixture
def url() -> Iterator[str]:
    """Address of a mock that serves the demo until the test ends."""
    program = Path(sys.executable).with_name("pacsimile")
    command = [program, "serve", "--port", "0", "--json", "--control-token", "my-control-token"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.send_signal(signal.SIGTERM)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder."""
    shell = Shell(tmp_path)
    with shell.process:
        yield shell


@pytest.mark.parametrize("page", PAGES)
def test_transcripts_are_what_happens(page: str, url: str, shell: Shell) -> None:
    """Each command of a page, typed in the page's order, prints what the page shows."""
    for step in steps((ROOT / page).read_text(encoding="utf-8")):
        actual = shell.run(step.command.replace(WRITTEN_URL, url)).replace(url, WRITTEN_URL)
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
    """A backslash at a line's end continues the command; the lines after it are output."""
    (step,) = steps("Text.\n\n```console\n$ curl -s \\\n    -u a:b\nanswer\nmore\n```\n")
    assert step == Step(4, "curl -s \\\n    -u a:b", "answer\nmore")
