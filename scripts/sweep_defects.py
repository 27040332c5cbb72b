"""Check that each deliberate defect of the mock makes a difference that a long conversation with it shows.

    python scripts/sweep_defects.py

Prints the names of those that make none. Exit status 1 where there is one, or where two undamaged worlds differ.
`mock/tests/defects/test_defects.py` tries one of each file; this tries all.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock.tests.helpers.defect_story import transcript
from pacsimile_mock.worlds.defect_registry import catalogue


def main() -> int:
    """Talk to a world with each defect, and return the exit status."""
    undamaged = list(transcript(None))
    names = [defect["name"] for defect in catalogue()]
    unseen = [name for name in names if not makes_a_difference(name, undamaged)]
    for name in unseen:
        print(f"{name}: answers as an undamaged mock does", file=sys.stderr)
    if list(transcript(None)) != undamaged:
        print("two undamaged worlds answer differently", file=sys.stderr)
        return 1
    print(f"{len(names) - len(unseen)} of {len(names)} defects make a difference")
    return 1 if unseen else 0


def makes_a_difference(name: str, undamaged: list[list[str]]) -> bool:
    """Return whether a world with the defect answers otherwise somewhere."""
    return any(said != right for said, right in zip(transcript(name), undamaged, strict=True))


if __name__ == "__main__":
    sys.exit(main())
