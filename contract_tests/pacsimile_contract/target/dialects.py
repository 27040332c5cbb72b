"""The dialect that a service speaks, as the operator names it: one that is shipped, or a file."""

from pathlib import Path

from pacsimile_contract.target.model import GivenDialect
from pacsimile_spec.dialects import SHIPPED, load_dialect
from pacsimile_spec.dialects.reading import parse_dialect, shipped_text
from pacsimile_spec.operation_ids import API_OPERATIONS


def given_dialect(name: str, folder: Path = Path()) -> GivenDialect | None:
    """Return the dialect of that name, or of the file at that path, relative to `folder`; None for the contract's own.

    Raises:
        DialectError: it cannot be read, or says what no service can.
    """
    path = folder / name
    dialect = load_dialect(name if name in SHIPPED else path)
    text = shipped_text(name) if name in SHIPPED else path.read_text("utf-8")
    return _unless_own(GivenDialect(dialect, text, name))


def stored_dialect(text: str, name: str) -> GivenDialect | None:
    """Return the dialect of a text that a run stored; DialectError where it is none."""
    return _unless_own(GivenDialect(parse_dialect(text, name), text, name))


def as_given(given: GivenDialect) -> str:
    """Return what names the dialect to a mock: the name of a shipped one, or the text of a file."""
    return given.file if given.file in SHIPPED else given.text


def absent_operations(given: GivenDialect | None) -> frozenset[str]:
    """Return the operations of the API that the dialect's service does not have."""
    return frozenset() if given is None else frozenset(given.dialect.absent_operations) & frozenset(API_OPERATIONS)


def _unless_own(given: GivenDialect) -> GivenDialect | None:
    from pacsimile_spec.dialects.openapi import spells_as_the_contract

    return None if spells_as_the_contract(given.dialect) else given
