"""What a server imports before its first calls, and that Flask is made once, for whoever first needs it."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock.tests.helpers.in_process import Service
from pacsimile_mock.serving.app import create_app
from pacsimile_mock.wsgi_calls import origin

FIRST_CALLS = """
import io, json, sys
from base64 import b64encode
from pacsimile_mock.config import ServerOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app

state = ServerState(ServerOptions(), "http://127.0.0.1")
app = create_app(state)
client = next(iter(state.worlds.default.clients.values()))

def get(path, query, authorization):
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_AUTHORIZATION": authorization,
        "HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
    }
    return json.loads(b"".join(app(environ, lambda status, headers: None)))

basic = b64encode(f"{client.client_id}:{client.client_secret}".encode()).decode()
token = get("/oauth2/token", "", f"Basic {basic}")["access_token"]
order_id = get("/reports", f"organizationId={client.organization_id}", f"Bearer {token}")["reports"][0]["order_id"]
print(get("/status", f"order_id={order_id}", f"Bearer {token}")["status"])
late = ("faker", "flask", "jinja2", "prometheus_client", "pydicom", "typst", "werkzeug", "pacsimile_fixtures.findings")
print([name for name in late if name in sys.modules])
"""


def test_the_first_calls_import_what_they_need() -> None:
    """A third of the time to start went to Flask and to what writes reports."""
    done = subprocess.run([sys.executable, "-c", FIRST_CALLS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["COMPLETED", "[]"]


def test_flask_is_made_once_whoever_asks_first(service: Service) -> None:
    app = create_app(service.state)
    with ThreadPoolExecutor(8) as threads:
        made = [threads.submit(lambda: app.fallback) for _ in range(8)]
    assert len({id(each.result()) for each in made}) == 1


@pytest.mark.parametrize(
    ("scheme", "host", "expected"),
    [
        ("http", "mock.example", "http://mock.example"),
        ("http", "mock.example:80", "http://mock.example"),
        ("https", "mock.example:80", "https://mock.example:80"),
        ("https", "mock.example:443", "https://mock.example"),
        ("http", "[::1]:8080", "http://[::1]:8080"),
        ("http", "a:65535", "http://a:65535"),
        ("http", "a:65536", ""),
        ("http", "a:0", ""),
        ("http", "a:" + "9" * 5000, ""),
        ("http", "[1]", ""),
        ("http", "a/b", ""),
        ("http", "", ""),
        ("http", None, ""),
    ],
)
def test_links_begin_where_a_request_was_sent(scheme: str, host: str | None, expected: str) -> None:
    """Nothing that a `Host` may smuggle in gets into a link."""
    environ = {"wsgi.url_scheme": scheme} | ({} if host is None else {"HTTP_HOST": host})
    assert origin(environ) == expected
