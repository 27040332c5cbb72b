"""`python -m pacsimile` is the `pacsimile` command."""

from pacsimile.main import main

main(prog_name="pacsimile")
