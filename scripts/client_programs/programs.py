"""The programs: good ones in `examples/good_clients`, and those that make one mistake in `examples/client_mistakes`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pacsimile_advice.mistakes import MISTAKES

ROOT = Path(__file__).resolve().parents[2]
GOOD = ROOT / "examples" / "good_clients"
BAD = ROOT / "examples" / "client_mistakes"
JAVA = ROOT / "examples" / "java_client"
"""Where the Java programs find a reader of JSON."""
BUILD = ROOT / "build" / "client_programs"
PATIENCE = 120
"""Seconds after which a program hangs."""
FIRST_PAUSE = "0.2"
"""Seconds of a program's first pause here: longer than what advice calls at once."""

AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS")
"""Variables that name authorities to trust: with one of them set, `requests` ignores `Session.verify`."""


@dataclass(frozen=True)
class Stack:
    """An HTTP library, and the programs that use it."""

    name: str
    letter: str
    good: str
    folder: str
    suffix: str


STACKS = (
    Stack("requests", "P", "results_requests.py", "python", ".py"),
    Stack("httpx", "H", "results_httpx.py", "python_httpx", ".py"),
    Stack("node", "N", "results.mjs", "node", ".mjs"),
    Stack("java", "J", "Results.java", "java", ".java"),
)


@dataclass(frozen=True)
class Program:
    """A program; a good one has no mistake."""

    stack: Stack
    mistake: str | None
    file: Path

    @property
    def command(self) -> tuple[str, ...]:
        """The command that runs it, without its options."""
        if self.file.suffix == ".py":
            return sys.executable, str(self.file)
        if self.file.suffix == ".mjs":
            return "node", str(self.file)
        return "java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", str(classes()), self.file.stem

    def run(self, environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, for at most two minutes."""
        own = {name: value for name, value in os.environ.items() if name not in AUTHORITIES}
        given = {**own, "FIRST_PAUSE": FIRST_PAUSE, **environment}
        return subprocess.run(
            [*self.command, *options], env=given, capture_output=True, text=True, timeout=PATIENCE, check=False
        )


@cache
def classes() -> Path:
    """Return where the Java programs are compiled. A warning fails it."""
    sources = sorted(map(str, (*GOOD.glob("*.java"), *(BAD / "java").glob("*.java"))))
    options = ["-Xlint:all", "-Werror", "--release", "17", "-sourcepath", str(JAVA), "-d", str(BUILD)]
    command = ["javac", *options, *sources]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return BUILD


def good_programs() -> Iterator[Program]:
    """Yield the good program of each stack."""
    for stack in STACKS:
        yield Program(stack, None, GOOD / stack.good)


def bad_programs() -> Iterator[Program]:
    """Yield the programs that make a mistake, in the order of the mistakes."""
    for mistake in MISTAKES:
        for stack in STACKS:
            file = BAD / stack.folder / (file_stem(mistake.id, stack) + stack.suffix)
            if file.exists():
                yield Program(stack, mistake.id, file)


def file_stem(mistake: str, stack: Stack) -> str:
    """Return the name of a mistake's program without its suffix: `RETRY-AFTER` is `retry_after` or `RetryAfter`."""
    words = mistake.removeprefix("ADVICE-").lower().split("-")
    if words[0].isdigit():
        words = ["after", *words]  # no name begins with a digit
    return "".join(word.capitalize() for word in words) if stack.suffix == ".java" else "_".join(words)
