"""The peers that are measured: each mocks the API as its users start it, and answers `GET /status` alike.

Prism and Mockoon read openapi.yaml. WireMock reads no description: its users write what it answers, here to a call with
any bearer token. npm installs all three under build/benchmarks the first time; WireMock needs Java.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "scripts"))
from ports import free_port
from servers import PATIENCE, ROOT, CannotMeasure, Serving, get, running

TOOLS = ROOT / "build" / "benchmarks"
"""Where npm installs the peers."""
PACKAGES = {"prism": "@stoplight/prism-cli@5.16.0", "mockoon-cli": "@mockoon/cli@9.9.0", "wiremock": "wiremock@3.13.2"}
ORDER_ID = "ORD-7F3K-000123"
ANSWER = {
    "order_id": ORDER_ID, "study_uid": "1.3.6.1.4.1.32473.1.1", "study_group": None, "status": "COMPLETED",
    "progress": 100, "report_types": ["json", "pdf", "txt"], "created_at": "2100-01-01T08:00:00Z",
    "updated_at": "2100-01-01T08:30:00Z", "completed_at": "2100-01-01T08:30:00Z",
}  # fmt: skip
"""What WireMock is told to answer: as long as an answer of ours."""


@contextmanager
def prism(*options: str) -> Iterator[Serving]:
    """Start Prism with these options beside its defaults."""
    port = free_port()
    with _peer([_program("prism"), "mock", "--port", str(port), *options, ROOT / "openapi.yaml"], port) as serving:
        yield serving


@contextmanager
def mockoon() -> Iterator[Serving]:
    """Start Mockoon, which keeps a log of its last calls."""
    port = free_port()
    command = [_program("mockoon-cli"), "start", "--data", ROOT / "openapi.yaml", "--port", str(port)]
    with _peer([*command, "--disable-log-to-file"], port) as serving:
        yield serving


@contextmanager
def wiremock(*options: str) -> Iterator[Serving]:
    """Start WireMock, which keeps a journal unless these options say otherwise."""
    java = shutil.which("java")
    if java is None:
        raise CannotMeasure("java is missing, which runs WireMock: apt install default-jre-headless")
    _program("wiremock")
    jar = next((TOOLS / "node_modules" / "wiremock" / "build").glob("wiremock-standalone-*.jar"))
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        mappings = Path(folder) / "mappings"
        mappings.mkdir()
        asked = {"method": "GET", "urlPath": "/status", "headers": {"Authorization": {"matches": "Bearer .+"}}}
        (mappings / "status.json").write_text(
            json.dumps({"request": asked, "response": {"status": 200, "jsonBody": ANSWER}})
        )
        command = [java, "-jar", jar, "--port", str(port), "--root-dir", folder, "--disable-banner", *options]
        with _peer(command, port) as serving:
            yield serving


PEERS: dict[str, Callable[[], Any]] = {"Prism": prism, "Mockoon": mockoon, "WireMock": wiremock}
"""Each as its users start it."""


@contextmanager
def _peer(command: list[Any], port: int) -> Iterator[Serving]:
    """Start a peer, and wait until it has answered its first call."""
    began = time.perf_counter()
    with running(command, stdout=subprocess.DEVNULL) as process:
        serving = Serving(process, "127.0.0.1", port, "any-token", ORDER_ID, 0.0)
        while not _answers(serving):
            if time.perf_counter() - began > PATIENCE or process.poll() is not None:
                raise CannotMeasure(f"a peer does not answer: try {' '.join(map(str, command))}")
            time.sleep(0.005)
        yield replace(serving, seconds=time.perf_counter() - began)


def _answers(serving: Serving) -> bool:
    try:
        return "status" in get(serving.host, serving.port, serving.target, f"Bearer {serving.token}")
    except (OSError, http.client.HTTPException):
        return False


def _program(name: str) -> Path:
    """A peer's program, installed where it is not there yet in the version that is measured."""
    program = TOOLS / "node_modules" / ".bin" / name
    package, _, version = PACKAGES[name].rpartition("@")
    installed = TOOLS / "node_modules" / package / "package.json"
    if not installed.exists() or json.loads(installed.read_text())["version"] != version:
        npm = shutil.which("npm")
        if npm is None:
            raise CannotMeasure("npm is missing, which installs the peers: install Node.js 20 or newer")
        TOOLS.mkdir(parents=True, exist_ok=True)
        options = ["--prefix", str(TOOLS), "--no-audit", "--no-fund", "--loglevel", "error"]
        if subprocess.run([npm, "install", *options, *PACKAGES.values()], check=False).returncode != 0:
            raise CannotMeasure("npm could not install the peers: see what it says above")
    return program
