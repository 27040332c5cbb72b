"""The file in which a running mock says how to reach it, for commands of the same user on the same machine.

There is one file per port, with mode 0600, in a folder of the user's own. It is removed when the server ends.
"""

import json
import os
import socket
import stat
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 1.0
"""Seconds that a server may take to accept a connection. A server that takes longer counts as busy, not as gone."""

Runtime = Mapping[str, Any]
"""The content of the file: `url`, `control_url`, `control_token`, `pid`, `version`. `authority` is the certificate file
of the mock's own CA, if it has one."""


def folder() -> Path:
    """Return the runtime folder: `PACSIMILE_RUNTIME_DIR`, else in `XDG_RUNTIME_DIR`, else in the temporary folder."""
    named = os.environ.get("PACSIMILE_RUNTIME_DIR")
    if named:
        return Path(named)
    of_session = os.environ.get("XDG_RUNTIME_DIR")
    if of_session:
        return Path(of_session) / "pacsimile"
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"pacsimile-{user}"


def write(port: int, content: Runtime) -> Path:
    """Write the file of the server on `port`. Raise OSError if the folder cannot be made or is another user's."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_private(place)
    path = place / f"serve-{port}.json"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dict(content), file)
    return path


def remove(path: Path) -> None:
    """Remove the file if it exists."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def running() -> list[Runtime]:
    """Return this user's running servers, the latest first. The file of a server that has ended is removed."""
    with suppress(OSError):
        _check_private(folder())
        files = sorted(folder().glob("serve-*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        return [content for content in map(_read, files) if content is not None]
    return []


def at(url: str) -> Runtime | None:
    """Return this user's running server at an address, by any name of loopback, or None."""
    return next((server for server in running() if one_spelling(str(server["url"])) == one_spelling(url)), None)


def one_spelling(url: str) -> str:
    """Return an address in one spelling, whatever name of loopback it has."""
    rest = url.rstrip("/").lower()
    for name in ("//localhost", "//[::1]"):
        rest = rest.replace(name, "//127.0.0.1")
    return rest


def _read(path: Path) -> Runtime | None:
    try:
        content: Runtime = json.loads(path.read_text(encoding="utf-8"))
        url, alive = str(content["url"]), _alive(int(content["pid"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    if not alive:
        remove(path)
    return content if alive and _listens(url) else None


def _listens(url: str) -> bool:
    """Tell whether something accepts connections there. The system may have reused the id of an ended process."""
    try:
        parts = urlsplit(url)
        socket.create_connection((parts.hostname or "", parts.port or 80), PATIENCE_SECONDS).close()
    except TimeoutError:
        return True  # it is busy
    except (OSError, ValueError):
        return False
    return True


def _alive(pid: int) -> bool:
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return True  # asking would end the process there; connecting finds out
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _check_private(place: Path) -> None:
    """Refuse a folder of another user, who could read the control token or forge it."""
    if not hasattr(os, "getuid"):
        return
    status = place.stat()
    if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
        raise PermissionError(f"{place} is not yours alone: remove it, or set PACSIMILE_RUNTIME_DIR")
