"""Ways of being wrong on purpose: each overrides one method of a part of a world, and names the clause it breaks.

A file is found by itself. Its name begins with the group of the clauses that its defects break: `batch_listing` has
defects of BATCH clauses. Files without defects hold what several others need.
"""
