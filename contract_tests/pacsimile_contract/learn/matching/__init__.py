"""Matches what a source says of a service with the facts of the contract."""
