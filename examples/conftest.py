"""What pytest is to leave alone here: a project of its own, which cli/tests/test_examples.py runs as one."""

collect_ignore = ["pytest_project"]
