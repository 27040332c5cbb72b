"""Defines the defects that a world can have: each overrides one method of a part of a world and breaks one clause.

A new file is found without registration. Its name begins with the group of the clauses that its defects break:
`batch_listing` has defects of BATCH clauses. Files without defects hold code that several others need.
"""
