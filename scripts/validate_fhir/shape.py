"""Read each bundle of a folder into the models of fhir.resources: types, cardinalities, closed choices.

    python shape.py FOLDER

The models are of R4B, in which the resources used here are the same as in R4. Exit status 1: one could not be read.
"""

import sys
from pathlib import Path

from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError


def main() -> int:
    """Print a line for each file that is not a bundle, and the number of bundles."""
    if len(sys.argv) != 2:
        print("usage: shape.py FOLDER", file=sys.stderr)
        return 2
    files = sorted(Path(sys.argv[1]).glob("*.json"))
    failures = 0
    for file in files:
        try:
            Bundle.model_validate_json(file.read_bytes())
        except ValidationError as error:
            failures += 1
            print(f"{file.name}: {error}")
    print(f"{len(files)} bundles: {failures} problems found by fhir.resources")
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main())
