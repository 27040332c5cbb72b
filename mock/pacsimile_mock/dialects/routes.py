"""Finds the operation of a path in a dialect, and the parameters that stand in the path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from pacsimile_mock.calls.token_endpoint import UNDESCRIBED_PATHS
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.model import PathTemplate
from pacsimile_spec.documents import operations

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")
_WITH_SLASHES = ("study_group", "organizationId")


class Route(NamedTuple):
    """Where a path leads."""

    operation: str
    parameters: Mapping[str, str]
    """The values that stand in the path, decoded, by the contract's names."""
    pieces: tuple[str, ...]
    """The path cut around these values: literal, value, literal, and so on; empty where none stands in it."""


class _Template(NamedTuple):
    method: str
    operation: str
    names: tuple[str, ...]
    pattern: re.Pattern[str]
    literal_length: int


class Routes:
    """The paths of one dialect. Those of introspection and revocation are the contract's in every dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._literal: dict[str, dict[str, str]] = {path: {"POST": name} for name, path in UNDESCRIBED_PATHS.items()}
        templates = []
        for operation, own in dialect.paths.items():
            method = operations()[operation].method
            for template in own:
                if template.parameters:
                    templates.append(_compile(method, operation, template))
                else:
                    self._literal.setdefault(unquote(template.text), {})[method] = operation
        self._templates = sorted(templates, key=lambda template: -template.literal_length)

    def find(self, method: str, path: str) -> Route | None:
        """Return the route of a percent-decoded path; None if there is none."""
        operation = self._literal.get(path, {}).get(method)
        if operation is not None:
            return Route(operation, {}, ())
        for template in self._templates:
            match = template.pattern.fullmatch(path) if template.method == method else None
            if match:
                values = dict(zip(template.names, match.groups(), strict=True))
                return Route(template.operation, values, _cut(path, match))
        return None

    def methods(self, path: str) -> list[str]:
        """Return the methods that a path knows."""
        matching = (template.method for template in self._templates if template.pattern.fullmatch(path))
        return sorted({*self._literal.get(path, {}), *matching})


def _compile(method: str, operation: str, template: PathTemplate) -> _Template:
    """Compile a template.

    A study group may contain a slash, and so may an organization's id, which is then refused. Other parameters may not:
    such a path is unknown (404).
    """
    pattern, literal_length = "", 0
    for index, part in enumerate(_PLACEHOLDER.split(template.text)):
        if index % 2:
            pattern += "(.*)" if part in _WITH_SLASHES else "([^/]*)"
        else:
            pattern += re.escape(unquote(part))
            literal_length += len(part)
    return _Template(method, operation, template.parameters, re.compile(pattern, re.DOTALL), literal_length)


def _cut(path: str, match: re.Match[str]) -> tuple[str, ...]:
    """Return the pieces of a path, as `Route.pieces` has them."""
    pieces, end = [], 0
    for group in range(1, len(match.groups()) + 1):
        begun, past = match.span(group)
        pieces += [path[end:begun], path[begun:past]]
        end = past
    return (*pieces, path[end:])
