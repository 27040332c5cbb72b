"""Load a changed text of a module where the module is imported. The file is never changed."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec")


@dataclass
class MutantFinder:
    """Finds a mutant by the name of its module. It stands first in `sys.meta_path`.

    Args:
        file: the module's file.
        source: its changed text.
    """

    file: Path
    source: str
    is_used: bool = False

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the mutant for its module, and None for each other."""
        if name.rpartition(".")[2] != self.file.stem or path is None or str(self.file.parent) not in path:
            return None
        self.is_used = True
        loader = _Loader(name, str(self.file), self.source)
        return importlib.util.spec_from_file_location(name, self.file, loader=loader)
