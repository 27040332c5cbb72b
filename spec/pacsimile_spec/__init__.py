"""The contract, for machines: what mock and contract tests must agree on, and nothing either concludes from it."""

from pacsimile_spec.documents import description, operations, requirements
from pacsimile_spec.model import Operation, Parameter, Requirement

__all__ = ["Operation", "Parameter", "Requirement", "description", "operations", "requirements"]
