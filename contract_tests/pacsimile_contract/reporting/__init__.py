"""Reports: listeners to a run's events. Each text they write passes the run's redactor."""
