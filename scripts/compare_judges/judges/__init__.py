"""The judges: ours and its peers, each in its best configuration."""

from scripts.compare_judges.judges.base import CannotJudge, Judge, Report
from scripts.compare_judges.judges.dredd import Dredd
from scripts.compare_judges.judges.ours import Verify
from scripts.compare_judges.judges.pacts import Pact
from scripts.compare_judges.judges.prism import Prism
from scripts.compare_judges.judges.schemathesis import Schemathesis
from scripts.compare_judges.judges.specmatic import Specmatic

JUDGES: tuple[Judge, ...] = (
    Verify(),
    Schemathesis(),
    Schemathesis(everything=True),
    Specmatic(),
    Pact(),
    Prism(),
    Dredd(),
)
"""In the order of the page."""

__all__ = ["JUDGES", "CannotJudge", "Judge", "Report"]
