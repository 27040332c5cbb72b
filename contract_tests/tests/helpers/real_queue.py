"""The real service with a queue that can be acknowledged."""

import json
from collections.abc import Callable
from typing import Any

from contract_tests.tests.helpers import real_service


class Queue:
    """The real service with a queue that can be acknowledged."""

    def __init__(self) -> None:
        self.left = list(real_service.ORDERS)
        self.shown: list[str] = []
        self.on_post: Callable[[], None] = lambda: None

    def say(self, method: str, path: str, body: bytes) -> Any:
        """Answer as the contract has it."""
        if not path.startswith("/reports"):
            return real_service.answer(method, path, body)
        ids = {order: real_service._entry(order)["report_id"] for order in self.left}
        if method == "GET":
            self.shown = self.left[:2] if "limit=2" in path else list(self.left)
            entries = [real_service._entry(order) for order in self.shown]
            return real_service.document(200, {"organization_id": "org-a", "count": len(entries), "reports": entries})
        self.on_post()
        named = json.loads(body)["report_ids"] if body else [ids[one] for one in self.shown if one in self.left]
        done = [order for order in self.left if ids[order] in named]
        self.left = [order for order in self.left if order not in done]
        gone = [one for one in named if one not in ids.values()]
        said = {"organization_id": "org-a", "count": len(done), "acknowledged": [ids[one] for one in done]}
        return real_service.document(200, {**said, "not_found": gone})
