"""Opens a connection for each call."""

import sys
from pathlib import Path

from good import Results, main


class ConnectionEachCall(Results):
    """Keeps no connection."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.client.headers["Connection"] = "close"


sys.exit(main(ConnectionEachCall))
