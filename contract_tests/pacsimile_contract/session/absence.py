"""The answer of an operation that the service does not have, by the target file's word: nothing was sent."""

from typing import Any

from pacsimile_contract.errors import Absent
from pacsimile_contract.evidence.exchange import Exchange


class AbsentAnswer(Exchange):
    """Stands for the answer to a call that was not sent. Who looks at it cannot go on: Absent; who does not, may."""

    def __init__(self, reason: str) -> None:
        object.__setattr__(self, "_reason", reason)

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        raise Absent(object.__getattribute__(self, "_reason"))
