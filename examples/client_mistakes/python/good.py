"""The good client on `requests`, one step of which each program beside this file overrides."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "good_clients"))

from results_requests import FIRST_PAUSE, LIMIT, TIMEOUT, Broken, GivenUp, Results, main

__all__ = ["FIRST_PAUSE", "LIMIT", "TIMEOUT", "Broken", "GivenUp", "Results", "main"]
