"""Files of a report folder, and what of it only the operator may see: `private/`, never an artifact."""

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from pacsimile_contract.errors import UsageError

_IGNORED = "# real identifiers: keep this folder out of repositories and artifacts\n*\n"
_AS_THE_UMASK_SAYS, _OWNERS = 0o666, 0o600
_BYTES_OF_BEGINNING = 4096


@contextlib.contextmanager
def new_file(path: Path, mode: int = _AS_THE_UMASK_SAYS) -> Iterator[TextIO]:
    """Write a file of its own in the place of whatever has its name.

    Until it is whole, it has another name: if it cannot be written, what stood there stays.

    A link is replaced and never followed, and so is a pipe, or a file that somebody else made and keeps open: in a
    folder that others may write to, they could else have the report overwrite a file, or read it.

    Raises:
        OSError: it cannot be written, or what stands there cannot be replaced, such as a folder.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        # a lone surrogate that a target sent becomes the escape by which JSON itself writes it
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 (a descriptor)
            yield file
        part.replace(path)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def refuse_to_overwrite(folder: Path, written: Sequence[str], markers: Mapping[str, str]) -> None:
    """Refuse a folder whose files would be overwritten, unless an earlier run of the same command wrote them.

    Args:
        folder: the folder of the reports.
        written: the names of the files that are written.
        markers: files of which an earlier run always left one, each with a text that stands near its beginning.

    Raises:
        UsageError: a file has one of the names, and no earlier run is there.
    """
    there = [name for name in written if (folder / name).is_file() and not (folder / name).is_symlink()]
    if there and not any(name in there and text in _beginning(folder / name) for name, text in markers.items()):
        raise UsageError(f"{folder / there[0]}: this command did not write it; give --report another folder")


def _beginning(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_BYTES_OF_BEGINNING).decode("utf-8", "replace")
    except OSError:  # as that of somebody else, which cannot be known
        return ""


@contextlib.contextmanager
def owner_only(*, shared: bool = False) -> Iterator[None]:
    """Let only their owner read the files and folders that are made meanwhile; where `shared`, the umask decides."""
    if shared:
        yield
        return
    former = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(former)


def private_folder(report: Path) -> Path:
    """Return `private/` of a report folder (0700), made where it is not there, with a .gitignore that keeps it in.

    Raises:
        OSError: it cannot be made, or is a link to another folder.
    """
    folder = report / "private"
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "it is a link to another folder", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # a file system without modes
        folder.chmod(0o700)
    write_private(folder / ".gitignore", _IGNORED)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read (0600), from its first byte on."""
    with new_file(path, _OWNERS) as file:
        file.write(text)
