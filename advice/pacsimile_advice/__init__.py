"""Advice: what a client of the results API did wrong, found in a record of its calls.

`calls` says what is known of a call. Each file of `mistakes/` finds mistakes of one kind. `judge` finds all of them in
a record of calls. All of it is pure: the same record always gets the same advice.

It knows nothing of the mock and nothing of the contract tests, because both judge clients by it.
"""
