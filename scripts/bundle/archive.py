"""Write a zip that has the same bytes whenever it has the same files."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

_WHEN = (1980, 1, 1, 0, 0, 0)
_FILE, _PROGRAM = 0o100644 << 16, 0o100755 << 16


def checksums(files: Mapping[str, bytes | Path]) -> str:
    """Return the lines of a SHA256SUMS, sorted by path."""
    return "".join(f"{hashlib.sha256(_bytes(files[name])).hexdigest()}  {name}\n" for name in sorted(files))


def write(path: Path, folder: str, files: Mapping[str, bytes | Path]) -> None:
    """Write files below one folder. Wheels are compressed already and are stored; scripts can be run.

    Raises:
        ValueError: A name leads out of the folder, or is not a single line of printable characters.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files):
            if PurePosixPath("/", name).as_posix() != f"/{name}" or ".." in name.split("/") or not _is_plain(name):
                raise ValueError(f"{name!r} cannot be the name of a file in a bundle")
            entry = zipfile.ZipInfo(f"{folder}/{name}", _WHEN)
            entry.create_system = 3  # Unix, wherever it is built
            entry.external_attr = _PROGRAM if name.endswith(".sh") else _FILE
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, _bytes(files[name]))


def _is_plain(name: str) -> bool:
    """Tell whether no system reads more in a name than that of a file: a drive, a folder of Windows, another line."""
    return name.isprintable() and not set(name) & set('\\:*?"<>|')


def _bytes(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
