"""Prism as a proxy that validates: the traffic of `pacsimile verify` passes through it."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.compare_judges.judges.base import CannotJudge, Report, found, npm_program, without_numbers
from scripts.compare_judges.judges.ours import verify
from scripts.compare_judges.known import Known
from scripts.compare_judges.results import ROOT
from scripts.ports import free_port

PATIENCE = 120.0
HARMLESS = (
    "not PROTO-3 and not STATUS-3 and not STATUS-8 and not BATCH-11 and not BATCH-14 and not AUTH-15 and not SEC-5"
)
"""Which requirements `verify` asks about: bodies that break off and hostile input make this Prism stop answering."""
VIOLATION = re.compile(r"\[VALIDATOR\].*Violation: (response.*)")


@dataclass(frozen=True)
class Prism:
    """`prism proxy`."""

    name: str = "Prism's proxy"
    version: str = "5.16.0"
    licence: str = "Apache-2.0"

    def install(self) -> None:
        """Have its program."""
        self._program()

    def judge(self, known: Known, folder: Path) -> Report:
        """Let `verify` ask through it; each violation of an answer is a finding, whatever `verify` says."""
        with self._proxy(known, folder) as url:
            where = known.address.oauth2_endpoint.replace(known.address.url, url)
            asked = verify(known, folder, url, where, "-k", HARMLESS)
        colours = re.compile(r"\x1b\[[0-9;]*m")
        log = colours.sub("", (folder / "prism.log").read_text("utf-8", "replace"))
        violations = [without_numbers(violation) for violation in VIOLATION.findall(log)]
        return Report(found(violations), asked.requests, asked.stopped)

    def _program(self) -> Path:
        return npm_program("@stoplight/prism-cli", self.version, ".bin/prism")

    @contextmanager
    def _proxy(self, known: Known, folder: Path) -> Iterator[str]:
        port = free_port()
        command: list[str | Path] = [
            self._program(),
            "proxy",
            ROOT / "openapi.yaml",
            known.address.url,
            "--port",
            str(port),
        ]
        with (folder / "prism.log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
            with process:
                try:
                    until = time.monotonic() + PATIENCE
                    while not _listens(port):
                        if time.monotonic() > until or process.poll() is not None:
                            raise CannotJudge("Prism does not listen")
                        time.sleep(0.05)
                    yield f"http://127.0.0.1:{port}"
                finally:
                    process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
