"""The command that repeats a run, for whoever gets its reports."""

import shlex
from urllib.parse import urlsplit

from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.target.model import GivenDialect
from pacsimile_spec.dialects import SHIPPED


def repeating_command(done: RunFinished) -> str:
    """Return the command line that judges the same target alike.

    It names no paths: `target.yaml`, `baseline.yaml` and `dialect.yaml` stand for the files that the run was given.
    A mock is judged in a new world of the same seed. The organization whose reports were acknowledged is not named.
    """
    target, options = done.target, done.options
    base = urlsplit(target.base_url)
    words = [f"{base.scheme}://{base.netloc}"] if target.world_of_its_own else ["--target", "target.yaml"]
    words += ["--dialect", _dialect(target.dialect)] if target.world_of_its_own and target.dialect else []
    words += ["--level", options.level, "--profile", done.profile, "--seed", str(options.seed)]
    words += ["--contract", options.contract] if options.contract is not None else []
    for pattern in options.requirements:
        words += ["--requirement", pattern]
    words += ["--allow-acknowledge", "ORGANIZATION"] if options.allow_acknowledge is not None else []
    words += ["--baseline", "baseline.yaml"] if options.baseline else []
    accepted = options.accept_not_exercised
    words += ["--accept-not-exercised", ",".join(accepted)] if accepted else []
    words += ["--strict-accept"] * options.strict_accept + ["--fail-fast"] * options.fail_fast
    return shlex.join(["pacsimile", "verify", *words, "--report", "report"])


def _dialect(given: GivenDialect) -> str:
    return given.file if given.file in SHIPPED else "dialect.yaml"
