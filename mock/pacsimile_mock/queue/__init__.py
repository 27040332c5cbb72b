"""The queue of reports that were not yet retrieved: listed, acknowledged, never lost."""
