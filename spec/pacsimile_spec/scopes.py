"""The OAuth2 scopes. Names match whole and with case (AUTH-14)."""

STATUS_READ = "status.read"
REPORTS_READ = "reports.read"
REPORTS_ACK = "reports.ack"
INGEST_WRITE = "ingest.write"
"""The scope of the ingestion service, which shares the token endpoint. It opens no operation here (AUTH-16)."""

SCOPES = (STATUS_READ, REPORTS_READ, REPORTS_ACK, INGEST_WRITE)
"""All four scopes, in the contract's order."""
