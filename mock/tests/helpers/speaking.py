"""A mock in the test's own process that speaks a dialect."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from mock.tests.helpers.in_process import Service
from mock.tests.helpers.vendor import Facts
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.worlds.world import World
from pacsimile_spec.dialects import SHIPPED, Dialect, dialect_text


def speaking(dialect: str, *, scenario: str = "empty", defects: tuple[str, ...] = (), **server: object) -> Service:
    """A mock whose default world speaks a dialect: a shipped one by its name, or the text of a file without a name."""
    text = dialect_text(dialect) if dialect in SHIPPED or Path(dialect).is_file() else f"name: vendor\n{dialect}"
    return Service(WorldOptions(scenario=scenario, pace="manual", dialect=text, defects=defects), **server)


TABLES = {"getStatus": "OrderStatus", "listReports": "ReportList", "acknowledgeReports": "Acknowledgement"}


class RespelledWorld:
    """A world that speaks a dialect, for callers that speak as the contract does. Paths are without parameters."""

    def __init__(self, world: World, dialect: Dialect) -> None:
        self.world, self._dialect, self._facts = world, dialect, Facts(dialect)
        names = "|".join(map(re.escape, dialect.parameters))
        self._named = re.compile(f"({names})(?==)")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world, name)

    def spelled(self, call: Call) -> Call:
        """A call as the dialect spells it."""
        paths = {operation: templates[0].text for operation, templates in self._dialect.paths.items()}
        pointer = self._dialect.fields["AcknowledgementRequest"]["report_ids"] or ("report_ids",)
        body = call.body.replace(b'"report_ids"', f'"{pointer[-1]}"'.encode())
        return replace(
            call,
            path=paths.get(call.operation, call.path),  # type: ignore[call-overload]
            query=self._named.sub(lambda match: self._dialect.parameters[match[0]], call.query),
            body=body,
            content_length=None if call.content_length is None else len(body) or None,
        )

    def answer(self, call: Call) -> Answer:
        """The answer to a call, with its facts where the contract has them."""
        answer = self.world.answer(self.spelled(call))
        table = TABLES.get(str(call.operation))
        if answer.status == 200 and table is not None:
            answer.body = orjson.dumps(self._facts.of(table, orjson.loads(answer.body)))
        return answer
