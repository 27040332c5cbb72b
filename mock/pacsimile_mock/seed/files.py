"""Reads the report files that a scenario names."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from pacsimile_mock.seed.nodes import Node
from pacsimile_spec import given_files
from pacsimile_spec.given_files import MIB, UnusableFile
from pacsimile_spec.report_types import ORDER_TYPES

MOST_BYTES = 16 * MIB
"""The most bytes of one file."""


class Files:
    """The report files of a scenario, each read once; their paths are relative to `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[Path, str] = {}
        self.contents: dict[str, bytes] = {}

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths of all files that were read."""
        return tuple(self._digests)

    def read(self, node: Node) -> dict[str, str]:
        """Read `report_files`, a file for each of some report types, and return the digests of their bytes."""
        parts = node.mapping(ORDER_TYPES)
        if not parts:
            raise node.wrong(f"a file for at least one of {', '.join(ORDER_TYPES)}")
        return {name: self._digest(part) for name, part in parts.items()}

    def _digest(self, node: Node) -> str:
        path = self._folder / node.text()
        if path not in self._digests:
            content = _content(node, _within(self._folder, node))
            self._digests[path] = sha256(content).hexdigest()
            self.contents[self._digests[path]] = content
        return self._digests[path]


def _within(folder: Path, node: Node) -> Path:
    """Return the resolved path of a file.

    Raises:
        ScenarioError: The path or one of its symbolic links leads out of the scenario's folder.
    """
    try:
        root = folder.resolve()
        path = (root / node.text()).resolve()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a loop of symbolic links
        raise node.wrong(f"a file in the folder of {node.file}; {node.text()!r}: no file has such a name") from None
    if not path.is_relative_to(root):
        raise node.wrong(
            f"a file in the folder of {node.file} or below; {node.text()!r} leads out of it: copy the file beside it"
        )
    return path


def _content(node: Node, path: Path) -> bytes:
    try:
        content = given_files.read(path, MOST_BYTES)
    except UnusableFile as error:
        expected = f"a file that can be read, its path relative to {node.file}"
        raise node.wrong(f"{expected}; {node.text()!r}: {error}") from None
    if not content:
        raise node.wrong(f"a file of 1 byte to {MOST_BYTES // MIB} MiB")
    return content
