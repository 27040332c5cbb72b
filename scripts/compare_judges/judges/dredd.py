"""Dredd, with a token, and an existing identifier as the example of each parameter."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from scripts.compare_judges.description import METHODS, described
from scripts.compare_judges.judges.base import CannotJudge, Report, found, npm_program, run, without_numbers
from scripts.compare_judges.judges.specmatic import Whole
from scripts.compare_judges.known import Known

CHOSEN = {"getStatus": "completed", "getResult": "final", "getGroupReport": "group", "listReports": "two"}
"""Which example Dredd, which takes one for each operation, is given; elsewhere the first."""

JSON = "application/json"

HOOKS = """
const hooks = require("hooks");
const basic = {basic};
hooks.beforeEach((transaction, done) => {{
  if (transaction.fullPath.startsWith("/oauth2")) {{
    transaction.request.headers["Authorization"] = basic;
    if (transaction.request.method === "POST") {{
      transaction.request.headers["Content-Type"] = "application/x-www-form-urlencoded";
      transaction.request.body = "grant_type=client_credentials";
    }}
  }}
  done();
}});
"""


@dataclass(frozen=True)
class Dredd:
    """Dredd, which plays each documented success once."""

    name: str = "Dredd"
    version: str = "14.1.0"
    licence: str = "MIT"

    def install(self) -> None:
        """Have its program."""
        self._program()

    def judge(self, known: Known, folder: Path) -> Report:
        """Run it; a transaction that fails is a finding, with the parts that differ."""
        document = yaml.dump(_for_dredd(described(known)), Dumper=Whole, sort_keys=False, width=1000)
        (folder / "openapi.yaml").write_text(document)
        basic = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()
        (folder / "hooks.js").write_text(HOOKS.format(basic=json.dumps(f"Basic {basic}")))
        report = ["--reporter", "xunit", "--output", "report.xml", "--hookfiles", "hooks.js", "--no-color"]
        authorization = ["--header", f"Authorization: Bearer {known.token}"]
        ended = run([self._program(), "openapi.yaml", known.address.url, *report, *authorization], folder)
        path = folder / "report.xml"
        if not path.exists() or " total" not in ended.output:
            raise CannotJudge(ended.output[-500:])
        cases = list(ElementTree.parse(path).iter("testcase"))
        failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
        return Report(found([_finding(case) for case in failed]), len(cases), ended.stopped)

    def _program(self) -> Path:
        return npm_program("dredd", self.version, ".bin/dredd")


def _finding(case: ElementTree.Element) -> str:
    part = next(element for name in ("failure", "error") if (element := case.find(name)) is not None)
    text = part.get("message") or part.text or ""
    parts = re.findall(r"^(body|headers|statusCode): (At .*|Expected .*)$", text, re.MULTILINE)
    said = "; ".join(f"{name}: {without_numbers(why)[:120]}" for name, why in parts)
    name = str(case.get("name")).partition("?")[0]
    return f"{name}: {said or without_numbers(text)[:80]}"


def _for_dredd(document: dict[str, Any]) -> dict[str, Any]:
    """Return the description as Dredd can use it: one example for each parameter, and successes in JSON alone."""
    for path in document["paths"].values():
        for operation in (path[method] for method in METHODS if method in path):
            chosen = CHOSEN.get(operation["operationId"])
            operation["parameters"] = [
                {
                    "name": parameter["name"],
                    "in": parameter["in"],
                    "required": parameter.get("required", False),
                    "schema": {"type": "string"},
                    "example": _example(parameter, chosen),
                }
                for parameter in operation["parameters"]
                if _example(parameter, chosen) is not None
            ]
            for status in [status for status in operation["responses"] if not status.startswith("2")]:
                del operation["responses"][status]
            for response in operation["responses"].values():
                response["content"] = {JSON: {"schema": response["content"][JSON]["schema"]}}
    return document


def _example(parameter: dict[str, Any], chosen: str | None) -> Any:
    examples = parameter.get("examples", {})
    named = examples.get(chosen) if chosen else next(iter(examples.values()), None)
    return named and named["value"]
