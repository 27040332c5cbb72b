"""Runs programs that are clients of the results API against a mock, and says what each did wrong."""
