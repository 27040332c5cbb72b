"""Dialects: files that say how a service spells the facts of the contract. Nothing here reads calls or answers."""

from pacsimile_spec.dialects.identity import identity
from pacsimile_spec.dialects.model import Dialect
from pacsimile_spec.dialects.reading import SHIPPED, DialectError, dialect_text, load_dialect, parse_dialect

__all__ = ["SHIPPED", "Dialect", "DialectError", "dialect_text", "identity", "load_dialect", "parse_dialect"]
