"""Takes a 409 as final."""

import sys

import requests
from good import Results, main


class Final(Results):
    """Believes that a report that is not ready will never be."""

    def failed_for_now(self, answer: requests.Response) -> bool:
        """Repeat no 409."""
        return answer.status_code != 409 and super().failed_for_now(answer)


sys.exit(main(Final))
