"""Dialects: writes requests in a service's spelling, and reads its answers back into the contract's.

Scenarios and checkers know only the contract's spelling. For a service that spells as the contract does, nothing here
is used.
"""

from pacsimile_contract.dialects.translation import Translation

__all__ = ["Translation"]
