"""The console's addresses, and what each asks of a visitor: to be signed in, and for a change a form of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode, urlsplit

from flask import Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from pacsimile_mock.console import access
from pacsimile_mock.console.access import HOME
from pacsimile_mock.console.control_calls import ControlCalls, Refused, Wsgi
from pacsimile_mock.console.pages import (
    advice,
    clients,
    clock,
    faults,
    journal,
    orders,
    queue,
    reference,
    reports,
    worlds,
)
from pacsimile_mock.console.rendering import ASSETS, asset, render
from pacsimile_mock.console.visit import Visit, public_path, redirect, secured
from pacsimile_mock.control import guard
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_errors import ControlError
from pacsimile_mock.database_errors import OUTAGE, Unavailable, WorldEnded
from pacsimile_mock.logs import LOG
from pacsimile_mock.wsgi_calls import TOO_LARGE

Handler = Callable[..., Response]
Handlers = Mapping[str, Handler]
View = Callable[..., Response]

W = "/worlds/<world>"
PAGES: dict[str, Handlers] = {
    "": {"GET": worlds.start},
    "/worlds": {"GET": worlds.show, "POST": worlds.create},
    W: {"GET": worlds.start},
    f"{W}/reset": {"POST": worlds.reset},
    f"{W}/end": {"POST": worlds.end},
    f"{W}/journal": {"GET": journal.show},
    f"{W}/journal/stream": {"GET": journal.stream},
    f"{W}/journal/<entry>": {"GET": journal.show_call},
    f"{W}/orders": {"GET": orders.show, "POST": orders.submit},
    f"{W}/orders/<order_id>": {"GET": orders.show_order},
    f"{W}/orders/<order_id>/<action>": {"POST": orders.move},
    f"{W}/orders/<order_id>/reports/<report_type>": {"GET": reports.show},
    f"{W}/orders/<order_id>/reports/<report_type>/file": {"GET": reports.send},
    f"{W}/queue": {"GET": queue.show},
    f"{W}/clock": {"GET": clock.show, "POST": clock.move},
    f"{W}/faults": {"GET": faults.show, "POST": faults.add},
    f"{W}/faults/clear": {"POST": faults.clear},
    f"{W}/faults/<fault>/remove": {"POST": faults.remove},
    f"{W}/clients": {"GET": clients.show, "POST": clients.create},
    f"{W}/clients/token": {"POST": clients.read_token},
    f"{W}/advice": {"GET": advice.show},
    f"{W}/reference": {"GET": reference.show},
}
"""The pages for those who are signed in, by what follows `HOME`, and their handlers by method."""
SIGN_IN, SIGN_OUT, FILE = access.SIGN_IN.removeprefix(HOME), "/sign-out", "/assets/<name>"
NO_PAGE = ("/", "/<path:rest>")
PAGE_OF_WORLD = re.compile(r"/worlds/(?!.*\.\.)[\w%.~/?&=:+-]{1,1000}", re.ASCII)
"""What signing in leads to: a page of a world, and nothing outside of the console."""


def routes() -> list[Rule]:
    """Return the routes of the console."""
    return [Rule(HOME + path, endpoint=f"console {path}") for path in (*PAGES, SIGN_IN, SIGN_OUT, FILE, *NO_PAGE)]


def views(state: ServerState, application: Wsgi) -> dict[str, View]:
    """Return the view of each route, by its endpoint; `application` answers calls of the control API."""
    pages: dict[str, View] = {path: _view(state, application, handlers) for path, handlers in PAGES.items()}
    others: dict[str, View] = {
        SIGN_IN: _sign_in(state),
        SIGN_OUT: _sign_out(state),
        FILE: _file,
        **dict.fromkeys(NO_PAGE, _no_page),
    }
    return {f"console {path}": _admitted(state, view) for path, view in (pages | others).items()}


def _admitted(state: ServerState, view: View) -> View:
    """Let a view answer only calls with a `Host` of the mock's, and say on a page whatever goes wrong."""

    def answer(**variables: str) -> Response:
        g.home = public_path(state.options) + HOME
        try:
            guard.check_admission(request.environ)
            return view(**variables)
        except (ControlError, Refused) as error:
            return _problem(error.status, str(error))
        except WorldEnded as error:
            return _problem(404, str(error))
        except Unavailable as error:
            OUTAGE.warn(error)
            return _problem(503, f"{error}: reload this page")
        except HTTPException as error:  # a form that cannot be read, or has too many fields
            return _problem(error.code or 400, f"The form cannot be read. {error.description or ''}")
        except Exception:
            LOG.exception("the console failed: please report it")
            return _problem(500, "The mock itself failed: its standard error says why. Please report it.")

    return answer


def _view(state: ServerState, application: Wsgi, handlers: Handlers) -> View:
    def answer(**variables: str) -> Response:
        cookie = _cookie(state)
        if not access.is_session(state.control_token, cookie):
            return redirect(SIGN_IN + _wanted_page())
        handler = handlers.get(request.method)
        if handler is None:
            return _unknown_method(*handlers)
        if request.method != "GET":
            _check_form(state, cookie)
        name = variables.pop("world", None)
        world = state.worlds.default if name is None else state.worlds.find(name)
        if world is None:
            raise Refused(404, f"There is no world {name!r}: it may have ended.")
        calls = ControlCalls(application, state.control_token, request.host, request.scheme)
        visit = Visit(state, calls, access.form_token(state.control_token, cookie), request.form, request.args, world)
        return handler(visit, **variables)

    return answer


def _cookie(state: ServerState) -> str:
    return request.cookies.get(access.cookie_name(state.control_token), "")


def _check_form(state: ServerState, cookie: str) -> None:
    """Refuse a form that no page of the session sent.

    Raises:
        Refused: 403, or 413 where the form is too large to have been read.
    """
    if TOO_LARGE in request.environ:
        raise Refused(413, f"The form is too large: it may have {guard.FORM_CAP >> 10} KiB.")
    if not access.is_own_form(
        state.control_token, cookie, request.form, request.headers.get("Origin"),
        (request.host, urlsplit(state.options.public_url or "").netloc),
    ):  # fmt: skip
        raise Refused(403, "This form was not sent by a page of this session: load the page again, and send it there.")


def _wanted_page() -> str:
    """Return the query that lets the page of signing in lead to the page that was asked for."""
    page = quote(request.path.removeprefix(HOME))
    page += f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return f"?{urlencode({'page': page})}" if request.method == "GET" and PAGE_OF_WORLD.fullmatch(page) else ""


def _sign_in(state: ServerState) -> View:
    def answer() -> Response:
        if request.method not in ("GET", "HEAD", "POST"):
            return _unknown_method("GET", "POST")
        given = request.form.get("token") if request.method == "POST" else request.args.get("code")
        page = (request.form if request.method == "POST" else request.args).get("page", "")
        page = page if PAGE_OF_WORLD.fullmatch(page) else ""
        if given is not None and access.is_code(state.control_token, given.strip()):
            response = redirect(page)
            response.set_cookie(
                access.cookie_name(state.control_token), access.new_session(state.control_token), path=g.home,
                httponly=True, samesite="Strict", secure=_is_over_tls(state),
            )  # fmt: skip
            return response
        wrong = given is not None
        text = render("sign_in", wrong=wrong, title="Sign in", page=page)
        return secured(Response(text, 403 if wrong else 200, content_type="text/html; charset=utf-8"))

    return answer


def _is_over_tls(state: ServerState) -> bool:
    """Tell whether the browser uses TLS, up to the mock or up to the proxy before it."""
    public = urlsplit(state.options.public_url or "")
    return request.scheme == "https" or (public.scheme == "https" and public.netloc == request.host)


def _sign_out(state: ServerState) -> View:
    def answer() -> Response:
        if request.method == "POST":
            if access.is_session(state.control_token, _cookie(state)):
                _check_form(state, _cookie(state))
            response = redirect(SIGN_IN)
            name = access.cookie_name(state.control_token)
            response.delete_cookie(name, path=g.home, httponly=True, samesite="Strict", secure=_is_over_tls(state))
            return response
        return _unknown_method("POST")

    return answer


def _file(name: str) -> Response:
    if name not in ASSETS:
        return _problem(404, "There is no such file.")
    return secured(Response(asset(name), content_type=ASSETS[name]))


def _no_page(rest: str = "") -> Response:
    return _problem(404, "There is no such page.") if rest else redirect("")


def _unknown_method(*methods: str) -> Response:
    response = _problem(405, f"This page knows {' and '.join(methods)} only.")
    response.headers["Allow"] = ", ".join(methods)
    return response


def _problem(status: int, detail: str) -> Response:
    page = render("problem", status=status, detail=detail, title=f"Error {status}")
    return secured(Response(page, status, content_type="text/html; charset=utf-8"))
