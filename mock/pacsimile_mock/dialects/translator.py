"""Translates between the contract's spelling and a dialect's, compiled once for each distinct dialect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakValueDictionary

from pacsimile_mock.dialects.answers import AnswerWriter
from pacsimile_mock.dialects.requests import RequestReader
from pacsimile_mock.dialects.routes import Routes
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.reading import client_id_of
from pacsimile_spec.dialects import Dialect, parse_dialect
from pacsimile_spec.dialects.model import Credentials
from pacsimile_spec.dialects.openapi import spells_as_the_contract
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS


class Translator:
    """The parts that translate one dialect: its routes, the reader of calls, and the writer of answers."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.routes = Routes(dialect)
        self.requests = RequestReader(dialect)
        self.answers = AnswerWriter(dialect)

    def client_id_of(self, call: Call) -> str | None:
        """Return the unverified client id of a token request in this dialect; None if it has none."""
        route = self.routes.find(call.method, call.path)
        return None if route is None else client_id_of(self.requests.read(call, route, {}))

    def scopes_like(self, scope: str) -> tuple[str, ...]:
        """Return a scope and those that share its word in the dialect."""
        words = self.dialect.values["scope"]
        if scope not in words.theirs:
            return (scope,)
        others = words.meanings(words.written(scope))
        return (scope, *(name for name in others if name != scope))

    def metadata(self, base_url: str) -> dict[str, Any]:
        """Return the members of the authorization server's metadata (RFC 8414) that this dialect changes.

        Args:
            base_url: What the dialect's paths are appended to.
        """
        paths = [path for name in TOKEN_OPERATIONS for path in self.dialect.paths.get(name, ())]
        scopes = self.dialect.values["scope"]
        return {
            **({"token_endpoint": base_url + paths[0].text} if paths else {}),
            "scopes_supported": list(dict.fromkeys(str(scopes.written(name)) for name in scopes.theirs)),
            "token_endpoint_auth_methods_supported": _METHODS[self.dialect.credentials],
        }

    def acknowledgement_complaint(self, operation_id: str, report_ids: list[str] | None) -> str | None:
        """Return why the dialect does not have this form of an acknowledgement; None if it has it."""
        forms = self.dialect.acknowledgements
        if operation_id != "acknowledgeReports" or (forms.without_body if report_ids is None else forms.with_body):
            return None
        if report_ids is None:
            return 'The body is missing. Send JSON of the form {"report_ids": ["..."]} with up to 10,000 ids.'
        return "Send no body: the reports of your last listing are acknowledged."

    def parameters_as_sent(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return parameters with the names and words of the dialect, wherever they stood in the call."""
        types = self.dialect.values["report_type"]
        return {
            self.dialect.parameters[name]: str(types.written(value)) if name == "report_type" else value
            for name, value in values.items()
        }

    def parameter_names(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the dialect's names of parameters, and those of the constants that every call carries."""
        return (*(self.dialect.parameters.get(name, name) for name in names), *self.dialect.constants)


_METHODS: Mapping[Credentials, list[str]] = {
    "basic": ["client_secret_basic", "client_secret_post"],
    "body": ["client_secret_post"],
    "query": [],
    "headers": [],
}
"""The registered ways to authenticate (RFC 7591 section 2) of each place in which credentials stand."""

_translators: WeakValueDictionary[str, Translator] = WeakValueDictionary()


def translator_of(text: str) -> Translator | None:
    """Return the translator of a dialect's text, the same one while it is in use; None for the identity.

    Raises:
        DialectError: the text says what no service can.
    """
    translator = _translators.get(text)
    if translator is None:
        dialect = parse_dialect(text)
        if spells_as_the_contract(dialect):
            return None
        translator = _translators.setdefault(text, Translator(dialect))
    return translator
