"""From findings to verdicts, by what the operator declared, allowed and selected; and the exit status."""
