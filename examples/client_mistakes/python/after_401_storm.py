"""Sends a refused token again and again."""

import sys
from typing import Any

import requests
from good import Results, main


class Storm(Results):
    """Believes that a 401 passes."""

    def call(self, method: str, path: str, parameters: dict[str, str], content: Any = None) -> requests.Response:
        """Repeat a call with the same token, and ask for a new one at last."""
        for _ in range(4):
            answer = self.repeat(lambda: self.send(method, path, parameters, content))
            if answer.status_code != 401:
                return answer
        return super().call(method, path, parameters, content)


sys.exit(main(Storm))
