"""Generated input: what is drawn, what is promised of each, and the hunt for what breaks a promise."""
