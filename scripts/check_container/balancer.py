"""Start two mocks on one database, put nginx before them as deploy/nginx has it, and check what a client sees.

The control API is on the inner port only, a mock that is killed is not noticed, and without any the answer is the
contract's. Everything is on loopback.

    balancer.py NGINX        the program
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))
from ports import free_port

ROOT = Path(__file__).parents[2]
PACSIMILE = ROOT / ".venv/bin/pacsimile"
TOKEN = "a-token-of-this-check"
PATIENCE = 60.0
CALLS = 40


@dataclass
class Answer:
    """An answer: its status, its headers and its JSON, None if it is none."""

    status: int
    headers: Any
    content: Any


def ask(url: str, authorization: str = "", method: str = "GET", content: Any = None) -> Answer:
    """Send a request on a connection of its own."""
    body = None if content is None else json.dumps(content).encode()
    headers = {"Authorization": authorization} | ({} if body is None else {"Content-Type": "application/json"})
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.headers, json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
            return Answer(error.code, error.headers, json.loads(body) if body.startswith(b"{") else None)


class Mock:
    """A server on the database in a folder."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        """Start it, and wait until it answers."""
        command = [PACSIMILE, "serve", "--port", "0", "--json", "--database", f"sqlite:///{folder / 'state.db'}"]
        environment = os.environ | {"PACSIMILE_RUNTIME_DIR": str(folder), "PACSIMILE_CONTROL_TOKEN": TOKEN}
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        running.callback(self.end)
        assert self.process.stdout is not None
        self.facts: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.address = str(self.facts["url"]).removeprefix("http://")

    def end(self) -> None:
        """Kill it, as a host that is gone."""
        self.process.kill()
        self.process.wait()


class Balancer:
    """nginx with the files of deploy/nginx, on free ports of loopback; `api` and `inner` are its base URLs."""

    def __init__(self, nginx: str, folder: Path, mocks: list[Mock], running: ExitStack) -> None:
        """Test the configuration, start it, and wait until it answers."""
        conf = Path(shutil.copytree(ROOT / "deploy/nginx", folder / "nginx")) / "nginx.conf"
        ports = {8080: free_port(), 8081: free_port()}
        text = conf.read_text().replace("/tmp/", f"{folder}/")
        for written, port in ports.items():
            assert text.count(f"listen {written};") == 1
            text = text.replace(f"listen {written};", f"listen 127.0.0.1:{port};")
        conf.write_text(text)
        servers = [f"server {mock.address} max_fails=1 fail_timeout=2s;\n" for mock in mocks]
        (conf.parent / "mocks.conf").write_text("".join(servers))
        self.api, self.inner = (f"http://127.0.0.1:{port}" for port in ports.values())
        command = [nginx, "-e", "stderr", "-c", str(conf)]
        subprocess.run([*command, "-t", "-q"], check=True)
        log = running.enter_context((folder / "nginx.log").open("w"))
        process = subprocess.Popen([*command, "-g", "daemon off;"], stderr=log)
        running.callback(process.wait)
        running.callback(process.terminate)
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready() and time.monotonic() < deadline:
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Tell whether it accepts connections and finds a mock."""
        try:
            return ask(f"{self.api}/_mock/health").status == 200
        except OSError:
            return False


def bearer(balancer: Balancer, secret: str) -> str:
    """Return the `Authorization` of a new token."""
    return f"Bearer {ask(f'{balancer.api}/oauth2/token', f'Basic {secret}').content['access_token']}"


def check(nginx: str) -> None:
    """Play a client's session while mocks go away."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        folder.chmod(0o755)  # nginx started by root serves as another user
        mocks = [Mock(folder, running) for _ in range(2)]
        balancer = Balancer(nginx, folder, mocks, running)
        client = mocks[0].facts["clients"][0]
        secret = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
        token = bearer(balancer, secret)
        listing = f"{balancer.api}/reports?organizationId={client['organization_id']}"

        first = ask(f"{listing}&limit=1", token)
        assert first.status == 200, first
        received = [report["report_id"] for report in first.content["reports"]]
        assert ask(listing, token, "POST").content["acknowledged"] == received

        control = f"Bearer {TOKEN}"
        assert ask(f"{balancer.api}/_mock/worlds", control).status == 404, "the control API is on the API's port"
        assert ask(f"{balancer.api}/metrics").status == 404, "the metrics are on the API's port"
        assert ask(f"{balancer.inner}/_mock/worlds", control).status == 200
        traced = ask(listing, token, "TRACE")
        assert (traced.status, traced.content["status"]) == (501, 501), traced
        refused = {ask(listing, method="POST", content="x" * 1_000_000).status for _ in range(10)}
        assert refused == {401}, f"a large body that is refused counts as the end of a mock: {refused}"
        journal = ask(f"{balancer.inner}/_mock/worlds/default/journal", control).content
        assert {entry["path"] for entry in journal["entries"]} >= {"/oauth2/token", "/reports"}

        advanced = ask(f"{balancer.inner}/_mock/worlds/default/clock", control, "POST", {"advance": 86_400})
        told = parsedate_to_datetime(ask(listing, token).headers["Date"])
        assert abs(told.timestamp() - datetime.fromisoformat(advanced.content["now"]).timestamp()) < PATIENCE, told

        token = bearer(balancer, secret)
        mocks[0].end()
        assert {ask(listing, token).status for _ in range(CALLS)} == {200}, "a client noticed that a mock is gone"
        assert received[0] not in [each["report_id"] for each in ask(listing, token).content["reports"]]
        mocks[1].end()
        refused = ask(listing, token)
        assert (refused.status, refused.headers.get_content_type()) == (503, "application/problem+json"), refused
        assert refused.headers["Retry-After"] and refused.content["status"] == 503
    print(f"balancer: two mocks behind nginx, one killed, {CALLS} calls answered; with none, 503")


if __name__ == "__main__":
    check(sys.argv[1])
