"""Suggestions for an unknown word: a similar one, or the contract's word for the same."""

from collections.abc import Sequence

from pacsimile_spec.suggestions import did_you_mean

SAME = {
    "COMPLETED": ("DONE", "FINISHED", "READY", "SUCCESS", "SUCCEEDED", "FINAL"),
    "RECEIVED": ("NEW", "PENDING", "QUEUED", "SUBMITTED", "CREATED", "ACCEPTED"),
    "PROCESSING": ("RUNNING", "STARTED", "IN_PROGRESS", "INPROGRESS", "ACTIVE"),
    "FAILED": ("ERROR", "FAILURE"),
    "CANCELLED": ("ABORTED", "STOPPED"),
}
"""By status, other services' words for it."""


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return `; did you mean 'WORD'?` with the nearest known word; an empty text where none is near."""
    near = did_you_mean(word, known)
    same = next((name for name in known if word.upper() in SAME.get(name, ())), None)
    return near or (f"; did you mean {same!r}?" if same else "")
