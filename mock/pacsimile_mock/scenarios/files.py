"""Reads the files that a scenario names: reports of the user's own, served as they are."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from pacsimile_mock.scenarios.nodes import Node
from pacsimile_spec.report_types import REPORT_TYPES

MOST_BYTES = 16 * 1024 * 1024
"""Of one file."""
OF_ORDERS = tuple(name for name, known in REPORT_TYPES.items() if known.of_order)


class Files:
    """The files that a scenario names, each read once; paths are relative to `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[Path, str] = {}
        self.contents: dict[str, bytes] = {}

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where they lie."""
        return tuple(self._digests)

    def read(self, node: Node) -> dict[str, str]:
        """Read `report_files`: a file for each of some report types; gives the digests of their bytes."""
        parts = node.mapping(OF_ORDERS)
        if not parts:
            raise node.wrong(f"a file for at least one of {', '.join(OF_ORDERS)}")
        return {name: self._digest(part) for name, part in parts.items()}

    def _digest(self, node: Node) -> str:
        path = self._folder / node.text()
        if path not in self._digests:
            content = _content(node, path)
            self._digests[path] = sha256(content).hexdigest()
            self.contents[self._digests[path]] = content
        return self._digests[path]


def _content(node: Node, path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        why = getattr(error, "strerror", None) or "no file has such a name"
        raise node.wrong(f"a file that can be read, its path relative to {node.file}; {node.text()!r}: {why}") from None
    if not 0 < len(content) <= MOST_BYTES:
        raise node.wrong(f"a file of 1 byte to {MOST_BYTES // 1024**2} MiB")
    return content
