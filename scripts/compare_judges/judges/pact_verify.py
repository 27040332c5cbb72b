"""Verify a provider by a pact with pact-python, in an environment of its own: `pact_verify.py URL PACT RESULTS`."""

import json
import sys
from contextlib import suppress
from pathlib import Path

from pact import Verifier  # type: ignore[import-not-found, unused-ignore]

if __name__ == "__main__":
    url, pact, results = sys.argv[1:]
    verifier = Verifier("results API", host="127.0.0.1").add_transport(url=url).add_source(pact)
    with suppress(RuntimeError):  # what differs is in the results
        verifier.verify()
    Path(results).write_text(json.dumps(verifier.results))
