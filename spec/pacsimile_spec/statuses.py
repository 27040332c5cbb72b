"""The statuses of an order and how it moves through them (STATUS-5)."""

from collections.abc import Mapping
from types import MappingProxyType

RECEIVED = "RECEIVED"
PROCESSING = "PROCESSING"
COMPLETED = "COMPLETED"
FAILED = "FAILED"
CANCELLED = "CANCELLED"

STATUSES = (RECEIVED, PROCESSING, COMPLETED, FAILED, CANCELLED)
"""All five, in the order of a life."""

FINAL = frozenset({COMPLETED, FAILED, CANCELLED})
"""Those that an order never leaves."""

ALLOWED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        RECEIVED: frozenset({PROCESSING, *FINAL}),
        PROCESSING: FINAL,
        COMPLETED: frozenset[str](),
        FAILED: frozenset[str](),
        CANCELLED: frozenset[str](),
    }
)
"""What may be seen after each status; one who polls may miss PROCESSING."""
