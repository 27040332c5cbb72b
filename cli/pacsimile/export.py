"""`pacsimile export`: write synthetic reports to files, for test data without a server."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from pacsimile.option_types import Word
from pacsimile_fixtures import identifiers, reports, samples
from pacsimile_fixtures.findings import ReportContent
from pacsimile_spec.report_types import ORDER_TYPES, REPORT_TYPES
from pacsimile_spec.typesetting import NoTypesetter
from pacsimile_spec.version import __version__

MANIFEST = "manifest.json"
MOST_ORDERS = 100_000
USAGE = 2
"""Exit status if something given cannot be used."""


class Failed(Exception):
    """An export has ended early. The message is one line for people, and `status` is the exit status."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Export:
    """What to write, and where: the first `count` orders of a seed, in each of the types."""

    folder: Path
    count: int
    seed: int
    types: tuple[str, ...]
    force: bool

    def paths(self) -> Iterator[Path]:
        """Yield every file to be written, the manifest first."""
        yield self.folder / MANIFEST
        for n in range(1, self.count + 1):
            for version in range(1, 2 + samples.is_amended(self.seed, n)):
                for report_type in self.types:
                    yield self.path(report_type, identifiers.report_id(self.seed, n, version))

    def path(self, report_type: str, report_id: str) -> Path:
        """Return the path of a document. Each type has its own folder, so that a parser's tests can take one."""
        return self.folder / report_type / f"{report_id}.{REPORT_TYPES[report_type].extension}"

    def prepare(self) -> None:
        """Make the folders. Raise Failed before anything is written if that fails, or if files exist already."""
        self._refuse_types_without_typst()
        try:
            if self.folder.exists() and not self.folder.is_dir():
                raise Failed(f"{self.folder} is a file: give a folder", USAGE)
            self._refuse_to_replace()
            for report_type in self.types:
                (self.folder / report_type).mkdir(parents=True, exist_ok=True)
            if self.force:  # nothing says that the export is complete until everything is written
                (self.folder / MANIFEST).unlink(missing_ok=True)
        except OSError as error:
            message = f"{error.filename}: {error.strerror}: give a folder that you may write to"
            raise Failed(message, USAGE) from None

    def _refuse_types_without_typst(self) -> None:
        possible = [name for name in ORDER_TYPES if reports.is_renderable(name)]
        if not set(self.types) <= set(possible):
            raise Failed(f"{NoTypesetter()}; or give {' '.join(f'--type {name}' for name in possible)}", USAGE)

    def _refuse_to_replace(self) -> None:
        there = [] if self.force else [path for path in self.paths() if path.exists() or path.is_symlink()]
        if there:
            more = f" and {len(there) - 1} more files are" if len(there) > 1 else " is"
            raise Failed(f"{there[0]}{more} there already: give another folder, or --force to replace them", USAGE)

    def document(self, content: ReportContent, report_type: str) -> Mapping[str, Any]:
        """Render and write a document; return its entry in the manifest."""
        data = reports.render(content, report_type)
        write(self.path(report_type, content.report_id), data, replace=self.force)
        return self.entry(content, report_type, data)

    def entry(self, content: ReportContent, report_type: str, data: bytes) -> Mapping[str, Any]:
        """Return the manifest's entry for a document."""
        return {
            "path": self.path(report_type, content.report_id).relative_to(self.folder).as_posix(),
            "report_type": report_type,
            "media_type": REPORT_TYPES[report_type].media_type,
            "sha256": sha256(data).hexdigest(),
            "size": len(data),
            "order_id": content.order_id,
            "study_uid": content.study_uid,
            "accession_number": content.accession_number,
            "report_id": content.report_id,
            "report_status": content.status,
            "supersedes": content.supersedes,
        }

    def manifest(self, documents: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return the manifest from the entries of its documents."""
        return {
            "synthetic": True,
            "generator": f"pacsimile {__version__}",
            "seed": self.seed,
            "orders": self.count,
            "report_types": self.types,
            "documents": documents,
        }

    def run(self, progress: Callable[[], None]) -> int:
        """Write all documents, then the manifest. Return the number of documents."""
        documents = []
        for n in range(1, self.count + 1):
            for content in samples.versions(self.seed, n):
                documents += [self.document(content, report_type) for report_type in self.types]
            progress()
        write(
            self.folder / MANIFEST, json.dumps(self.manifest(documents), indent=1).encode() + b"\n", replace=self.force
        )
        return len(documents)


def write(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file completely or not at all.

    Raises:
        Failed: it exists and may not be replaced, or it cannot be written.
    """
    try:
        if replace:
            path.unlink(missing_ok=True)
        file = path.open("xb")
    except FileExistsError:
        raise Failed(f"{path} came to be while others were written: nothing is replaced without --force") from None
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}") from None
    try:
        with file:
            file.write(data)
    except BaseException as error:  # also after Ctrl-C
        path.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise Failed(f"{path}: {error.strerror}: what was written before it is whole, and has no manifest") from None


def bar(count: int) -> AbstractContextManager[Any]:
    """Return a progress bar on standard error if that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(length=count, label="Orders", file=sys.stderr, show_pos=True)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(1, MOST_ORDERS), default=10, show_default=True, help="Number of orders.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True, help="Seed of the data.")
@click.option(
    "--type",
    "types",
    multiple=True,
    type=Word(ORDER_TYPES),
    help="Report type. Repeatable. Without it: all types.",
)
@click.option("--force", is_flag=True, help="Replace existing files.")
def command(folder: Path, count: int, seed: int, types: tuple[str, ...], force: bool) -> None:
    """Write synthetic reports to DIR, one folder per report type, and a manifest.json with each file's SHA-256.

    The same seed gives the same files. One order in ten has an amended report. Both versions are written.
    """
    chosen = tuple(name for name in ORDER_TYPES if name in types or not types)
    export = Export(folder, count, seed, chosen, force)
    try:
        export.prepare()
        with bar(count) as shown:
            documents = export.run(lambda: shown.update(1) if shown else None)
    except Failed as failed:
        click.echo(f"pacsimile: {failed}", err=True)
        raise SystemExit(failed.status) from None
    click.echo(f"{documents} documents of {count} orders in {folder}, listed in {MANIFEST}")
