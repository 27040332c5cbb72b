"""What can go wrong with a database."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database cannot be used at all; the message says what to do."""


class Unavailable(Exception):
    """The database does not answer for the moment: a full disk, a lock, a server that went away."""
