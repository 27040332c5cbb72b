"""What someone meant by a word that is not known: one spelt nearly so, or the contract's word for the same."""

from collections.abc import Sequence

from pacsimile_spec.suggestions import did_you_mean

SAME = {
    "COMPLETED": ("DONE", "FINISHED", "READY", "SUCCESS", "SUCCEEDED", "FINAL"),
    "RECEIVED": ("NEW", "PENDING", "QUEUED", "SUBMITTED", "CREATED", "ACCEPTED"),
    "PROCESSING": ("RUNNING", "STARTED", "IN_PROGRESS", "INPROGRESS", "ACTIVE"),
    "FAILED": ("ERROR", "FAILURE"),
    "CANCELLED": ("ABORTED", "STOPPED"),
}
"""The statuses, each with other services' words for it."""


def meant(word: str, known: Sequence[str]) -> str:
    """Return `; did you mean 'WORD'?` for the known word that comes nearest; nothing where none does."""
    near = did_you_mean(word, known)
    same = next((name for name in known if word.upper() in SAME.get(name, ())), None)
    return near or (f"; did you mean {same!r}?" if same else "")
