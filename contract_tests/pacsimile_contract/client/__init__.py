"""What leaves for the target and how: requests, tokens, pace, deadlines, and what must not be sent."""
