"""Starts a server with a fault, and says how the contract tests reach it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.panels.faults import EXAMPLES, MOCK
from scripts.panels.play import Server

HERE = Path(__file__).resolve().parent


def environment(server: str) -> dict[str, str]:
    """Return the environment that a server and its target file read their credentials from."""
    values = {"ID": "me", "SECRET": "made-up-4711", "STATES_TOKEN": "made-up-too"}
    return {**os.environ, **{f"{server.upper()}_{name}": value for name, value in values.items()}}


def serving(panel: str, server: str, name: str) -> AbstractContextManager[dict[str, Any]]:
    """Run a server with a fault, or with `none`, until the block ends; give the line that it announced."""
    named = [] if server == MOCK else [server]
    return started([str(HERE / "serve.py"), panel, name, *named, *options(server)], server)


@contextmanager
def started(script: list[str], server: str) -> Iterator[dict[str, Any]]:
    """Run a script that serves, until the block ends; give the line that it announced.

    Args:
        script: the script and its arguments.
        server: the server's name, which its credentials go by.

    Raises:
        RuntimeError: it ended without a line. The message is what it wrote on standard error.
    """
    with tempfile.TemporaryFile("w+") as errors:
        start = [sys.executable, *script]
        process = subprocess.Popen(start, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment(server))
        with process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                if not line:
                    errors.seek(0)
                    raise RuntimeError(f"the server did not start: {errors.read()}")
                yield json.loads(line)
            finally:
                process.terminate()


def options(server: str) -> list[str]:
    """Return the options that a server is started with, on a free port."""
    of_mock = ["--json", "--no-runtime-file", "--pace", "realtime"] if server == MOCK else []
    return ["--port", "0", *of_mock]


def verify_arguments(server: str, line: dict[str, Any], folder: str) -> list[str]:
    """Return how `verify` is told of a server; the target file of an example is moved to its address first.

    Args:
        server: the server's name.
        line: the line that it announced.
        folder: where a target file may be written.
    """
    if server == MOCK:
        return [line["url"], "--control-token", line["control_token"]]
    target = (EXAMPLES / server / "target.yaml").read_text("utf-8")
    moved = Path(folder, "target.yaml")
    moved.write_text(re.sub(r"127\.0\.0\.1:\d+", urlsplit(line["url"]).netloc, target), "utf-8")
    return ["--target", str(moved)]


def played(line: dict[str, Any]) -> Server:
    """Return a server as stories play on it, by the line that it announced."""
    token = f"{line['oauth2_endpoint']}/token"
    if "control_url" in line:
        return Server(line["url"], token, f"{line['control_url']}/states", line["control_token"])
    return Server(line["url"], token, line["states_url"], line["states_token"])
