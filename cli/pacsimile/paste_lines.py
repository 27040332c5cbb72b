"""Writes the lines that `pacsimile serve` gives to paste into a second terminal, in the default world's dialect."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.operation_ids import OperationId
from pacsimile_spec.report_types import REPORT_TYPES

Quote = Callable[[str], str]
"""Returns a text as a shell takes it for one word."""


CLIENT = '"$CLIENT"'
"""The credentials of HTTP Basic in bash, where a variable has them."""


class PasteLines:
    """Lines for one client and one COMPLETED order.

    `dialect` is None where the world spells as the contract does, so that no dialect need be read.
    """

    def __init__(self, dialect: Dialect | None, url: str, client_id: str, secret: str, order_id: str) -> None:
        self._dialect, self._url, self._order_id = dialect, url, order_id
        self._credentials = {"client_id": client_id, "client_secret": secret}
        self._by = "basic" if dialect is None else dialect.credentials

    def bash(self, authority: Path | None) -> list[str]:
        """Return the lines for bash."""
        field = 2 * len(self._token_place()) + 2
        return [
            *([f"export CURL_CA_BUNDLE={shlex.quote(str(authority))}"] if authority else []),
            f"URL={self._url}",
            *([f"CLIENT={shlex.quote(self._client())}"] if self._by == "basic" else []),
            f'AUTH="Authorization: Bearer $(curl -s {self._token_request(CLIENT, shlex.quote)} '
            f"| cut -d '\"' -f {field})\"",
            *(f'curl -s {options}-H "$AUTH" "$URL{path}"' for options, path in self._questions('-w "\\n" ')),
        ]

    def powershell(self, curl: str) -> list[str]:
        """Return the lines for PowerShell."""
        place = "".join(f".{_member(step)}" for step in self._token_place())
        return [
            f'$URL = "{self._url}"',
            f"$TOKEN = ({curl} {self._token_request(quoted(self._client()), quoted)} | ConvertFrom-Json){place}",
            *(
                f'{curl} {options}-H "Authorization: Bearer $TOKEN" "$URL{path}"'
                for options, path in self._questions("")
            ),
        ]

    def _client(self) -> str:
        """Return the user-id and password of HTTP Basic."""
        return ":".join(self._credentials.values())

    def _token_place(self) -> tuple[str, ...]:
        place = None if self._dialect is None else self._dialect.fields["Token"]["access_token"]
        return place or ("access_token",)

    def _name(self, name: str) -> str:
        return name if self._dialect is None else self._dialect.parameters[name]

    def _token_request(self, client: str, word: Quote) -> str:
        """Return what curl is given to fetch a token, with the credentials where the dialect has them."""
        operation: OperationId = "postToken" if self._by == "body" or not self._has("getToken") else "getToken"
        named = {self._name(name): value for name, value in self._credentials.items()}
        target = f"$URL{self._target(operation, named if self._by == 'query' else {})}"
        words = []
        if self._by == "basic":
            words = ["-u", client]
        elif self._by == "headers":
            words = [part for name, value in named.items() for part in ("-H", word(f"{name}: {value}"))]
        if operation == "postToken":
            words += ["-d", word(f"{self._name('grant_type')}=client_credentials")]
        if self._by == "body":
            words += [part for name, value in named.items() for part in ("--data-urlencode", word(f"{name}={value}"))]
        plain = client == CLIENT and re.fullmatch(r"[\w$/.-]+", target)
        return " ".join([*words, target if plain else f'"{target}"'])

    def _questions(self, newline: str) -> list[tuple[str, str]]:
        """Return the options of curl and the path of each question that the dialect has."""
        questions = []
        if self._has("getStatus"):
            questions.append((newline, self._target("getStatus", {}, order_id=self._order_id)))
        if self._has("getResult"):
            by = "bytes" if self._dialect is None else self._dialect.carried.by
            options = {"redirect": "-L ", "bytes": ""}.get(by, newline)
            path = self._target("getResult", {}, order_id=self._order_id, report_type=self._report_type())
            questions.append((options, path))
        return questions

    def _report_type(self) -> str:
        """Return the report type that a person can read, or the first that there is."""
        if self._dialect is None:
            return "txt"
        offered = [name for name in self._dialect.report_types if REPORT_TYPES[name].of_order]
        kind = "txt" if "txt" in offered else offered[0]
        return str(self._dialect.values["report_type"].written(kind))

    def _has(self, operation: OperationId) -> bool:
        return self._dialect is None or operation in self._dialect.paths

    def _target(self, operation: OperationId, query: Mapping[str, str], **values: str) -> str:
        """Return path and query of an operation, as they stand between double quotes."""
        path, sent = self._path(operation, values), dict(query)
        for name, value in values.items():
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
            else:
                sent[self._name(name)] = value
        sent |= {} if self._dialect is None else dict(self._dialect.constants)
        pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sent.items())
        return quote(path, safe="/%:@;=,.~+-_") + (f"?{pairs}" if pairs else "")

    def _path(self, operation: OperationId, values: Mapping[str, str]) -> str:
        """Return the first path of an operation whose parameters are given."""
        if self._dialect is None:
            return operations()[operation].path
        templates = self._dialect.paths[operation]
        return next((one.text for one in templates if set(one.parameters) <= set(values)), templates[0].text)


def quoted(text: str) -> str:
    """Return a text as PowerShell takes it for one word; left as it is where no character is special."""
    return text if text == shlex.quote(text) else "'" + text.replace("'", "''") + "'"


def _member(name: str) -> str:
    return name if re.fullmatch(r"\w+", name) else f"'{name}'"
