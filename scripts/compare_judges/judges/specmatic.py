"""Specmatic's contract tests, with a token, existing identifiers as examples, and its resiliency tests on."""

from __future__ import annotations

import base64
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from scripts.compare_judges.description import METHODS, described
from scripts.compare_judges.judges.base import CannotJudge, Report, found, npm_program, run
from scripts.compare_judges.known import Known

CONFIGURATION = """
version: 2
contracts:
  - provides: [openapi.yaml]
test:
  maxTestRequestCombinations: 4
  resiliencyTests: {enable: all}
"""
"""Four combinations of a request: of all, which take three times as long, a third are the same calls again."""


class Whole(yaml.SafeDumper):
    """Writes what stands in several places there, without YAML's anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Repeat everything."""
        del data
        return True


@dataclass(frozen=True)
class Specmatic:
    """Specmatic, whose jar comes in its npm package."""

    name: str = "Specmatic"
    version: str = "2.55.1"
    licence: str = "MIT"

    def install(self) -> None:
        """Have the jar, and a Java for it."""
        if shutil.which("java") is None:
            raise CannotJudge("java is missing, which runs Specmatic: install Java 17 or newer")
        self._jar()

    def judge(self, known: Known, folder: Path) -> Report:
        """Run it; a failed test with its reason is a finding."""
        document = yaml.dump(_for_specmatic(described(known)), Dumper=Whole, sort_keys=False, width=1000)
        (folder / "openapi.yaml").write_text(document)
        (folder / "specmatic.yaml").write_text(CONFIGURATION)
        credentials = f"{known.client_id}:{known.client_secret}".encode()
        environment = {
            "oauth2": known.token,
            "basic": base64.b64encode(credentials).decode(),
            "SPECMATIC_DISABLE_TELEMETRY": "true",
        }
        java: list[str | Path] = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", self._jar(), "test"]
        options = ["--timeout-in-ms=30000", "--junitReportDir=report"]
        where = [f"--testBaseURL={known.address.url}", *options, "openapi.yaml"]
        ended = run([*java, *where], folder, environment)
        path = folder / "report" / "TEST-junit-jupiter.xml"
        if not path.exists():
            raise CannotJudge(ended.output[-500:])
        cases = list(ElementTree.parse(path).iter("testcase"))
        return Report(
            found([_finding(case) for case in cases if _failure(case) is not None]), len(cases), ended.stopped
        )

    def _jar(self) -> Path:
        return npm_program("specmatic", self.version, "specmatic/specmatic.jar")


def _for_specmatic(document: dict[str, Any]) -> dict[str, Any]:
    """Return the description without the second selector: Specmatic would send both, and expect that they are taken."""
    for path in document["paths"].values():
        for operation in (path[method] for method in METHODS if method in path):
            selectors = operation.get("x-exactly-one-of", ())
            kept = [parameter for parameter in operation["parameters"] if parameter["name"] not in selectors[1:]]
            operation["parameters"] = [
                {**parameter, "required": True} if parameter["name"] in selectors else parameter for parameter in kept
            ]
    return document


def _failure(case: ElementTree.Element) -> ElementTree.Element | None:
    failure = case.find("failure")
    return case.find("error") if failure is None else failure


def _finding(case: ElementTree.Element) -> str:
    """Name a failed test by its operation, its example, what it expected, and each mismatch.

    Which combinations of parameters are sent is drawn anew in each run, so what differs between them is left out.
    """
    failure = _failure(case)
    message = failure.get("message", "") if failure is not None else ""
    scenario, _, how = case.get("name", "").rpartition("Scenario: ")[2].partition(" where ")
    places = re.findall(r">> (\S+)", message)
    kinds = re.findall(r"R\d+: .*", message)
    statuses = re.findall(r"expected status (\w+) but response contained status (\w+)", message)
    reasons = [*places, *kinds, *(f"{wanted} was {got}" for wanted, got in statuses)] or [message[:80]]
    said = "; ".join(re.sub(r"\[\d+\]", "[#]", reason) for reason in dict.fromkeys(reasons))
    return f"{scenario}{', varied' if ' AND ' in how else ''}: {said}"
