"""What a run keeps of the wire: requests, answers, exchanges, the history; and the bounds of what is read."""
