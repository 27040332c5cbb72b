"""A mistyped address: one line that says what is wrong, from every command that talks to a mock or a service."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from mock.tests.helpers.served import serving
from pacsimile.main import main
from pacsimile_mock.tls import own, remove

TOKEN = ["--control-token", "x"]
COMMANDS = {
    "health": ["health", "--url"],
    "order list": ["order", "list", *TOKEN, "--url"],
    "order new": ["order", "new", *TOKEN, "--url"],
    "order start": ["order", "start", "ORD-1", *TOKEN, "--url"],
    "advance": ["advance", "1h", *TOKEN, "--url"],
    "fault": ["fault", "--list", *TOKEN, "--url"],
    "worlds": ["worlds", *TOKEN, "--url"],
    "worlds new": ["worlds", "new", *TOKEN, "--url"],
    "worlds delete": ["worlds", "delete", "w", *TOKEN, "--url"],
    "journal": ["journal", *TOKEN, "--url"],
    "journal -f": ["journal", "-f", *TOKEN, "--url"],
    "journal show": ["journal", "show", "1", *TOKEN, "--url"],
    "advice": ["advice", *TOKEN, "--url"],
    "reset": ["reset", *TOKEN, "--url"],
    "check-client": ["check-client", *TOKEN, "--url"],  # the program is added behind the address
    "verify": ["verify", *TOKEN],
    "verify --init": ["verify", "--init"],
    "matrix": ["matrix", *TOKEN],
    "load": ["load", *TOKEN],
}
OF_MOCKS = [name for name in COMMANDS if name not in ("verify", "verify --init", "matrix", "load")]
"""The commands that find a mock by `--url`."""
MALFORMED = (
    "http://127.0.0.1:80 80", "http://[::1", "http://", "http://127.0.0.1:99999", "http://127.0.0.1:x",
    "127.0.0.1:8080", "localhost:8080", "ftp://127.0.0.1", "http://a b",
    "http://u:p@127.0.0.1:9", "http://127.0.0.1:", "http://é", "\0",
    "http://127.0.0.1:9\n",
)  # fmt: skip
UNUSED = ("http://127.0.0.1:1", "https://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/w/zz")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No mock of the user's is known here."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("PACSIMILE_URL", raising=False)


def said(name: str, url: str) -> str:
    """Run a command with an address that it cannot use, and return its one line."""
    words = [*COMMANDS[name], url, *(["--", "true"] if name == "check-client" else [])]
    told = CliRunner().invoke(main, words)
    assert isinstance(told.exception, SystemExit), (words, told.exception)
    assert told.exit_code == 2, (words, told.output)
    assert told.stdout == "", words
    (line,) = told.stderr.splitlines()
    assert line.startswith("pacsimile: "), words
    return line


@pytest.mark.parametrize("url", MALFORMED)
@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_no_address(name: str, url: str) -> None:
    """It is said what an address looks like, and a password is not repeated."""
    line = said(name, url)
    assert "expected an http or https address such as http" in line
    assert "u:p" not in line


@pytest.mark.parametrize("end", ["?x=1", "/#x"])
@pytest.mark.parametrize("name", COMMANDS)
def test_an_address_with_a_query(name: str, end: str) -> None:
    """It is refused before anything is sent, since paths are added to the address."""
    assert "expected an address without a query or fragment" in said(name, f"http://127.0.0.1:1{end}")


@pytest.mark.parametrize("url", UNUSED)
@pytest.mark.parametrize("name", COMMANDS)
def test_where_nothing_answers(name: str, url: str) -> None:
    """The address is named."""
    assert url.rstrip("/") in said(name, url)


@contextmanager
def answering(body: bytes, status: int, *, tls: Path | None = None, missing: int = 0) -> Iterator[str]:
    """Serve one answer to each request; with `tls`, the folder for its certificate, over TLS.

    The connection ends `missing` bytes before the end of the body.
    """

    class Answering(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) + missing))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if tls is not None:
            made = own({"127.0.0.1"})
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(made.certificate, made.key)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        serving_thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving_thread.start()
        try:
            yield f"http{'' if tls is None else 's'}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving_thread.join()
            if tls is not None:
                remove(made)


OTHERS = {
    "a page": (b"<html>", 200),
    "an object": (b"{}", 200),
    "a list": (b"[]", 200),
    "nothing": (b"", 200),
    "bytes": (b"\xff\xfe", 200),
    "a problem of the API": (b'{"detail": "There is nothing at this path."}', 404),
    "a page of an error": (b"<html>", 404),
    "a refusal": (b"", 401),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("name", OF_MOCKS)
def test_a_server_that_is_no_mock(name: str, other: str) -> None:
    """Whatever it answers, it is no mock, and nobody is told to start it with another option."""
    with answering(*OTHERS[other]) as url:
        line = said(name, url)
    assert f"{url} is not a pacsimile mock" in line
    assert "--no-control" not in line


@pytest.mark.parametrize("name", ["verify", "matrix", "load"])
def test_a_server_that_is_no_mock_is_judged_with_a_target_file(name: str) -> None:
    """Also when a control token is given."""
    for body, status in OTHERS.values():
        with answering(body, status) as url:
            line = said(name, url)
        assert f"{url}: is not a pacsimile mock" in line
        assert "`verify` and `load` take it, with `--target target.yaml`" in line


@pytest.mark.parametrize("name", OF_MOCKS)
def test_http_where_https_is_spoken_and_the_other_way(name: str, tmp_path: Path) -> None:
    """The other address is given."""
    with answering(b"{}", 200) as url:
        tls = url.replace("http:", "https:")
        assert f"{tls} does not use TLS: give {url}" in said(name, tls)
    with answering(b"{}", 200, tls=tmp_path) as url:
        plain = url.replace("https:", "http:")
        assert f"For a mock with TLS give {url}" in said(name, plain)


@pytest.mark.parametrize("name", OF_MOCKS)
def test_an_answer_that_is_cut_off(name: str) -> None:
    """The mock may have ended meanwhile."""
    with answering(b"{}", 200, missing=1) as url:
        line = said(name, url)
    assert f"{url} did not send a complete HTTP response: is the mock still running?" in line


def test_a_mock_below_a_path_and_one_without_control(tmp_path: Path) -> None:
    """A path that is too long, and a mock that has no control API, are told apart."""
    with serving(tmp_path, "--no-control") as served:
        line = said("order list", f"{served.url}/w/zz")
        assert "is not a pacsimile mock: give the address without /w/zz" in line
        assert "has no control API: start it without --no-control" in said("order list", served.url)


@pytest.mark.parametrize("token", ["a b", "é", "a\nb"])
def test_a_control_token_that_cannot_be_sent(token: str, tmp_path: Path) -> None:
    """It is said before it is sent."""
    with serving(tmp_path) as served:
        told = CliRunner().invoke(main, ["worlds", "--url", served.url, "--control-token", token])
    assert (told.exit_code, "the control token holds a blank" in told.stderr) == (2, True)


def test_an_organization_may_have_any_name(tmp_path: Path) -> None:
    """A filter is quoted for the URL."""
    with serving(tmp_path) as served:
        control = ["--url", served.url, "--control-token", served.line["control_token"]]
        for name in ("a b", "a&status=x", "é"):
            told = CliRunner().invoke(main, ["order", "list", "--organization", name, *control])
            assert (told.exit_code, told.output) == (0, "")
