"""What survives a restart and is shared by workers and hosts: SQLite in a file, or PostgreSQL."""
