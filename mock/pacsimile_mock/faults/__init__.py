"""Faults that a test sets on the server: which calls go wrong, how, and for how long.

`model.parse` reads a fault as it is sent. `effects` has a class for each effect. `service` finds the fault that a call
triggers. `delivery` tells the server how the answer of such a call leaves.
"""
