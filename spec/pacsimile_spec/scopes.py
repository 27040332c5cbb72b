"""The OAuth2 scopes. Names match whole and with case (AUTH-14)."""

STATUS_READ = "status.read"
REPORTS_READ = "reports.read"
REPORTS_ACK = "reports.ack"
INGEST_WRITE = "ingest.write"
"""Of the ingestion service that shares the token endpoint: it opens no operation here (AUTH-16)."""

SCOPES = (STATUS_READ, REPORTS_READ, REPORTS_ACK, INGEST_WRITE)
"""All four, in the contract's order."""
