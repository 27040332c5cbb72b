"""The contract tests: judge any implementation of the results API over HTTP."""
