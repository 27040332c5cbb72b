"""Differences between a service and a mock of it, by shape and by words.

Nothing here asks anybody: the mock's answers are given as exchanges, as the service's are. Values are never compared
and never written.
"""
