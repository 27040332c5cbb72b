"""Finds the wrong lines of a dialect file: those that no answer of a run confirms, or that each answer contradicts.

Each module judges one kind of line, by all calls of the run. A line that one answer confirms is right. So a service
with a fault here and there is not taken for one that spells otherwise.
"""

from pacsimile_contract.dialects.wrong_lines.notes import wrong_lines

__all__ = ["wrong_lines"]
