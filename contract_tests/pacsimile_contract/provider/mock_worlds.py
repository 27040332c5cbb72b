"""Worlds of a running mock, made over its control API: one for each run, deleted afterwards.

Calls go over the contract tests' own wire, not `pacsimile_spec.control_client`: anything may answer at the operator's
address, so deadlines and size limits apply to these answers too.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from pacsimile_contract.client.transport import send_json
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.errors import CannotTell, Unreachable, UsageError
from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.evidence.exchange import Answer
from pacsimile_contract.target.dialects import absent_operations, as_given, given_dialect
from pacsimile_contract.target.model import Client, GivenDialect, Limits, Profile, States, Target, is_loopback
from pacsimile_spec import runtime_file
from pacsimile_spec.addresses import fault_of_base
from pacsimile_spec.certificate_trust import is_unknown_authority, not_trusted
from pacsimile_spec.control_client import fault_of_token, is_health
from pacsimile_spec.dialects import SHIPPED

TIMEOUT, DELETING, STATES = 30.0, 5.0, 60.0
"""Seconds that the mock has for an answer, for that to the deletion of a world, and for a state."""
ANY_OTHER = (
    "Any other server needs a target file: `pacsimile verify --init {url} > target.yaml` writes one, and `verify` and "
    "`load` take it, with `--target target.yaml`"
)
"""What to do with an address that is not a mock's."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A way in which a mock can be made wrong on purpose, and the requirement it breaks."""

    name: str
    requirement: str
    level: str
    summary: str


class MockSilent(UsageError):
    """No answer came from the control API of a mock."""

    def __init__(self, text: str, url: str) -> None:
        super().__init__(text, url)
        self.url = url

    def __str__(self) -> str:
        """Return the line alone."""
        return str(self.args[0])


class MockGone(MockSilent):
    """No connection to the address of a mock comes about."""


def control_token(url: str, given: str | None = None) -> str:
    """Return the control token of the mock at `url`: the given one, or else that of its runtime file.

    Raises:
        UsageError: there is none, or the given one cannot be sent.
    """
    if given:
        fault = fault_of_token(given)
        if fault:
            raise UsageError(fault)
        return given
    server = runtime_file.at(url)
    if server is not None and server.get("control_token"):
        return str(server["control_token"])
    others = ", ".join(str(mock["url"]) for mock in runtime_file.running())
    elsewhere = f" (running: {others})" if others else ""
    raise UsageError(
        f"{url}: no mock of yours is running there{elsewhere}; give --control-token. {ANY_OTHER.format(url=url)}"
    )


class Mock:
    """A running mock, as its control API shows it."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token, self._wire = url.rstrip("/"), token, Wire()

    def defects(self) -> list[Defect]:
        """Return the catalogue of defects."""
        rows = self._document(self._call("GET", "/_mock/defects"), 200)
        entries = rows.get("defects", []) if isinstance(rows, Mapping) else rows
        return [Defect(row["name"], row["requirement"], row["level"], row["summary"]) for row in entries]

    @contextmanager
    def world(
        self,
        profile: Profile = "strict",
        limits: Limits | None = None,
        dialect: GivenDialect | None = None,
        **options: Any,
    ) -> Iterator[Target]:
        """Make a world and yield it as a target; delete it afterwards.

        `options` are those of `POST /_mock/worlds`: scenario, seed, pace, defects, report_types. The world speaks the
        dialect, by default the server's.
        """
        wanted = {} if dialect is None else {"dialect": as_given(dialect)}
        made = self._document(self._call("POST", "/_mock/worlds", {**options, **wanted}), 201)
        target = self._target(made, profile, limits or Limits())
        try:
            spoken = dialect or self._dialect_of_server(str(made.get("dialect", "identity")))
            yield replace(target, dialect=spoken, absent=absent_operations(spoken))
        finally:
            with suppress(UsageError):  # what was done in it stands, and the mock deletes an idle world by itself
                self._call("DELETE", f"/_mock/worlds/{quote(made['world'], safe='')}", timeout=DELETING)

    def _dialect_of_server(self, name: str) -> GivenDialect | None:
        if name not in SHIPPED:
            raise UsageError(f"{self._url}: it speaks the dialect {name}; name the file of that with --dialect")
        return given_dialect(name)

    def _target(self, made: Mapping[str, Any], profile: Profile, limits: Limits) -> Target:
        clients = [
            Client(
                f"client-{place}",
                client["client_id"],
                client["client_secret"],
                client.get("organization_id"),
                owned=True,
            )
            for place, client in enumerate(made["clients"])
        ]
        return Target(
            base_url=made["base_url"].rstrip("/"),
            oauth2_endpoint=made["oauth2_endpoint"].rstrip("/"),
            clients={"primary": clients[0], **{client.name: client for client in clients[1:]}},
            profile=profile,
            limits=limits,
            listing_allowed=True,
            wrong_secrets=5,
            hostile_input=True,
            exclusive=True,
            states=States(made["states_url"], self._token, timeout=STATES),
            world_of_its_own=True,
            journal_url=f"{self._url}/_mock/worlds/{quote(made['world'], safe='')}/journal",
        )

    def submit(self, target: Target, orders: Sequence[Mapping[str, Any]]) -> list[str]:
        """Submit orders to the world of a target, and return their ids.

        `orders` have the members of `POST /_mock/worlds/{world}/orders`.
        """
        made = self._document(self._call("POST", f"{self._path(target)}/orders", list(orders)), 201)
        return [order["order_id"] for order in made["orders"]]

    def add_organization(self, target: Target) -> Target:
        """Make one more organization in the world of a target, and return the target with a client of it."""
        made = self._document(self._call("POST", f"{self._path(target)}/organizations", {}), 201)["client"]
        client = Client(
            f"client-{len(target.clients)}",
            made["client_id"],
            made["client_secret"],
            made["organization_id"],
            owned=True,
        )
        return replace(target, clients={**target.clients, client.name: client})

    def run_clock(self, target: Target) -> None:
        """Let the clock of a target's world run: in a world that begins at a given `time` it stands still."""
        self._document(self._call("POST", f"{self._path(target)}/clock", {"run": True}), 200)

    def _path(self, target: Target) -> str:
        """Return the path of a target's world in the control API."""
        return str(target.states.url).removeprefix(self._url).removesuffix("/states")

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | Sequence[Any] | None = None,
        timeout: float = TIMEOUT,
    ) -> Answer:
        try:
            return send_json(self._wire, method, self._url + path, body, self._token, timeout)
        except CannotTell as error:
            untrusted = _untrusted(self._url, error)
            if untrusted:
                raise UsageError(untrusted) from None
            kind = MockGone if isinstance(error, Unreachable) else MockSilent
            raise kind(f"{error}; is the mock running?", self._url) from None

    def _document(self, answer: Answer, expected: int) -> Any:
        if answer.status in (401, 403):
            raise UsageError(f"{self._url}: refuses the control token ({answer.status}); see --control-token")
        document = _json(answer)
        if answer.status != expected or document is None:
            detail = document.get("detail", "") if isinstance(document, dict) else ""
            raise UsageError(
                f"{self._url}: is not a pacsimile mock with a control API ({answer.status} {detail})".rstrip(" )") + ")"
            )
        return document

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()


def mock_at(url: str, token: str | None) -> Mock:
    """Return the mock at `url`.

    Raises:
        UsageError: the address is wrong, or something else answers there; it says what.
    """
    fault = fault_of_base(url)
    if fault:
        raise UsageError(f"URL: {fault}")
    known = control_token(url, token) if token else None
    _recognise(url)
    return Mock(url, known or control_token(url))


def _recognise(url: str) -> None:
    wire = Wire()
    try:
        answer = send_json(wire, "GET", url.rstrip("/") + "/_mock/health", None, None, 10.0)
    except CannotTell as error:
        untrusted = _untrusted(url, error)
        if untrusted:
            raise UsageError(untrusted) from None
        start = ": is a mock running there? Start one with `pacsimile serve`. " if is_loopback(url) else ". "
        raise UsageError(f"{error}{start}{ANY_OTHER.format(url=url)}") from None
    finally:
        wire.close()
    if answer.status != 200 or not is_health(_json(answer)):
        kind = next((value for name, value in answer.headers if name.lower() == "content-type"), "no media type")
        raise UsageError(
            f"{url}: is not a pacsimile mock: /_mock/health answers {answer.status} ({kind}). "
            f"{ANY_OTHER.format(url=url)}"
        )


def _json(answer: Answer) -> Any:
    """Return an answer's JSON; None if it is not JSON."""
    try:
        return read_json(answer.body)
    except ValueError:
        return None


def _untrusted(url: str, error: CannotTell) -> str | None:
    """Say what to set where no answer came because the certificate is not trusted; None where that is not why."""
    reason = str(error).partition("(TLS: ")[2].rstrip(")")
    if not is_unknown_authority(reason):
        return None
    authority = (runtime_file.at(url) or {}).get("authority")
    return not_trusted(url, reason, authority)
