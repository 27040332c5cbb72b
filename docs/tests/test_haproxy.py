"""haproxy with the configuration of `deploy/haproxy` says 503 where no server answers, and passes on what one says."""

import http.client
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy/haproxy/haproxy.cfg"
HAPROXY = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
DOCUMENT = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def break_off_or_answer(server: socket.socket) -> None:
    """Take connections until the socket is closed: answer a call of /answered with 502, and break off any other."""
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            if b" /answered " in connection.recv(4096):
                connection.sendall(DOCUMENT)


@contextmanager
def haproxy(folder: Path, server: socket.socket) -> Iterator[tuple[str, int]]:
    """Run haproxy before a server; yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as api, socket.create_server(("127.0.0.1", 0)) as control:
        text = re.sub(r"^    server .*\n", "", CONFIGURATION.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for bound, ours in (("bind :8080", api), ("bind 127.0.0.1:8081", control)):
            text = text.replace(bound, f"bind fd@{ours.fileno()}")
        text += f"\n    server one 127.0.0.1:{server.getsockname()[1]}\n"
        (folder / "haproxy.cfg").write_text(text)
        passed = (api.fileno(), control.fileno())
        command = [str(HAPROXY), "-db", "-f", str(folder / "haproxy.cfg")]
        with subprocess.Popen(command, pass_fds=passed, stderr=subprocess.DEVNULL) as process:
            try:
                yield api.getsockname()
            finally:
                process.kill()


@pytest.mark.skipif(HAPROXY is None, reason="haproxy is not installed")
def test_a_server_that_breaks_off_is_503_and_what_it_says_stays(tmp_path: Path) -> None:
    """A client repeats a call only on 503 with `Retry-After`. A test of a client may want a 502 from the mock."""
    with socket.create_server(("127.0.0.1", 0)) as server, haproxy(tmp_path, server) as place:
        Thread(target=break_off_or_answer, args=(server,), daemon=True).start()
        answers = []
        for method, path in (("GET", "/reports"), ("POST", "/reports"), ("GET", "/answered")):
            connection = http.client.HTTPConnection(*place, timeout=60)
            connection.request(method, path)
            answer = connection.getresponse()
            answers.append((answer.status, answer.getheader("Retry-After")))
            connection.close()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)  # ends the thread
    assert answers == [(503, "5"), (503, "5"), (502, None)]
