"""The sessions of the documentation, run as a person pastes them, against a mock that was really started.

A ```bash block is pasted as it stands; the ```text block that follows it is what it prints, and without one it prints
nothing. Where output differs from run to run the page has `...`, which stands for any text. A page's first block that
names a mock's address has one that was started with `serve`; one that is opened by ```bash serve --scenario groups has
one of its own, started so, and what follows has the same. Pages write http://127.0.0.1:8080 for its address, or
https://127.0.0.1:8443. A ```sh block is shown and not run: it installs something, serves in the foreground, or needs
what is not here.
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

from mock.tests.helpers.fork_server import prepared

ROOT = Path(__file__).resolve().parents[2]
FILES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/howto").glob("*.md")))
PAGES = [path.relative_to(ROOT).as_posix() for path in FILES]
BLOCK = re.compile(
    r"^```bash(?: serve(?P<options>[^\n]*))?\n(?P<command>.*?)\n```$(?:\s*^```text\n(?P<output>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
WRITTEN = {"http": "http://127.0.0.1:8080", "https": "https://127.0.0.1:8443"}
WITH_TOKEN = "pacsimile serve --control-token my-control-token"
"""Stands in a page whose examples have that token: how its mock is started."""
END = "--- end of one command ---\n"
SLOW = re.compile(r"^pacsimile: still .*\n", re.MULTILINE)
"""What a command says on a machine that is busy, which no page shows."""


@dataclass(frozen=True)
class Step:
    """One block of a page and the output that the page shows for it; `line` is where the page has it."""

    line: int
    command: str
    output: str
    serve: str | None = None
    """The options of the mock that is started before it; None to go on with the one that runs."""

    def needs(self, url: str) -> bool:
        """Whether a mock has to be started, where the one that runs, if any, is at `url`."""
        return self.serve is not None or (not url and any(address in self.command for address in WRITTEN.values()))

    def matches(self, actual: str) -> bool:
        """Whether `actual` is the output shown, `...` standing for any text."""
        shown = ".*?".join(map(re.escape, self.output.strip().split("...")))
        return re.fullmatch(shown, SLOW.sub("", actual).strip(), re.DOTALL) is not None


def steps(text: str) -> Iterator[Step]:
    """All blocks of a page that are run, in the page's order."""
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start()) + 2
        yield Step(first, block["command"], (block["output"] or "").rstrip("\n"), block["options"])


def environment(folder: Path) -> dict[str, str]:
    """The command on the path, and a place of its own for what running mocks leave for other commands."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PACSIMILE_")}
    commands = [str(Path(start[0]).parent) for start in (prepared(), prepared("pytest"))]
    path = os.pathsep.join((*commands, str(Path(sys.executable).parent), os.environ["PATH"]))
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
        self._fixed = ["--port", "0", "--json"]
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def with_token(self) -> None:
        """Start with the control token of the pages that begin so, and that read it nowhere."""
        self._fixed = [*self._fixed, "--control-token", "my-control-token"]

    def serve(self, options: str) -> None:
        """Start one with these options of `serve`, in the place of the former one."""
        self.stop()
        self._process = subprocess.Popen(
            [*prepared(), "serve", *self._fixed, *shlex.split(options)],
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
def test_sessions_are_what_happens(page: str, mock: Mock, shell: Shell, tmp_path: Path) -> None:
    """Each block of a page, pasted in the page's order, prints what the page shows, and ends its last line."""
    text = (ROOT / page).read_text(encoding="utf-8")
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    if WITH_TOKEN in text:
        mock.with_token()
    for step in steps(text):
        if step.needs(mock.url):
            mock.serve(step.serve or "")
        written = WRITTEN[mock.url.partition(":")[0] or "http"]
        served = mock.url or written
        actual = shell.run(step.command.replace(written, served)).replace(served, written)
        assert step.matches(actual), f"{page}:{step.line}\n{step.command}\n{actual}"
        assert not actual.strip() or actual.endswith("\n\n"), f"{page}:{step.line}: a prompt would follow in the line"


@pytest.mark.parametrize("page", PAGES)
def test_what_is_shown_can_be_pasted(page: str) -> None:
    """No prompt stands before a command, and a page that names a control token says how the mock gets it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "```console" not in text
    assert not [step.command for step in steps(text) if re.search("^[$>] ", step.command, re.MULTILINE)]
    assert ("Bearer my-control-token" in text) <= (WITH_TOKEN in text)


def test_readme_has_a_session() -> None:
    """The first page shows one: token, status, report, listing and acknowledgement at least."""
    assert len(list(steps((ROOT / "README.md").read_text(encoding="utf-8")))) >= 5


def test_a_difference_is_found() -> None:
    """Output that is not what a page shows does not match; `...` is any text, in one line or over several."""
    step = Step(1, "date", '{"status": "COMPLETED", "at": "...",...}')
    assert step.matches('{"status": "COMPLETED", "at": "now",\n "more": 1}\n')
    assert not step.matches('{"status": "FAILED", "at": "now", "more": 1}')
    assert not Step(1, "true", "").matches("something")


def test_output_stands_apart_from_what_is_pasted() -> None:
    """In the block behind; a block of another kind, or text between, is none."""
    with_output, without, other = steps(
        "Text.\n\n```bash\ncurl -s \\\n    -u a:b\n```\n\n```text\nanswer\nmore\n```\n"
        "```bash\ntrue\n```\n\n```yaml\na: b\n```\n```bash\ntrue\n```\nWords.\n```text\nno output\n```\n"
    )
    assert with_output == Step(4, "curl -s \\\n    -u a:b", "answer\nmore")
    assert (without.output, other.output) == ("", "")


def test_a_block_may_have_a_mock_of_its_own() -> None:
    """Its options stand where it is opened; what is only shown has none."""
    blocks = "```bash serve --scenario groups\none\n```\n\n```sh\npacsimile serve\n```\n\n```bash\nthree\n```\n"
    assert [(step.command, step.serve) for step in steps(blocks)] == [("one", " --scenario groups"), ("three", None)]
