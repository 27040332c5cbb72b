"""The table of calls in which each property meets each operation, and how much of it a run asked."""
