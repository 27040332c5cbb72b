"""`pacsimile check-synthetic`: tell whether files are synthetic, for a hook before a commit or an upload."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import get_args

import click

from pacsimile import manifest
from pacsimile.export import MANIFEST
from pacsimile_fixtures.identifiers import Seed
from pacsimile_fixtures.synthetic import MOST_BYTES, Judgement, Verdict, judge

USAGE = 2
"""Exit status if something given cannot be used."""

MOST_FILES = 1_000_000
"""Maximum files of one call. If there are more, the output says so, and the exit status is 1."""

_FOLLOWED = "a link to a folder, which is not followed: name the folder itself"


def files(path: Path) -> Iterator[Path]:
    """Yield the files of a path: itself, or those below a folder. A folder that cannot be read is yielded itself."""
    if not path.is_dir():
        yield path
        return
    barred: list[OSError] = []
    for folder, below, names in os.walk(path, onerror=barred.append):
        below.sort()
        yield from (Path(folder) / name for name in sorted(names))
        yield from (each for each in (Path(folder) / name for name in below) if each.is_symlink())
    yield from (Path(str(error.filename)) for error in barred)


def judgement(path: Path, seeds: Sequence[Seed] = ()) -> Judgement:
    """Judge a file. A file that cannot be opened is unreadable."""
    try:
        if path.is_dir():
            return Judgement("unreadable", "", _FOLLOWED if path.is_symlink() else "a folder that cannot be opened")
        if not path.is_file():
            return Judgement("unreadable", "", "no regular file")
        with path.open("rb") as file:  # no more than is judged, whatever its reported size
            data = file.read(MOST_BYTES + 1)
        if path.name == MANIFEST and len(data) <= MOST_BYTES:
            return manifest.judge(data, path.parent)
        return judge(data, seeds)
    except OSError as error:
        return Judgement("unreadable", "", f"cannot be opened: {error.strerror}")


def shown(path: Path) -> str:
    """Return a path fit for one line. No file name may reach a terminal as a control sequence."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(path))


def summary(count: Counter[Verdict]) -> str:
    """Return a summary: `3 files: 2 synthetic, 1 not sure`."""
    total = sum(count.values())
    parts = ", ".join(f"{count[verdict]} {verdict}" for verdict in get_args(Verdict) if count[verdict])
    return f"{total} file{'s' if total != 1 else ''}: {parts}"


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--seed", "seeds", multiple=True, help="Seed of the documents, needed for 10000 and above. Repeatable.")
@click.option("-v", "--verbose", is_flag=True, help="List synthetic files too.")
def command(paths: Sequence[Path], seeds: Sequence[str], verbose: bool) -> None:
    """Check that files hold nothing but synthetic data made by pacsimile.

    PATH is a file, or a folder, which is searched with all its subfolders. Formats: DICOM, PDF, HL7 v2, FHIR, JSON,
    CSV and text. Each document is generated again from the order id in it, and compared. No value from a file is
    ever printed.

    Exit status: 0 all files are synthetic, 1 a file is not known to be synthetic or cannot be read, 2 wrong usage.
    """
    count: Counter[Verdict] = Counter()
    every = (file for given in paths for file in files(given))
    for path in islice(every, MOST_FILES):
        judged = judgement(path, seeds)
        count[judged.verdict] += 1
        if judged.verdict != "synthetic":
            click.echo(f"{shown(path)}: {judged.verdict}: {judged.reason}")
        elif verbose:
            click.echo(f"{shown(path)}: synthetic ({judged.kind})")
    if not count:
        click.echo(
            f"pacsimile: no file in {', '.join(map(str, paths))}: give files, or folders that have some", err=True
        )
        raise SystemExit(USAGE)
    click.echo(summary(count))
    left = next(every, None) is not None
    if left:
        click.echo(f"pacsimile: more than {MOST_FILES} files: the others are not judged, give fewer folders", err=True)
    raise SystemExit(1 if left or set(count) != {"synthetic"} else 0)
