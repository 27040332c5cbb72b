"""A mock of its own for a script, and its worlds."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.journal_lines import calls_of_lines
from pacsimile_spec.control_client import ControlClient

SERVE = (sys.executable, "-m", "pacsimile", "serve", "--port", "0", "--json", "--no-runtime-file")


@dataclass(frozen=True)
class Mock:
    """A mock that runs."""

    url: str
    control: ControlClient
    authority: str | None

    def world(self, seed: int) -> World:
        """Create an empty world whose orders move by hand or by status calls."""
        made = self.control.call("POST", "/worlds", {"scenario": "empty", "seed": seed, "pace": "manual"})
        return World(self, made["world"], made["base_url"], made["clients"][0])


@dataclass(frozen=True)
class World:
    """A world of a mock, and its first client."""

    mock: Mock
    name: str
    url: str
    client: dict[str, Any]

    def call(self, method: str, path: str, content: Any = None) -> Any:
        """Call the control API at a path below the world."""
        return self.mock.control.call(method, f"/worlds/{self.name}{path}", content)

    @property
    def environment(self) -> dict[str, str]:
        """Where a program finds the service, and who it is."""
        return {
            "API_URL": self.url,
            "TOKEN_URL": f"{self.url}/oauth2/token",
            "CLIENT_ID": self.client["client_id"],
            "CLIENT_SECRET": self.client["client_secret"],
            "ORGANIZATION_ID": self.client["organization_id"],
        }

    def calls(self) -> list[ClientCall]:
        """Return the calls that its clients made."""
        control = self.mock.control
        url = f"{control.url}/worlds/{self.name}/journal/lines"
        lines = self._read(url, f"Bearer {control.token}").decode().splitlines()
        return calls_of_lines(lines, self.name)

    def orders(self) -> list[dict[str, Any]]:
        """Return the orders with their reports, the newest report last."""
        return list(self.call("GET", "/orders?limit=1000")["orders"])

    def token(self) -> str:
        """Return a token of the client's."""
        pair = f"{self.client['client_id']}:{self.client['client_secret']}".encode()
        answer = self._read(f"{self.url}/oauth2/token", f"Basic {b64encode(pair).decode()}")
        return str(json.loads(answer)["access_token"])

    def report(self, order_id: str, token: str) -> bytes:
        """Return an order's report as it is served."""
        return self._read(f"{self.url}/results?order_id={order_id}&report_type=json", f"Bearer {token}")

    def _read(self, url: str, authorization: str) -> bytes:
        request = urllib.request.Request(url, headers={"Authorization": authorization})
        context = None if self.mock.authority is None else ssl.create_default_context(cafile=self.mock.authority)
        with urllib.request.urlopen(request, context=context) as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def running(tls: Path | None = None) -> Iterator[Mock]:
    """Run a mock on a free port until the block ends.

    Args:
        tls: a folder for an authority that nobody trusts; None to serve without TLS.
    """
    command = SERVE if tls is None else (*SERVE, "--tls")
    environment = os.environ if tls is None else {**os.environ, "PACSIMILE_TLS_DIR": str(tls)}
    authority = None if tls is None else str(tls / "ca.pem")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            started = json.loads(process.stdout.readline())
            control = ControlClient(started["control_url"], started["control_token"], authority)
            yield Mock(started["url"], control, authority)
        finally:
            process.send_signal(signal.SIGTERM)
