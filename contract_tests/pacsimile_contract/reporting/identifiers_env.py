"""Writes `private/identifiers.env`: the values of variables such as `$ORDER_1` in the reports' `curl` commands."""

import shlex
from pathlib import Path

from pacsimile_contract.files import private_folder, write_private
from pacsimile_contract.run.events import Event, RunFinished

HEADER = """\
# Real identifiers: not for artifacts. `. private/identifiers.env` lets the report's curl lines run.
# The section "To repeat a call" of report.html sets the other variables, such as CLIENT, SECRET and TOKEN.
"""


class IdentifiersEnv:
    """Writes the file into a report folder where the run used identifiers without the synthetic mark."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, event: Event) -> None:
        """Write the file at the end of the run."""
        if not isinstance(event, RunFinished):
            return
        variables = event.redactor.variables()
        if variables and not event.redactor.all_synthetic:
            lines = [HEADER]
            lines += [
                f"{name}={shlex.quote(value)} # {event.redactor.identifier(value)}\n"
                for name, value in variables.items()
            ]
            write_private(private_folder(self._folder) / "identifiers.env", "".join(lines))
