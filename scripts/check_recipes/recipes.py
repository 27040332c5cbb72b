"""The recipes of docs/ci.md: the files on the page, and the shell steps in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FILE = re.compile(r"^```\w+ (?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SH = re.compile(r"""\bsh(?:\(returnStatus: true, script:)?\s*(?:'''(?P<long>.*?)'''|'(?P<short>[^'\n]*)')""", re.DOTALL)
SECRET = re.compile(r"\$\{\{ *secrets\.(\w+) *\}\}")
OWN = re.compile(r"\$\{\{.*?\}\}")


@dataclass(frozen=True)
class Step:
    """A shell step of a runner. `always` means that it runs also after a failed step."""

    command: str
    name: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    always: bool = False


def files(page: Path) -> dict[str, str]:
    """Return the files on the page by their paths: blocks that begin with a language and a path."""
    return {entry["path"]: entry["text"] for entry in FILE.finditer(page.read_text(encoding="utf-8"))}


def of_github(text: str, secrets: Mapping[str, str]) -> tuple[list[Step], list[str]]:
    """Return the shell steps of a workflow's only job, and its actions. Raise KeyError for an unknown secret."""
    (job,) = yaml.safe_load(text)["jobs"].values()
    return [_github_step(entry, secrets) for entry in job["steps"] if "run" in entry], [
        entry["uses"] for entry in job["steps"] if "uses" in entry
    ]


def _github_step(step: Mapping[str, Any], secrets: Mapping[str, str]) -> Step:
    given = {name: SECRET.sub(lambda block: secrets[block[1]], value) for name, value in step.get("env", {}).items()}
    assert not OWN.search(step["run"] + "".join(given.values())), f"only GitHub itself knows: {step}"
    return Step(step["run"], step.get("name", step["run"]), given, step.get("if") == "always()")


def of_gitlab(text: str) -> tuple[Mapping[str, Any], Step]:
    """Return the only job of a pipeline, and its script as one step, which ends at the first command that fails."""
    (job,) = (entry for entry in yaml.safe_load(text).values() if isinstance(entry, dict) and "script" in entry)
    return job, Step("\n".join(job["script"]), "script", job.get("variables", {}))


def of_jenkins(text: str) -> Iterator[Step]:
    """Return what `sh` runs, in order. Each is a separate shell, as in Jenkins."""
    for block in SH.finditer(text):
        command = block["long"] or block["short"]
        yield Step(command, command.strip().splitlines()[-1].strip())
