"""Check that the licence of everything installed is on the list in `licences.yaml`.

There is one list for what users install, and one for what only developers install. A licence is read from the metadata:
the SPDX expression (PEP 639), else the classifiers, else the old free text. For an `OR`, one listed member is enough.
For an `AND`, all must be listed. What the metadata do not say, `stated` in the file does.

Exit status 1: a licence is not listed, or cannot be read.
"""

import argparse
import re
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import installed
import yaml

LISTS = Path(__file__).with_name("licences.yaml")


def licence(distribution: Distribution, lists: dict[str, Any]) -> str | None:
    """Return the licence of a distribution as an SPDX expression, or None if it is unknown."""
    metadata = distribution.metadata
    if stated := lists["stated"].get(metadata["Name"]):
        return str(stated["licence"])
    if expression := metadata.get("License-Expression"):
        return str(expression)
    words = [line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier", []) if line.startswith("License ::")]
    if not words or words == ["BSD License"]:  # the free text often says which BSD licence
        words = [metadata.get("License", "")] if metadata.get("License") else words
    known = [lists["spellings"].get(word.strip(), word.strip()) for word in words]
    return " OR ".join(dict.fromkeys(known)) or None


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Evaluate an SPDX expression of `AND`, `OR` and parentheses over the listed licences."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression)
    return _either(tokens, allowed) and not tokens


def _either(tokens: list[str], allowed: set[str]) -> bool:
    value = _all(tokens, allowed)
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        value = _all(tokens, allowed) or value
    return value


def _all(tokens: list[str], allowed: set[str]) -> bool:
    value = _single(tokens, allowed)
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        value = _single(tokens, allowed) and value
    return value


def _single(tokens: list[str], allowed: set[str]) -> bool:
    token = tokens.pop(0) if tokens else ""
    if token != "(":
        return token in allowed
    value = _either(tokens, allowed)
    return bool(tokens) and tokens.pop(0) == ")" and value


def failures(*, only_published: bool) -> list[str]:
    """Return a line for each distribution whose licence is not on the list for its use."""
    lists = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    published, _ = installed.closure(*installed.PUBLISHED)
    everything = published if only_published else installed.closure("dev")[0]
    lines = []
    for name, distribution in everything.items():
        allowed = set(lists["published"]) | (set() if name in published else set(lists["development"]))
        expression = licence(distribution, lists)
        if expression is None or not is_allowed(expression, allowed):
            lines.append(
                f"{name} {distribution.version}: {expression or 'no licence in its metadata'}: not on the list"
            )
    return lines


def main() -> int:
    """Print what is not on the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--published", action="store_true", help="only what users install, not what development needs")
    lines = failures(only_published=parser.parse_args().published)
    print("\n".join(lines) or "Every dependency's licence is on the list.")
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
