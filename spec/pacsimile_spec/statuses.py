"""The statuses of an order and their transitions (STATUS-5)."""

from collections.abc import Mapping
from types import MappingProxyType

RECEIVED = "RECEIVED"
PROCESSING = "PROCESSING"
COMPLETED = "COMPLETED"
FAILED = "FAILED"
CANCELLED = "CANCELLED"

STATUSES = (RECEIVED, PROCESSING, COMPLETED, FAILED, CANCELLED)
"""All five statuses, in the order of an order's life."""

FINAL = frozenset({COMPLETED, FAILED, CANCELLED})
"""The statuses that an order never leaves."""

ALLOWED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        RECEIVED: frozenset({PROCESSING, *FINAL}),
        PROCESSING: FINAL,
        COMPLETED: frozenset[str](),
        FAILED: frozenset[str](),
        CANCELLED: frozenset[str](),
    }
)
"""The statuses that may follow each status. A client that polls may miss PROCESSING."""
