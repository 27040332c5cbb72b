"""The operations and methods at a path of a dialect, for tests that ask for paths without an operation."""

import re

from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.operation_ids import OPERATION_IDS


def leads_to_an_operation(dialect: Dialect, path: str) -> bool:
    """Whether a path is that of an operation, with some value in the place of each parameter."""
    templates = (template for own in dialect.paths.values() for template in own)
    return any(re.fullmatch(re.escape(template.shape).replace(r"\{\}", ".*"), path) for template in templates)


def methods_at(dialect: Dialect, path: str) -> list[str]:
    """Return the methods that the service documents at the path to which a request for a path of the contract goes."""
    own = next(name for name in OPERATION_IDS if operations()[name].path == path and name in dialect.paths)
    shape = dialect.paths[own][0].shape
    there = (name for name, templates in dialect.paths.items() if shape in [template.shape for template in templates])
    return list(dict.fromkeys(operations()[name].method for name in there))
