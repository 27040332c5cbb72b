"""Serve the live page of a proxy with the calls of a stored run, one after another, until it is ended.

    live_page.py FOLDER

FOLDER is that of `--report`. It prints the link. Findings are those of the run; half a second passes between two calls.
"""

import sys
import time
from pathlib import Path

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.live_page.board import Board
from pacsimile_contract.live_page.server import PageServer
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.stored_run import load_run

LATER = 300
"""Calls that come while somebody looks."""


def main(folder: Path) -> None:
    """Serve it."""
    stored = load_run(folder)
    board = Board(stored.run["target"], Redactor(all_synthetic=True), compares=True)
    exchanges = [stored.exchanges[number] for number in sorted(stored.exchanges)]
    for exchange in exchanges[:-LATER]:
        board.add_call(exchange)
    for judgement in replay(stored).judgements:
        evidence = [
            each
            for part in judgement.parts
            if part.verdict is Verdict.FAIL
            for each in part.evidence
            if each.finding is not None
        ]
        for each in evidence[:1]:
            calls = tuple(exchange.number for exchange in each.exchanges)
            found = each.finding
            board.add_finding(Verdict.FAIL, judgement.requirement.named, str(found.expected), str(found.got), calls)
    board.add_mistake(
        "ADVICE-POLLING: asks again too soon", "2 calls, 0.1 s apart, where Retry-After says 5 s",
        "Wait as long as Retry-After says.", (20, 21),
    )  # fmt: skip
    board.add_difference("listReports, 200: member `reports[].version`", "there", "not there", 33)
    server = PageServer(board)
    server.start()
    print(server.link, flush=True)
    for exchange in exchanges[-LATER:]:
        time.sleep(0.5)
        board.add_call(exchange)
    time.sleep(600)


main(Path(sys.argv[1]))
