"""A client of a service that speaks a dialect: it asks by the dialect's names, and reads what the facts are.

It is written by what docs/dialects.md says, and shares no code with the mock's translator.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from mock.tests.helpers.in_process import Reply, Service, basic
from pacsimile_mock.oauth2.model import Client
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.tables import Member, tables

TOKEN = ("getToken", "postToken")
FORM = "application/x-www-form-urlencoded"


class Facts:
    """Reads the JSON of a dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def of(self, table: str, document: Any) -> dict[str, Any]:
        """The facts of an object by the contract's names and in its words; those that the dialect says."""
        return {
            name: self._fact(member, at(document, pointer))
            for name, member in tables()[table].items()
            if (pointer := self.dialect.fields[table][name]) is not None and at(document, pointer) is not MISSING
        }

    def _fact(self, member: Member, value: Any) -> Any:
        if value is None:
            return None
        if member.kind == "time":
            return self._time(value)
        if member.kind == "word":
            return self._word(str(member.vocabulary), value)
        if member.kind == "words":
            return [self._word(str(member.vocabulary), word) for word in value]
        if member.kind == "scopes":
            return {self._word("scope", word) for word in value.split()}
        if member.kind == "parameter":
            return {theirs: ours for ours, theirs in self.dialect.parameters.items()}.get(value, value)
        if member.kind == "object":
            return self.of(str(member.table), value)
        if member.kind == "objects":
            return [self.of(str(member.table), item) for item in value]
        return value

    def _word(self, vocabulary: str, value: Any) -> str:
        written = {words[0]: ours for ours, words in reversed(self.dialect.values[vocabulary].theirs.items())}
        return str(written.get(value, value))

    def _time(self, value: Any) -> int:
        """An instant in whole seconds."""
        kind = self.dialect.times.kind
        if kind == "rfc3339":
            return int(datetime.fromisoformat(value).timestamp())
        if kind == "pattern":
            return int(datetime.strptime(value, str(self.dialect.times.pattern)).timestamp())  # noqa: DTZ007 - has %z
        assert isinstance(value, int)
        return value if kind == "epoch_s" else value // 1000


class Vendor:
    """A client of one organization at a service of a dialect."""

    def __init__(self, service: Service, dialect: Dialect, client: Client, prefix: str = "") -> None:
        self.service, self.dialect, self.client, self.prefix = service, dialect, client, prefix
        self.token = ""
        self._facts = Facts(dialect)

    def ask(self, operation: str, body: bytes | None = None, **values: str) -> Reply:
        """Call an operation with parameters that are named as the contract does."""
        path, query = self._address(operation, values)
        headers = {"Authorization": f"Bearer {self.token}", **({"Content-Type": "application/json"} if body else {})}
        return self.service.call(operations()[operation].method, self._target(path, query), headers, body)

    def _target(self, path: str, query: Mapping[str, str]) -> str:
        sent = {**query, **self.dialect.constants}
        pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sent.items())
        return f"{self.prefix}{path}?{pairs}"

    def _address(self, operation: str, values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        templates = sorted(self.dialect.paths[operation], key=lambda template: -len(template.parameters))
        template = next(template for template in templates if set(template.parameters) <= set(values))
        path, query = template.text, {}
        for name, value in values.items():
            word = str(self.dialect.values[name].written(value)) if name == "report_type" else value
            if name in template.parameters:
                path = path.replace("{" + name + "}", quote(word, safe=""))
            else:
                query[self.dialect.parameters[name]] = word
        return path, query

    def ask_token(self, operation: str = "getToken", scope: str | None = None) -> Reply:
        """Ask for a token, with the credentials where the dialect has them."""
        named = dict(self.dialect.parameters)
        own = {named["client_id"]: self.client.client_id, named["client_secret"]: self.client.client_secret}
        query: dict[str, str] = {}
        form = {named["grant_type"]: "client_credentials"} if operation == "postToken" else {}
        headers = {}
        if scope is not None:
            (form if operation == "postToken" else query)[named["scope"]] = scope
        if self.dialect.credentials == "basic":
            headers = {"Authorization": basic(self.client.client_id, self.client.client_secret)}
        else:
            {"body": form, "query": query, "headers": headers}[self.dialect.credentials].update(own)
        body = "&".join(f"{name}={quote(value, safe='')}" for name, value in form.items()).encode() or None
        target = self._target(self.dialect.paths[operation][0].text, query)
        return self.service.call(
            operations()[operation].method, target, headers | ({"Content-Type": FORM} if body else {}), body
        )

    def log_in(self) -> dict[str, Any]:
        """Fetch a token, and return the facts of the answer."""
        operation = "postToken" if self.dialect.credentials == "body" else "getToken"
        reply = self.ask_token(operation)
        assert reply.status == 200, reply.body
        facts = self.facts("Token", reply.json)
        self.token = facts["access_token"]
        return facts

    def header(self, reply: Reply, name: str) -> str | None:
        """A header by the contract's name."""
        theirs = self.dialect.headers[name]
        return None if theirs is None else reply.headers.get(theirs)

    def report(self, reply: Reply) -> Reply:
        """The report that an answer carries: in itself, or behind its link, which is followed without a token."""
        by, pointer = self.dialect.carried.by, self.dialect.carried.pointer
        if by == "base64":
            return Reply(200, reply.headers, base64.b64decode(at(reply.json, pointer)))
        if by == "bytes":
            return reply
        link = urlsplit(reply.headers["Location"] if by == "redirect" else at(reply.json, pointer))
        return self.service.call("GET", link.path)

    def facts(self, table: str, document: Any) -> dict[str, Any]:
        """The facts of an object by the contract's names and in its words; those that the dialect says."""
        return self._facts.of(table, document)


MISSING = object()


def at(document: Any, pointer: tuple[str, ...]) -> Any:
    """The value at a pointer."""
    for step in pointer:
        if not isinstance(document, dict) or step not in document:
            return MISSING
        document = document[step]
    return document


def bare(content_type: str | None) -> str:
    """A media type without parameters."""
    return str(content_type).partition(";")[0].strip()


def json_of(reply: Reply) -> Any:
    """The JSON of an answer."""
    return json.loads(reply.body)
