"""Who talks to a world, undamaged or defective, and writes down what it answers."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

import orjson

from mock.tests.helpers.speaking import RespelledWorld
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.states import catalogue
from pacsimile_mock.worlds.worlds import Worlds
from pacsimile_spec import operations
from pacsimile_spec.dialects import dialect_text, parse_dialect

START = 1_790_000_000 * SECOND
STATUSES = ["COMPLETED", "PROCESSING"]


class Probe:
    """Talks to one world, and writes down what it answers, but for what is drawn anew each time."""

    def __init__(self, defect: str | None, dialect: str = "identity") -> None:
        worlds = Worlds("http://localhost", WorldOptions(scenario="empty"))
        text = None if dialect == "identity" else dialect_text(dialect)
        options = WorldOptions(scenario="empty", defects=(defect,) if defect else (), dialect=text)
        self.world: Any = worlds.create(options)
        if text is not None:
            self.world = RespelledWorld(self.world, parse_dialect(text))
        self.world.clock.freeze()
        self.world.clock.set(START + 10**9 * SECOND)
        self.told: list[str] = []
        self.primary = self.state("fresh_organization")
        self.token = self.token_of(self.primary)

    def state(self, name: str, **params: Any) -> dict[str, Any]:
        """Make a provider state."""
        return catalogue.make(self.world, {"state": name, "params": params})

    def mine(self, name: str, **params: Any) -> dict[str, Any]:
        """Make a provider state of the first organization."""
        return self.state(name, organization_id=self.primary["organization_id"], **params)

    def call(
        self,
        operation: str | None,
        query: str = "",
        *,
        token: str | None = "",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        method: str = "GET",
        path: str = "/nowhere",
        chunked: bool = False,
    ) -> Answer:
        """Make a call and write the answer down; `chunked` announces no length of the body."""
        known = operations().get(operation or "")
        sent = {"authorization": f"Bearer {self.token if token == '' else token}"} if token is not None else {}
        call = Call(
            known.method if known else method,
            known.path if known else path,
            query,
            {**sent, **(headers or {})},
            body,
            None if chunked else len(body) or None,
            operation=operation,
        )
        if isinstance(self.world, RespelledWorld):
            call = self.world.spelled(call)
            answer = self.world.world.answer(call)
        else:
            answer = self.world.answer(call)
        self.note(f"{operation} {query} -> {answer.status} {answer.media_type} {self._shown(answer, call)}")
        return answer

    def note(self, line: str) -> None:
        """Write a line down, world names and tokens left out."""
        self.told.append(line.replace(getattr(self, "token", "T"), "T").replace(self.world.name, "W"))

    def _shown(self, answer: Answer, call: Call) -> str:
        headers = sorted((name, value) for name, value in answer.headers if name != "Date")
        body = answer.body if b'"access_token":' not in answer.body else self._token_shown(answer.body)
        return f"{headers} {body!r}".replace(call.request_id, "ID")

    @staticmethod
    def _token_shown(body: bytes) -> bytes:
        content = orjson.loads(body)
        claims = content["access_token"].split(".")[1]
        decoded = orjson.loads(unpadded(claims))
        content["access_token"] = decoded["exp"] - decoded["iat"]
        return orjson.dumps(content)

    def token_of(self, client: dict[str, Any], scope: str | None = None, *, second: bool = False) -> str:
        """Get a token by the form and Basic."""
        prefix = "second_" if second else ""
        basic = basic_of(client[prefix + "client_id"], client[prefix + "client_secret"])
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        answer = self.call("postToken", body=urlencode(form).encode(), token=None, headers=FORM | basic)
        return str(orjson.loads(answer.body).get("access_token"))


FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


def basic_of(client_id: str, secret: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}


def unpadded(text: str) -> bytes:
    """What a part of a token holds."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def part(content: Any) -> str:
    """Write a part of a token."""
    return urlsafe_b64encode(orjson.dumps(content)).rstrip(b"=").decode()
