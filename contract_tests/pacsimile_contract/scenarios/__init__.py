"""What is asked of a target. README.md beside this file says how to write one."""
