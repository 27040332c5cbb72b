"""The contract in code: what mock and contract tests must agree on, without any interpretation by either.

It also has what both would otherwise write twice and what interprets nothing: readers of users' files, durations, texts
for terminals, and the client of the control API.
"""

from pacsimile_spec.documents import description, operations, requirements
from pacsimile_spec.model import Operation, Parameter, Requirement

__all__ = ["Operation", "Parameter", "Requirement", "description", "operations", "requirements"]
