"""Scenarios: the calls made to a target. README.md beside this file says how to write one."""
