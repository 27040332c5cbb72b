"""Dialects read: requests respelled for a service, its answers read back as the contract spells them.

Scenarios and checkers know the contract's spelling alone. Where a service spells as the contract does, nothing of this
is used.
"""

from pacsimile_contract.dialects.translation import Translation

__all__ = ["Translation"]
