"""What a run keeps and concludes: exchanges, the history, findings, verdicts, and who registers them."""
