"""Revisions of the contract: what is new in a minor release warns only, until the next, or until it is named."""

import re
from dataclasses import replace

from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import JudgedPart, Judgement
from pacsimile_contract.release import own_version
from pacsimile_spec import requirements

FIRST = "0.1"
"""The revision that every requirement belongs to which names none."""


def _key(revision: str) -> tuple[int, int]:
    major, minor = revision.split(".")
    return int(major), int(minor)


def current() -> str:
    """Return the revision of this release: its version without what follows the minor number."""
    matched = re.match(r"[0-9]+\.[0-9]+", own_version())
    return matched.group() if matched else FIRST


def check(revision: str | None) -> None:
    """Raise UsageError for a revision that is none, or that this release does not know yet."""
    if revision is None:
        return
    if not re.fullmatch(r"[0-9]{1,4}\.[0-9]{1,4}", revision) or not _key(FIRST) <= _key(revision) <= _key(current()):
        raise UsageError(f"--contract {revision}: expected a revision from {FIRST} to {current()}")


def is_new(since: str | None, contract: str | None) -> bool:
    """Whether a requirement that came with `since` only warns: it came with this minor release, or after `contract`."""
    if since is None or since == FIRST:
        return False
    return _key(since) > _key(contract) if contract is not None else _key(since) >= _key(current())


def demote_new(judgement: Judgement, contract: str | None) -> Judgement:
    """Return the judgement, a FAIL as WARN where the requirement is new."""
    since = requirements()[judgement.requirement.id].since
    if judgement.verdict is not Verdict.FAIL or not is_new(since, contract):
        return judgement
    words = f"new in {since}, a WARN until `--contract {since}` or the next release: {judgement.summary}"
    parts = tuple(map(_warning, judgement.parts))
    return replace(judgement, verdict=Verdict.WARN, summary=words, parts=parts)


def _warning(part: JudgedPart) -> JudgedPart:
    return replace(part, verdict=Verdict.WARN) if part.verdict is Verdict.FAIL else part
