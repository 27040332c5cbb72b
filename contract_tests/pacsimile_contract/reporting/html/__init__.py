"""The pages of report.html."""
