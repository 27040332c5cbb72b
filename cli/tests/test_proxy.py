"""`pacsimile proxy` as a user starts it: a process before a mock, over TLS, and what it leaves behind."""

from __future__ import annotations

import base64
import json
import os
import signal
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock.tests.helpers.fork_server import prepared
from mock.tests.helpers.served import PATIENCE, Served, environment
from pacsimile.advice import command as advice
from pacsimile.learn import command as learn
from pacsimile.proxy import command as proxy
from pacsimile.replay import command as replay
from pacsimile_contract.runner.stored_run import load_run

SECRET = "kept-from-every-file"


def write_target(folder: Path, mock: Served, *lines: str) -> Path:
    file = folder / "staging.yaml"
    clients = "{primary: {id: MY_ID, secret: MY_SECRET}}"
    text = f"base_url: {mock.url}\noauth2_endpoint: {mock.url}/oauth2\norganization_id: demo-hospital\n"
    file.write_text(text + f"clients: {clients}\n" + "".join(f"{line}\n" for line in lines))
    return file


@dataclass(frozen=True)
class Left:
    """What a proxy left: its exit status, its standard error, its reports, and the token of its client."""

    status: int
    errors: str
    folder: Path
    token: str


@pytest.fixture(scope="module")
def left(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    """A proxy through which a client asked for a token, a listing and a report, and what is no call of the API."""
    folder = tmp_path_factory.mktemp("proxy")
    client = served.line["clients"][0]
    variables = {
        "MY_ID": client["client_id"], "MY_SECRET": client["client_secret"], "PACSIMILE_TLS_DIR": str(folder / "tls"),
    }  # fmt: skip
    words = ("--target", str(write_target(folder, served)), "--report", str(folder / "report"), "--tls")
    with subprocess.Popen(
        [*prepared(), "proxy", *words, "--port", "0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(folder, **variables), text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.communicate()
            facts = json.loads(line)
            trusting = ssl.create_default_context(cafile=str(folder / "tls" / "ca.pem"))

            def ask(url: str, **headers: str) -> bytes:
                request = urllib.request.Request(url, headers=headers)
                with urllib.request.urlopen(request, timeout=PATIENCE, context=trusting) as answer:
                    return bytes(answer.read())

            basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
            granted = ask(
                f"{facts['oauth2_endpoint']}/token?grant_type=client_credentials", Authorization=f"Basic {basic}"
            )
            token = json.loads(granted)["access_token"]
            own = {"Authorization": f"Bearer {token}", "X-Api-Key": SECRET}
            listed = json.loads(ask(f"{facts['url']}/reports?organizationId=demo-hospital", **own))["reports"]
            ask(f"{facts['url']}/results?order_id={listed[0]['order_id']}&report_type=json", **own)
            with pytest.raises(urllib.error.HTTPError):
                ask(f"{facts['url']}/elsewhere?password={SECRET}", **own)
        finally:
            process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE)
    yield Left(process.returncode, errors, folder / "report", token)


def test_it_ends_in_order_and_leaves_the_reports(left: Left) -> None:
    """Those of `verify`, and the advice; nothing wrong was seen."""
    assert (left.status, "nothing broken was seen" in left.errors) == (0, True), left.errors
    assert "ending: what came last is judged, and the reports are written." in left.errors
    names = {path.name for path in left.folder.iterdir()}
    assert names >= {"report.html", "report.json", "junit.xml", "summary.md", "history.jsonl", "advice.json"}
    told = json.loads((left.folder / "report.json").read_text("utf-8"))
    assert (told["requests"], told["exit_status"]) == (3, 0)
    assert [exchange.operation for exchange in load_run(left.folder).exchanges.values()] == [
        "getToken", "listReports", "getResult",
    ]  # fmt: skip


def test_no_secret_is_written(left: Left) -> None:
    """Nor a token, nor a header that the API does not have; and the files are for their owner alone."""
    for file in left.folder.iterdir():
        content = file.read_text("utf-8")
        assert not any(secret in content for secret in (SECRET, "demo-hospital-secret", left.token)), file.name
        assert os.name == "nt" or file.stat().st_mode & 0o077 == 0, file.name


def test_its_history_is_read_again(left: Left) -> None:
    """By `replay`, `advice` and `learn`."""
    again = CliRunner().invoke(replay, [str(left.folder)])
    assert again.exit_code == 3, again.output  # what nobody asked for is open
    assert "FAIL" not in again.output
    assert "not seen in this traffic" in again.output
    assert "level" not in again.output.partition("NOT-EXERCISED")[2].partition("requests")[0]
    assert "next: supply" not in again.output
    told = CliRunner().invoke(advice, ["--from", str(left.folder / "history.jsonl")])
    assert told.output == "no advice: nothing in these calls goes against the contract\n"
    learned = CliRunner().invoke(learn, ["--history", str(left.folder)])
    assert learned.exit_code == 0, learned.output
    asked = [name for name in ("listReports", "getOrderIds") if f"does the service have {name}" in learned.output]
    assert asked == ["getOrderIds"], learned.output  # what was seen is no question


@pytest.mark.parametrize(
    ("lines", "words", "said"),
    [
        ([], ["--host", "0.0.0.0"], "--allow-host NAME"),
        ([], ["--cert", "cert.pem"], "give --cert and --key together"),
        ([], ["--dialect", "no-such.yaml"], "no-such.yaml"),
        (["proxy: http://proxy.example:3128"], [], "leave `proxy:` out"),
    ],
)
def test_what_cannot_be_used(
    lines: list[str], words: list[str], said: str, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what to do, with exit status 2."""
    monkeypatch.setenv("MY_ID", "me")
    monkeypatch.setenv("MY_SECRET", "my-own-secret")
    file = write_target(tmp_path, served, *lines)
    result = CliRunner().invoke(proxy, ["--target", str(file), "--port", "0", "--for", "0", *words])
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    assert said in result.output
