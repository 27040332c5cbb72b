"""Prints how well `pacsimile learn` learns: figures of learned dialects against the true ones.

`scripts/learn_figures.py [-v] [DIALECT ...]` learns from the descriptions of dialects (files, or shipped names; without
arguments the shipped ones), whose texts, hints and operationIds were taken away, and then also the names of components.
`scripts/learn_figures.py --against TRUE LEARNED` scores a file that was learned in any way. A line is a leaf of the
dialect that differs from the contract.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from contract_tests.tests.helpers.learned import learned_from_description, leaves, score, summary
from pacsimile_spec.dialects import SHIPPED, Dialect, load_dialect, parse_dialect


def main(arguments: list[str]) -> None:
    """Print figures."""
    if arguments[:1] == ["--against"]:
        true, text = load_dialect(arguments[1]), Path(arguments[2]).read_text("utf-8")
        print(summary(true, text))
        _details(true, text)
        return
    verbose = "-v" in arguments
    for name in [argument for argument in arguments if argument != "-v"] or SHIPPED:
        true = load_dialect(name)
        for components in (False, True):
            text = learned_from_description(true, components=components)
            print(summary(true, text), "(bare component names)" if components else "")
            if verbose:
                _details(true, text)


def _details(true: Dialect, text: str) -> None:
    learned, truth = leaves(parse_dialect(text)), leaves(true)
    for place, outcome in score(true, text).items():
        if outcome != "right":
            print(f"  {outcome}: {'.'.join(place)}: true {truth.get(place)!r}, learned {learned.get(place)!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
