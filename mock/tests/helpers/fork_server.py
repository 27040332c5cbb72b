"""Starts `pacsimile`, or pytest, by forking a process that has imported it, in a tenth of a new interpreter's time.

`prepared` gives the command. It is a small program that hands its arguments, environment, folder and standard streams
to the fork server, passes signals on, and ends as the fork ends. The process id is that of the small program: where
that matters, or what a process imports, start `python -m pacsimile` itself. So does this where there is no fork.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import marshal
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
LAUNCHER = """#!{python} -IS
import _signal, _socket, marshal, posix, sys
forwarded = (_signal.SIGHUP, _signal.SIGINT, _signal.SIGTERM)
_signal.pthread_sigmask(_signal.SIG_BLOCK, forwarded)  # until it is known whom they are for
connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
connection.connect({address!r})
asked = marshal.dumps(({module!r}, sys.argv[1:], posix.getcwd(), posix.environ))
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
connection.sendmsg([len(asked).to_bytes(8, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
connection.sendall(asked)
def answer():
    line = b""
    while not line.endswith(b"\\n"):
        line += connection.recv(1) or posix._exit(1)
    return int(line)
pid = answer()
for number in forwarded:
    _signal.signal(number, lambda number, frame: posix.kill(pid, number))
_signal.pthread_sigmask(_signal.SIG_UNBLOCK, forwarded)
status = answer()
if status < 0:
    _signal.signal(-status, _signal.SIG_DFL)
    posix.kill(posix.getpid(), -status)
posix._exit(status)
"""
"""Imports only what is built into the interpreter: `json`, `signal` and `socket` would take more time than the rest."""

PREPARED = (
    "pacsimile.main",
    "pacsimile.server_start",
    "pacsimile.serve",
    "pacsimile.verify",
    "pacsimile_mock.serving.flask_application",
    "pacsimile_mock.serving.server",
    "pacsimile_mock.reports.content",
    "pacsimile_fixtures.reports.dicom_pdf",
    "faker.contrib.pytest.plugin",
    "pacsimile_contract.generation.schema_queries",
    "uvloop",
)
OF_THE_INTERPRETER = ("PYTHON", "LANG", "LC_")
"""How the names of variables begin that an interpreter reads once, when it starts."""


def prepared(module: str = "pacsimile") -> list[str]:
    """Return the command line of a module, `pacsimile` or `pytest`, that is started by a fork."""
    return [str(_started() / f"for-{module}" / module)] if hasattr(os, "fork") else [sys.executable, "-m", module]


@cache
def _started() -> Path:
    """Start the fork server, which ends with this process; return the folder of the launchers' folders."""
    folder = Path(tempfile.mkdtemp(prefix="fork-server-"))
    address = folder / "socket"
    for module in ("pacsimile", "pytest"):
        launcher = folder / f"for-{module}" / module  # in a folder of its own: some put that of `pacsimile` on the PATH
        launcher.parent.mkdir()
        launcher.write_text(LAUNCHER.format(python=sys.executable, address=str(address), module=module))
        launcher.chmod(0o700)
    server = subprocess.Popen(
        [sys.executable, "-m", "mock.tests.helpers.fork_server", str(address)], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdout.readline()

    def end(stdin: Any = server.stdin, stdout: Any = server.stdout) -> None:
        stdin.close()
        server.wait(30)
        stdout.close()
        shutil.rmtree(folder)

    atexit.register(end)
    return folder


def _of_the_interpreter(environment: dict[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(OF_THE_INTERPRETER) and name != "PYTHONUNBUFFERED"
    }


def _serve(address: str) -> tuple[str, list[str]]:
    """Fork for each who asks; return in the fork, as the process that was asked for, its module and arguments."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    os.write(1, b"\n")
    while listener in select.select([listener, 0], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return _become(connection)
        connection.close()
        _reap()
    os._exit(0)


def _reap() -> None:
    """Let go of the forks that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _become(connection: socket.socket) -> tuple[str, list[str]]:
    """Fork once more: the parent tells how the child ends, and the child takes the place of who asked."""
    length, streams, _, _ = socket.recv_fds(connection, 8, 3)
    with connection.makefile("rb") as stream:
        module, arguments, folder, variables = marshal.loads(stream.read(int.from_bytes(length, "big")))
    environment = {os.fsdecode(name): os.fsdecode(value) for name, value in variables.items()}
    pid, ended = os.fork(), threading.Event()
    if pid != 0:
        for each in (0, 1, 2, *streams):
            os.close(each)
        connection.sendall(b"%d\n" % pid)
        threading.Thread(target=_kill_with_launcher, args=(connection, pid, ended), daemon=True).start()
        _, status = os.waitpid(pid, 0)
        ended.set()
        connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    connection.close()
    for number, stream_ in enumerate(streams):
        os.dup2(stream_, number)
        os.close(stream_)
    os.chdir(folder)
    if _of_the_interpreter(environment) != _of_the_interpreter(dict(os.environ)):
        os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environment)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        setattr(sys, name, _reopened(getattr(sys, name), number))
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    return module, arguments


def _kill_with_launcher(connection: socket.socket, pid: int, ended: threading.Event) -> None:
    """Kill a process once nobody waits for its end any more."""
    if not connection.recv(1) and not ended.is_set():
        os.kill(pid, signal.SIGKILL)


def _reopened(stream: Any, number: int) -> io.TextIOWrapper:
    """Return a standard stream as an interpreter opens it."""
    unbuffered = number != 0 and bool(os.environ.get("PYTHONUNBUFFERED"))
    mode, buffering = ("rb" if number == 0 else "wb"), (0 if unbuffered else -1)
    binary = open(number, mode, buffering, closefd=False)  # noqa: SIM115 (a descriptor, for good)
    return io.TextIOWrapper(
        binary, stream.encoding, stream.errors, line_buffering=number == 2 or binary.isatty(), write_through=unbuffered
    )


def _prepare() -> None:
    """Import what the commands import once they run."""
    from _pytest.config import default_plugins

    from pacsimile_contract.findings.registry import scenarios
    from pacsimile_contract.generation.hypothesis_settings import quiet
    from pacsimile_fixtures.narrow import narrow_faker

    narrow_faker()
    for name in (*PREPARED, *(f"_pytest.{plugin}" for plugin in default_plugins)):
        importlib.import_module(name)
    scenarios()
    quiet(1)
    gc.set_threshold(20_000, 20, 50)
    gc.freeze()


def _status(module: str, arguments: list[str]) -> object:
    """Run a module's command, and return what it exits with."""
    try:
        if module == "pytest":
            # this process has imported what pytest would rewrite, and has nothing to be rewritten; Hypothesis is ready
            ignored = ("ignore::pytest.PytestAssertRewriteWarning", "ignore:Slow code in plugin")
            return pytest.main([*arguments, *(f"-W{one}" for one in ignored)])
        from pacsimile.main import main

        return main(prog_name="pacsimile")
    except SystemExit as exit_:
        return exit_.code


def _end(status: object) -> None:
    """Exit as the interpreter does, except that memory is not freed object by object, which takes 40 ms."""
    threading._shutdown()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(status)  # tells what it cannot write
    if status is None or isinstance(status, int):
        os._exit((status or 0) & 0xFF)
    sys.exit(status)  # tells it


if __name__ == "__main__":
    _prepare()
    asked, given = _serve(sys.argv[1])
    sys.argv = [str(Path(sys.executable).with_name(asked)), *given]
    _end(_status(asked, given))
