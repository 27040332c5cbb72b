"""What a judge is, and how one is run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scripts.compare_judges.known import Known
from scripts.compare_judges.results import ROOT

TOOLS = ROOT / "build" / "compare_judges"
"""Where the peers are installed the first time."""

TIME_LIMIT = float(os.environ.get("COMPARE_LIMIT", "60"))
"""Seconds after which a judge is stopped; what it has reported until then counts."""


class CannotJudge(Exception):
    """A judge cannot be run here; the message says what is missing."""


@dataclass(frozen=True)
class Report:
    """What a judge has said of a server: each finding once, without what differs from run to run."""

    findings: tuple[str, ...]
    requests: int | None
    """As the judge counts them; None if it does not tell."""
    stopped: bool = False
    """Whether it was stopped by the time limit."""


class Judge(Protocol):
    """A peer, or ours, in a configuration."""

    @property
    def name(self) -> str:
        """Name on the page and on the command line."""
        ...

    @property
    def version(self) -> str:
        """The version that is installed."""
        ...

    @property
    def licence(self) -> str:
        """Its licence."""
        ...

    def install(self) -> None:
        """Make it ready to run.

        Raises:
            CannotJudge: something is missing.
        """
        ...

    def judge(self, known: Known, folder: Path) -> Report:
        """Judge a server, with files in `folder`, which is empty.

        Raises:
            CannotJudge: it reported nothing that can be read.
        """
        ...


@dataclass(frozen=True)
class Ended:
    """How a program has ended."""

    output: str
    """Standard output and error, in the order of arrival."""
    status: int
    stopped: bool


def run(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None, limit: float = TIME_LIMIT
) -> Ended:
    """Run a program until it ends, or until the time limit, when it is interrupted and then killed."""
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            list(command), cwd=folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
        stopped = False
        for wait, sign in ((limit, signal.SIGINT), (5.0, signal.SIGKILL), (5.0, signal.SIGKILL)):
            try:
                process.wait(wait)
                break
            except subprocess.TimeoutExpired:
                stopped = True
                os.killpg(process.pid, sign)
    return Ended((folder / "output.txt").read_text("utf-8", "replace"), process.returncode or 0, stopped)


def npm_program(package: str, version: str, program: str) -> Path:
    """Return a program of an npm package, which is installed where it is not there yet.

    Raises:
        CannotJudge: npm is missing, or could not install it.
    """
    place = TOOLS / package.rpartition("/")[2]
    path = place / "node_modules" / program
    if not path.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise CannotJudge(f"npm is missing, which installs {package}: install Node.js 20 or newer")
        place.mkdir(parents=True, exist_ok=True)
        options = ["--prefix", str(place), "--no-audit", "--no-fund", "--loglevel", "error"]
        if subprocess.run([npm, "install", *options, f"{package}@{version}"], check=False).returncode != 0:
            raise CannotJudge(f"npm could not install {package}@{version}: see what it says above")
    return path


def pip_python(package: str, version: str) -> Path:
    """Return the Python of an environment that has a package, which is made where it is not there yet.

    Raises:
        CannotJudge: pip could not install it.
    """
    place = TOOLS / package
    python = place / "bin" / "python"
    if not (place / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        command: list[str | Path] = [python, "-m", "pip", "install", "--quiet", f"{package}=={version}"]
        if subprocess.run(command, check=False).returncode != 0:
            raise CannotJudge(f"pip could not install {package}=={version}: see what it says above")
        (place / "installed").touch()
    return python


def found(findings: Sequence[str]) -> tuple[str, ...]:
    """Return findings each once, sorted."""
    return tuple(sorted(set(findings)))


def without_numbers(text: str) -> str:
    """Return a text in one line, its numbers and the places in lists left out, which differ from run to run."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "#", text)).strip()
