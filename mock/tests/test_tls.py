"""Serving over TLS: a certificate of the mock's own making, the user's, and clients' certificates (SEC-4)."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from mock.tests.helpers.fork_server import prepared
from pacsimile_mock.tls import Tls, TlsError, check, own


@contextmanager
def served(place: Path, *options: str) -> Iterator[dict[str, Any]]:
    """A real server, and its line of JSON."""
    environment = {**os.environ, "PACSIMILE_RUNTIME_DIR": str(place / "run"), "PACSIMILE_TLS_DIR": str(place / "tls")}
    command = [*prepared(), "serve", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(10) == 0


def health(url: str, context: ssl.SSLContext) -> int:
    """The status of an open call."""
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), urllib.request.ProxyHandler({}))
    with opener.open(f"{url}/_mock/health", timeout=5) as answer:
        return answer.status


def test_a_client_that_trusts_the_mocks_authority_connects(tmp_path: Path) -> None:
    """The certificate is good for 127.0.0.1 and localhost, by the authority that is kept; no other client trusts it."""
    with served(tmp_path, "--tls") as line:
        assert line["url"].startswith("https://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=str(tmp_path / "tls" / "ca.pem"))
        assert health(line["url"], trusting) == 200
        assert health(line["url"].replace("127.0.0.1", "localhost"), trusting) == 200
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            health(line["url"], ssl.create_default_context())
    assert sorted(one.name for one in (tmp_path / "tls").iterdir()) == ["ca-key.pem", "ca.pem"]


def test_nothing_older_than_tls_1_2_is_spoken(tmp_path: Path) -> None:
    """TLS 1.2 is accepted, plain HTTP gets no data."""
    with served(tmp_path, "--tls") as line:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "tls" / "ca.pem"))
        trusting.maximum_version = ssl.TLSVersion.TLSv1_2
        assert health(line["url"], trusting) == 200
        port = int(line["url"].rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 5) as plain:
            plain.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"ready" not in plain.recv(4096)


def test_the_authority_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trusted stays trusted; its key is the user's alone."""
    monkeypatch.setenv("PACSIMILE_TLS_DIR", str(tmp_path))
    first = own([])
    kept = (tmp_path / "ca.pem").read_bytes()
    assert own(["mock.example"]).certificate.read_bytes() != b""
    assert (tmp_path / "ca.pem").read_bytes() == kept
    assert (tmp_path / "ca-key.pem").stat().st_mode & 0o077 == 0
    assert first.key.stat().st_mode & 0o077 == 0


def test_the_users_certificate_and_clients_certificates(tmp_path: Path) -> None:
    """--cert and --key serve the user's; with --client-ca a client without a certificate gets nothing."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for name in ("server", "client"):
        issued = authority.issue_cert("127.0.0.1")
        issued.private_key_pem.write_to_path(str(tmp_path / f"{name}-key.pem"))
        issued.cert_chain_pems[0].write_to_path(str(tmp_path / f"{name}.pem"))
    options = ("--cert", str(tmp_path / "server.pem"), "--key", str(tmp_path / "server-key.pem"))
    trusting = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    with served(tmp_path, *options, "--client-ca", str(tmp_path / "ca.pem")) as line:
        with pytest.raises(OSError):
            health(line["url"], trusting)
        trusting.load_cert_chain(tmp_path / "client.pem", tmp_path / "client-key.pem")
        assert health(line["url"], trusting) == 200


def test_files_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    """A missing file, and a key that is another certificate's: one sentence that says what to give."""
    with pytest.raises(TlsError, match="no file"):
        check(Tls(tmp_path / "none.pem", tmp_path / "none.pem"))
    authority = trustme.CA()
    authority.issue_cert("a.example").cert_chain_pems[0].write_to_path(str(tmp_path / "a.pem"))
    authority.issue_cert("b.example").private_key_pem.write_to_path(str(tmp_path / "b.pem"))
    with pytest.raises(TlsError, match="cannot be used together"):
        check(Tls(tmp_path / "a.pem", tmp_path / "b.pem"))


def test_an_authority_that_cannot_be_kept_or_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the folder, and what to do; so is a name that no certificate can have."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("PACSIMILE_TLS_DIR", str(tmp_path / "file"))
    with pytest.raises(TlsError, match="set PACSIMILE_TLS_DIR to another folder"):
        own([])
    monkeypatch.setenv("PACSIMILE_TLS_DIR", str(tmp_path))
    with pytest.raises(TlsError, match=r"no certificate can be made for a\.\.b"):
        own(["a..b"])
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(TlsError, match="holds a certificate or key that cannot be read: remove the folder"):
        own([])


@pytest.mark.parametrize("options", [["--cert", "x.pem"], ["--client-ca", "x.pem"]])
def test_half_of_the_options_is_refused(options: list[str]) -> None:
    """A certificate without a key, and a client authority without TLS: one line, exit 2."""
    command = [*prepared(), "serve", "--port", "0", *options]
    told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert told.returncode == 2
    assert len(told.stderr.splitlines()) == 1
