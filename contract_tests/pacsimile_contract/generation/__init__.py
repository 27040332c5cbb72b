"""Generated input: what Hypothesis and Schemathesis draw, and the player of queue histories."""
