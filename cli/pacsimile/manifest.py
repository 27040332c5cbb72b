"""Check the manifest of an export: generate each entry's document again, or read it from its file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pacsimile.export import MOST_ORDERS, Export
from pacsimile_fixtures import reports, samples
from pacsimile_fixtures.findings import ReportContent
from pacsimile_fixtures.synthetic import MOST_BYTES, Judgement, lines, members
from pacsimile_fixtures.synthetic.members import Members, Number
from pacsimile_fixtures.synthetic.verdict import UNKNOWN, UNREADABLE, Unknown, Unreadable
from pacsimile_spec.report_types import ORDER_TYPES
from pacsimile_spec.typesetting import NoTypesetter

KIND = "manifest"


def judge(data: bytes, folder: Path) -> Judgement:
    """Judge a manifest. `folder` has the manifest and the files that it names."""
    try:
        _check(members.loaded(lines.decoded(data)), folder)
        return Judgement("synthetic", KIND)
    except Unknown as error:
        return Judgement(UNKNOWN, KIND, str(error))
    except (Unreadable, NoTypesetter) as error:
        return Judgement(UNREADABLE, KIND, str(error))


def _check(document: Any, folder: Path) -> None:
    if not isinstance(document, Members):
        raise Unknown("/", "no manifest of an export")
    export = _export(document, folder)
    given = document.get("documents")
    members.compare(Members([*_without(document), ("documents", [])]), _loaded(export.manifest([])))
    wanted = sum(1 for _ in export.paths()) - 1
    if not isinstance(given, list) or isinstance(given, Members) or len(given) != wanted:
        raise Unknown("/documents", "not the documents of so many orders")
    for number, (entry, expected) in enumerate(zip(given, _entries(export), strict=True)):
        members.compare(entry, expected, f"/documents/{number}")


def _without(document: Members) -> Iterator[tuple[str, Any]]:
    """Yield what a manifest has besides its documents, including duplicates."""
    first = next((place for place, (name, _) in enumerate(document) if name == "documents"), len(document))
    yield from (each for place, each in enumerate(document) if place != first)


def _export(document: Members, folder: Path) -> Export:
    """Return the export that a manifest belongs to."""
    numbers = []
    for name, most in (("seed", 2**63 - 1), ("orders", MOST_ORDERS)):
        value = document.get(name)
        if not isinstance(value, Number) or not value.isdecimal() or len(value) > 19 or int(value) > most:
            raise Unknown(f"/{name}", "no number that an export has")
        numbers.append(int(value))
    types = document.get("report_types")
    if not isinstance(types, list) or not all(each in ORDER_TYPES for each in types):
        raise Unknown("/report_types", "no types that an export has")
    chosen = tuple(name for name in ORDER_TYPES if name in types)
    return Export(folder, numbers[1], numbers[0], chosen, force=False)


def _entries(export: Export) -> Iterator[Any]:
    for n in range(1, export.count + 1):
        for content in samples.versions(export.seed, n):
            for report_type in export.types:
                yield _loaded(export.entry(content, report_type, _data(export, content, report_type)))


def _data(export: Export, content: ReportContent, report_type: str) -> bytes:
    """Return a document: its file if it exists, which is judged separately, else the generated document."""
    path = export.path(report_type, content.report_id)
    try:
        if path.is_file() and path.stat().st_size <= MOST_BYTES:
            return path.read_bytes()
    except OSError:
        pass
    return reports.render(content, report_type)


def _loaded(document: Mapping[str, Any]) -> Any:
    return members.loaded(json.dumps(document))
