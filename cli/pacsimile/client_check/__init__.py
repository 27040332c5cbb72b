"""Runs a user's program under hard conditions, each in a world of its own, and scores what it did.

It stands in the command, as it drives a mock and starts programs. What judges is `pacsimile_advice.score`, which is pure.
"""
