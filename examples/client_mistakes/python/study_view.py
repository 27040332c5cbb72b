"""Asks for reports by their study, although it knows their orders."""

import sys
from typing import Any

import requests
from good import Results, main


class StudyView(Results):
    """Knows studies only."""

    def fetch(self, report: dict[str, Any]) -> requests.Response | None:
        """Fetch the report of the study's most recent order, whichever that is."""
        parameters = {"study_uid": report["study_uid"], "report_type": "json"}
        return self.expect_200(self.call("GET", "/results", parameters))


sys.exit(main(StudyView))
