"""Which release of the contract tests this is."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def own_version() -> str:
    """Return this distribution's version."""
    try:
        return version("pacsimile")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"
