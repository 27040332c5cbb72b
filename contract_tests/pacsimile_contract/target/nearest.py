"""What someone meant by a word that is not known: one spelt nearly so, or the contract's word for the same."""

from collections.abc import Sequence
from difflib import get_close_matches

SAME = {
    "COMPLETED": ("DONE", "FINISHED", "READY", "SUCCESS", "SUCCEEDED", "FINAL"),
    "RECEIVED": ("NEW", "PENDING", "QUEUED", "SUBMITTED", "CREATED", "ACCEPTED"),
    "PROCESSING": ("RUNNING", "STARTED", "IN_PROGRESS", "INPROGRESS", "ACTIVE"),
    "FAILED": ("ERROR", "FAILURE"),
    "CANCELLED": ("ABORTED", "STOPPED"),
}
"""The statuses, each with other services' words for it."""


def meant(word: str, known: Sequence[str]) -> str:
    """Return `; did you mean WORD?` for the known word that comes nearest; nothing where none does."""
    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    found = by_lower[near[0]] if near else next((one for one in known if word.upper() in SAME.get(one, ())), None)
    return f"; did you mean {found}?" if found else ""
