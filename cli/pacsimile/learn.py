"""`pacsimile learn`: proposes a dialect file for a service from its description, from traffic, and from safe calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import click

from pacsimile.verify import NamedPath, guarded
from pacsimile_contract.errors import UsageError

if TYPE_CHECKING:
    from pacsimile_contract.learn.proposal import Proposal

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
PATIENCE = 5.0
"""Seconds until a line says that learning goes on."""


def _learn(
    openapi: Path | None, har: Path | None, history: Path | None, target: Path | None, name: str, output: Path | None
) -> int:
    from pacsimile_contract.learn.analogy import add_analogies
    from pacsimile_contract.learn.combination import combined
    from pacsimile_contract.learn.dialect_writer import render_dialect
    from pacsimile_contract.learn.matching.proposals import proposal_of, proposal_of_calls
    from pacsimile_contract.learn.sources.har import read_har
    from pacsimile_contract.learn.sources.history import read_history
    from pacsimile_contract.learn.sources.openapi import read_openapi

    if not _NAME.fullmatch(name):
        raise UsageError("--name: expected letters, digits, and . _ - between them, such as vendor-2025")
    proposals = []
    if openapi is not None:
        proposals.append(proposal_of(read_openapi(openapi)))
    if har is not None:
        proposals.append(proposal_of_calls(read_har(har), har.name))
    if history is not None:
        proposals.append(proposal_of_calls(read_history(history), history.name))
    if target is not None:
        proposals += _from_target(target, proposals)
    if not proposals:
        raise UsageError("give what to learn from: --openapi FILE, --har FILE, --history RUN or --target FILE")
    if not any(place[0] == "paths" for proposal in proposals for place in proposal.lines):
        note = next((f"; {note}" for note in proposals[0].notes if note.startswith("$ref ")), "")
        raise UsageError(f"{proposals[0].source}: nothing in it is recognized as an operation of the contract{note}")
    proposal = combined(proposals)
    add_analogies(proposal)
    text = render_dialect(name, proposal)
    if output is None:
        click.echo(text.encode(), nl=False)
    else:
        _write(output, text)
    click.echo(tally(text), err=True)
    return 0


def _from_target(file: Path, proposals: list[Proposal]) -> list[Proposal]:
    """Ask the service of a target file, at the paths that its dialect or the other sources name."""
    from pacsimile_contract.learn.combination import combined
    from pacsimile_contract.learn.dialect_writer import render_dialect
    from pacsimile_contract.learn.probing.probe import learn_from_calls
    from pacsimile_contract.target.reading import load_target
    from pacsimile_spec.dialects import parse_dialect

    target = load_target(file)
    draft = target.dialect.dialect if target.dialect is not None else None
    if proposals:
        draft = parse_dialect(render_dialect("draft", combined(proposals)))
    return learn_from_calls(target, draft)


def _write(output: Path, text: str) -> None:
    try:
        with output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{output}: is there already; move it away, or give another --output") from None
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from None


def tally(text: str) -> str:
    """Return how many lines of a proposed file are sure and unsure, and how many questions are in it."""
    sure, unsure = text.count("  # sure: "), text.count("  # unsure: ")
    questions = len(re.findall(r"(?m)^ *# \? .*[^:\n]$", text))
    return f"Lines that are sure: {sure}. Unsure, to be checked: {unsure}. Questions for the vendor: {questions}."


@contextmanager
def _notice_when_slow() -> Iterator[None]:
    """Print a line on standard error if the work inside takes long."""
    notice = "pacsimile: still learning; a large file may take a minute, a slow service longer"
    timer = Timer(PATIENCE, click.echo, (notice,), {"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@click.command("learn")
@click.option("--openapi", type=NamedPath(path_type=Path), help="The vendor's OpenAPI 3.0 or 3.1 file, YAML or JSON.")
@click.option("--har", type=NamedPath(path_type=Path), help="Traffic of a client that works, as an HTTP archive (HAR).")
@click.option(
    "--history", type=NamedPath(path_type=Path), help="A stored run, such as `pacsimile proxy --report` writes it."
)
@click.option(
    "--target", type=NamedPath(path_type=Path), help="Target file of the service: it is asked, by safe calls alone."
)
@click.option("--name", default="learned", show_default=True, help="The name of the dialect.")
@click.option(
    "--output", type=NamedPath(path_type=Path, dir_okay=False), help="Write the dialect here. Default: print."
)
def command(
    openapi: Path | None, har: Path | None, history: Path | None, target: Path | None, name: str, output: Path | None
) -> None:
    """Propose a dialect file for a vendor's service."""
    with _notice_when_slow():
        raise guarded(lambda: _learn(openapi, har, history, target, name, output))
