"""What pytest must ignore here: a separate project, which cli/tests/test_examples.py runs as one."""

collect_ignore = ["pytest_project"]
