"""The servers of `examples/`, which share no code with the mock: started as their pages say, as targets to judge."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from pacsimile_contract.target.model import Target
from pacsimile_contract.target.reading import load_target

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@dataclass(frozen=True)
class Example:
    """A server: its folder below `examples/`, what runs it, and what has to be done once before."""

    name: str
    command: Sequence[str | Path]
    build: tuple[str | Path, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its README and its target file are."""
        return EXAMPLES / self.name

    @property
    def environment(self) -> dict[str, str]:
        """What its README has one export."""
        prefix = self.name.upper()
        values = {"ID": "me", "SECRET": "made-up-4711", "STATES_TOKEN": "made-up-too"}
        return {f"{prefix}_{name}": value for name, value in values.items()}

    @property
    def defects(self) -> list[tuple[str, str]]:
        """(`--defect` name, requirement that must see it), from the table of its README."""
        page = (self.folder / "README.md").read_text("utf-8")
        return re.findall(r"^\| `([a-z0-9-]+)` \|.*\| ([A-Z]+-[0-9]+) \|$", page, re.MULTILINE)


EXAMPLE_SERVERS = [Example("small_server", (sys.executable, EXAMPLES / "small_server" / "serve.py"))]
"""Node's where there is a Node, which CI insists on."""
if shutil.which("node"):
    EXAMPLE_SERVERS.append(Example("node_server", ("node", EXAMPLES / "node_server" / "server.mjs")))

LATER_SERVERS = [Example("starlette_server", (sys.executable, EXAMPLES / "starlette_server" / "serve.py"))]
"""Judged by `scripts/verify_servers.py` alone: two servers are enough for what `make test` has to show."""
if shutil.which("javac"):
    classes = EXAMPLES.parent / "build" / "java_server"
    sources = sorted((EXAMPLES / "java_server").glob("*.java"))
    LATER_SERVERS.append(Example("java_server", ("java", "-cp", classes, "Server"), ("javac", "-d", classes, *sources)))


@cache
def build_once(command: tuple[str | Path, ...]) -> None:
    """Compile a server."""
    subprocess.run(command, check=True)


@contextmanager
def served(example: Example, *options: str) -> Iterator[Target]:
    """Run a server on a free port and give its target file's target there; it must end when told to, and be silent."""
    if example.build:
        build_once(example.build)
    start = [*example.command, "--port", "0", *options]
    with TemporaryFile("w+") as errors:
        environment = {**os.environ, **example.environment}
        with subprocess.Popen(start, stdout=subprocess.PIPE, stderr=errors, env=environment) as process:
            try:
                assert process.stdout is not None
                line = json.loads(process.stdout.readline())
                yield _moved(load_target(example.folder / "target.yaml", environment), line["url"])
            finally:
                process.terminate()
            assert process.wait(30) == 0
        errors.seek(0)
        assert errors.read() == ""


def _moved(target: Target, url: str) -> Target:
    """Return a target with all its addresses where the server really listens."""

    def there(address: str | None) -> str | None:
        return address and address.replace(urlsplit(target.base_url).netloc, urlsplit(url).netloc)

    return replace(
        target,
        base_url=url,
        oauth2_endpoint=str(there(target.oauth2_endpoint)),
        states=replace(target.states, url=there(target.states.url)),
        jwks_url=there(target.jwks_url),
    )
