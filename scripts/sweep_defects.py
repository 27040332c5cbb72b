"""Check that each deliberate defect of the mock makes a difference in a long conversation.

    python scripts/sweep_defects.py          # in the contract's own spelling
    python scripts/sweep_defects.py camel    # in a dialect that says all that the contract's answers say
    python scripts/sweep_defects.py camel --one-in 3    # each third defect

It prints the names of defects that make no difference. Exit status 1 if there is one, or if two undamaged worlds
differ. `mock/tests/defects/test_defects.py` tries one defect of each file. This script tries all.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock.tests.helpers.defect_story import transcript
from pacsimile_mock.worlds.defect_registry import catalogue

DIALECTS = ("identity", "camel")
TRIES = 3
"""Conversations in which a defect may make a difference: some show only where calls of two threads overlap."""
RIGHT_THERE = {
    "camel": frozenset(
        {
            "camel-case-selectors",
            "body-of-an-empty-array-is-none",
            "member-is-known-in-any-case",
            "empty-piece-of-a-query-is-refused",
        }
    )
}
"""By dialect, the defects that are none in it: it has the very names that they let pass, refuses a body of another
shape before they could take it, or writes a query anew."""


def main() -> int:
    """Talk to a world with each defect, and return the exit status."""
    parser = argparse.ArgumentParser(description="Check that each deliberate defect makes a difference.")
    parser.add_argument("dialect", nargs="?", choices=DIALECTS, default="identity")
    parser.add_argument("--one-in", type=int, default=1, metavar="N", help="each Nth defect of the catalogue")
    given = parser.parse_args()
    dialect: str = given.dialect
    undamaged = list(transcript(None, dialect))
    right_there = RIGHT_THERE.get(dialect, frozenset())
    names = [defect["name"] for defect in catalogue() if defect["name"] not in right_there][:: given.one_in]
    unseen = [name for name in names if not any(makes_a_difference(name, dialect, undamaged) for _ in range(TRIES))]
    for name in unseen:
        print(f"{name}: answers as an undamaged mock does", file=sys.stderr)
    if list(transcript(None, dialect)) != undamaged:
        print("two undamaged worlds answer differently", file=sys.stderr)
        return 1
    print(f"{len(names) - len(unseen)} of {len(names)} defects make a difference")
    return 1 if unseen else 0


def makes_a_difference(name: str, dialect: str, undamaged: list[list[str]]) -> bool:
    """Tell whether a world with the defect gives another answer anywhere."""
    return any(answer != right for answer, right in zip(transcript(name, dialect), undamaged, strict=True))


if __name__ == "__main__":
    sys.exit(main())
