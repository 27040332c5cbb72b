"""Faults that a test sets on the server: which calls go wrong, how, and for how long.

`model.parse` reads a fault as it is sent, `effects` are the ways of going wrong, `service` finds the one that a call
meets. What happens to an answer on its way, `delivery` tells to whoever sends it.
"""
