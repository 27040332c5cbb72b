"""Asks for a status again and again after equal pauses."""

import sys
import time

from good import FIRST_PAUSE, Results, main


class SteadyPolling(Results):
    """Has one pause for all."""

    def wait_for(self, order_id: str) -> None:
        """Poll without patience."""
        while self.get("/status", order_id=order_id).json()["status"] in ("RECEIVED", "PROCESSING"):
            time.sleep(FIRST_PAUSE)


sys.exit(main(SteadyPolling))
