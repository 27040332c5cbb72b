"""The mock server: the results API with real state, a clock and rules."""
