"""`private/identifiers.env`: the identifiers that the reports' `curl` lines name as `$ORDER_1` and the like."""

import shlex
from pathlib import Path

from pacsimile_contract.files import private_folder, write_private
from pacsimile_contract.run.events import Event, RunFinished

HEADER = """\
# Real identifiers: not for artifacts. `. private/identifiers.env` lets the report's curl lines run.
# Set beside them CLIENT and SECRET of the target file's client, and TOKEN: the access_token that is answered to
# curl -u "$CLIENT:$SECRET" '{url}/token?grant_type=client_credentials'
"""


class IdentifiersEnv:
    """Writes the file into a report folder, where the run met identifiers without the synthetic mark."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, event: Event) -> None:
        """Write at the end of the run."""
        if not isinstance(event, RunFinished):
            return
        named = event.redactor.variables()
        if named and not event.redactor.all_synthetic:
            lines = [HEADER.format(url=event.target.oauth2_endpoint)]
            shown = event.redactor.identifier
            lines += [f"{name}={shlex.quote(value)} # {shown(value)}\n" for name, value in named.items()]
            write_private(private_folder(self._folder) / "identifiers.env", "".join(lines))
