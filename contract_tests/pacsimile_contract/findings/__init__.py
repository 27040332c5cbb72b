"""What checkers are given and what they say: stories, verdicts, parts, and who is registered."""
