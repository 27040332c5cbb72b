"""An exchange as it may be written down: redacted, and as a line of curl that repeats it."""
