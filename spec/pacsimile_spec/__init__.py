"""The contract, for machines: what mock and contract tests must agree on, and nothing that either concludes from it.

Beside it stands what both would otherwise write twice and what interprets nothing: readers of users' files, durations,
texts that a terminal can show, and the client of the control API.
"""

from pacsimile_spec.documents import description, operations, requirements
from pacsimile_spec.model import Operation, Parameter, Requirement

__all__ = ["Operation", "Parameter", "Requirement", "description", "operations", "requirements"]
