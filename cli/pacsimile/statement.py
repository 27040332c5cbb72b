"""`pacsimile statement`: writes the conformance statement of a stored run."""

from __future__ import annotations

from pathlib import Path

import click

from pacsimile.verify import NamedPath, guarded
from pacsimile_contract.errors import UsageError
from pacsimile_contract.reporting.statement.statement_files import write_statement

_LONGEST_NAME = 200


def _check_name(service: str | None) -> None:
    """Refuse a name that is blank or fills a page."""
    if service is None or (service.strip() and len(service) <= _LONGEST_NAME):
        return
    wrong = f"has {len(service)} characters" if service.strip() else "is blank"
    raise UsageError(f"--service: the name {wrong}; expected the name and version, in at most {_LONGEST_NAME}")


@click.command()
@click.argument("run", type=NamedPath(path_type=Path))
@click.option(
    "--output",
    type=NamedPath(path_type=Path, file_okay=False),
    help="Write to this folder. Without it: the folder of the run.",
)
@click.option("--service", metavar="NAME", help="Name and version of the service, for the title.")
@click.option("--markdown", is_flag=True, help="Write only statement.md.")
@click.option("--pdf", is_flag=True, help="Write only statement.pdf.")
def command(run: Path, output: Path | None, service: str | None, markdown: bool, pdf: bool) -> None:
    """Write the conformance statement of a stored run of verify: statement.pdf and statement.md.

    RUN is the folder that `pacsimile verify --report` wrote.
    """

    def work() -> int:
        _check_name(service)
        wanted = {"statement.md": markdown or not pdf, "statement.pdf": pdf or not markdown}
        for file in write_statement(
            run, output or run, [name for name, chosen in wanted.items() if chosen], service or ""
        ):
            click.echo(file)
        return 0

    raise guarded(work)
