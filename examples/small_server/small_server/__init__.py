"""A small, complete results service on the standard library: an example for people who implement the contract."""
