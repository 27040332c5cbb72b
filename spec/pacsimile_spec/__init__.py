"""The contract, for machines: what the mock and the contract tests must agree on, and nothing either concludes from it."""
