"""The `pacsimile` command: mounts the other packages' commands, each imported only when it is called."""
