"""The ids of operations as types. Editors complete them, and type checkers refuse any other."""

from __future__ import annotations

from typing import Literal, get_args

OperationId = Literal[
    "getToken",
    "postToken",
    "getStatus",
    "getOrderIds",
    "getResult",
    "getGroupReport",
    "listReports",
    "acknowledgeReports",
]
"""The operations of the API: their `operationId`s in openapi.yaml, in its order."""

UndescribedId = Literal["introspectToken", "revokeToken"]
"""The authorization server's own operations, which openapi.yaml does not describe (RFC 7662, RFC 7009)."""

JournalledId = Literal[OperationId, UndescribedId]
"""The operations that a journal names."""

OPERATION_IDS: tuple[OperationId, ...] = get_args(OperationId)
TOKEN_OPERATIONS: tuple[OperationId, ...] = ("getToken", "postToken")
"""The operations that take a client's credentials and return a token."""

API_OPERATIONS: tuple[OperationId, ...] = tuple(name for name in OPERATION_IDS if name not in TOKEN_OPERATIONS)
"""The operations that need a token."""

RETRIEVALS: tuple[OperationId, ...] = ("getResult", "getGroupReport")
"""The operations that return a report."""

JOURNALLED_IDS: tuple[JournalledId, ...] = get_args(JournalledId)
