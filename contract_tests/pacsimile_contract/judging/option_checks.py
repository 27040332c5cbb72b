"""Options of a run that fit nothing: told before it begins."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from pacsimile_contract.errors import UsageError
from pacsimile_contract.target.model import Target
from pacsimile_spec import requirements


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise UsageError for a pattern of requirements that may stay open and that fits none: a typing error."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in requirements()):
            raise UsageError(f"accept-not-exercised {pattern}: no such requirement; see `verify --list`")


def ineffective_acknowledge_option(target: Target, organization: str | None) -> list[str]:
    """Return a line where `--allow-acknowledge` changes nothing, since the target file leaves all queues alone.

    Raises:
        UsageError: the target file allows it for another organization: the name is misspelt.
    """
    if organization is None:
        return []
    vain = f"--allow-acknowledge {organization} has no effect"
    if target.world_of_its_own:
        return [f"{vain}: a mock's own world always allows it; leave the option out"]
    if not target.acknowledge_allowed:
        wanted = f"acknowledge: {{allowed: true, organization_id: {organization}}}"
        return [f"{vain}: the target file does not allow acknowledging; add `{wanted}` to it, or leave the option out"]
    if organization != target.acknowledge_organization:
        raise UsageError(f"{vain}: the target file allows it only for {target.acknowledge_organization}; give that")
    return []
