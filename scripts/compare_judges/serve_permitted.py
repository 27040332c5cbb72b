"""Serve the example of the contract tests as it uses some of the contract's permissions, until SIGTERM.

    python scripts/compare_judges/serve_permitted.py NAME

It prints one line of JSON, as the servers of `examples/` do.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from contract_tests.tests.helpers.permitted import serving
from contract_tests.tests.helpers.permitted_answers import ANSWERS
from contract_tests.tests.helpers.permitted_conduct import CONDUCT, WIRE
from contract_tests.tests.helpers.permitted_tokens import TOKENS

PERMISSIONS = {**ANSWERS, **CONDUCT, **TOKENS, **WIRE}
CONDUCTS = {
    "other-words": (
        "members that differ from answer to answer",
        "another zone in each answer",
        "identifiers in the detail",
        "types of problems that end after a slash",
    ),
    "other-order": (
        "Retry-After as a date",
        "media types in other spellings",
        "scopes in another order",
        "lists in another order",
    ),
    "few-types": ("json alone", "whole seconds", "401 before 404 and 405", "another instance"),
}
"""Servers that are right, each by what it does that few do."""


def main(name: str) -> None:
    """Serve until told to end."""
    with serving([PERMISSIONS[permission] for permission in CONDUCTS[name]]) as started:
        line = {key: started[key] for key in ("url", "oauth2_endpoint", "states_url", "states_token")}
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(json.dumps(line), flush=True)
        signal.pause()


if __name__ == "__main__":
    main(sys.argv[1])
