"""A server that is measured, and ours as its users start it. `peers.py` has the others."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
"""Seconds in which a server must answer."""


class CannotMeasure(Exception):
    """Something that a measurement needs is missing; the message says what to do."""


@dataclass(frozen=True)
class Serving:
    """A server that has answered its first authenticated call."""

    process: subprocess.Popen[str]
    host: str
    port: int
    token: str
    order_id: str
    seconds: float
    """From its launch to that answer."""
    control_token: str = ""
    """Of ours alone."""

    @property
    def target(self) -> str:
        """The call that is measured."""
        return f"/status?order_id={quote(self.order_id)}"

    @property
    def megabytes(self) -> float | None:
        """Resident memory; None where the system does not tell."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return None
        kilobytes = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(kilobytes) / 1024


def processor_seconds(pid: int) -> float | None:
    """Return the processor time of a process and its children, ended ones too; None where the system does not tell."""
    status = Path(f"/proc/{pid}/stat")
    if not status.exists():
        return None
    ticks = sum(map(int, status.read_text().rpartition(")")[2].split()[11:15]))
    children = [child for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]
    return ticks / os.sysconf("SC_CLK_TCK") + sum(processor_seconds(int(child)) or 0.0 for child in children)


@contextmanager
def pacsimile(order_id: str | None = None, options: Sequence[str] = ()) -> Iterator[Serving]:
    """Start ours; without `order_id` one is taken from a listing, which then counts as the first call."""
    command = [Path(sys.executable).with_name("pacsimile"), "serve", "--port", "0", "--json", *options]
    began = time.perf_counter()
    with running(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise CannotMeasure("ours does not start: `pacsimile serve` says why")
        started = json.loads(line)
        host, port = urlsplit(started["url"]).hostname or "", urlsplit(started["url"]).port or 0
        client = started["clients"][0]
        token = token_of(host, port, client["client_id"], client["client_secret"])
        if order_id is None:
            order_id = _listed(host, port, client["organization_id"], token)
        serving = Serving(process, host, port, token, order_id, 0.0)
        get(host, port, serving.target, f"Bearer {token}")
        yield Serving(process, host, port, token, order_id, time.perf_counter() - began, started["control_token"])


def token_of(host: str, port: int, client_id: str, secret: str) -> str:
    """Get a token of ours."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return str(get(host, port, "/oauth2/token", f"Basic {basic}")["access_token"])


@contextmanager
def running(command: list[Any], stdout: int) -> Iterator[subprocess.Popen[str]]:
    """Start a server's command, and end it afterwards."""
    try:
        process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL, text=True)
    except FileNotFoundError:
        raise CannotMeasure(f"{command[0]} is missing: run this with the Python of an installation") from None
    with process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def get(host: str, port: int, target: str, authorization: str) -> dict[str, Any]:
    """Make a call that must be answered 200, and return its JSON."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", target, headers={"Authorization": authorization})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise CannotMeasure(f"{target.partition('?')[0]} answers {answer.status}: {body[:200]!r}")
    return dict(json.loads(body))


def _listed(host: str, port: int, organization_id: str, token: str) -> str:
    listing = get(host, port, f"/reports?limit=1&organizationId={quote(organization_id)}", f"Bearer {token}")
    return str(listing["reports"][0]["order_id"])
