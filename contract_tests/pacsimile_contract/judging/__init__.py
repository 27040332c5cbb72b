"""From findings to verdicts: what the operator declared, allowed or selected, and the exit status."""
