"""The console's addresses, and what each asks of a visitor: to be signed in, and for a change a form of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response, request
from werkzeug.routing import Rule

from pacsimile_mock.console import access
from pacsimile_mock.console.access import COOKIE, HOME
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
from pacsimile_mock.console.visit import Visit, redirect, secured
from pacsimile_mock.control import guard
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_errors import ControlError
from pacsimile_mock.database_errors import OUTAGE, Unavailable, WorldEnded

Handler = Callable[..., Response]
Handlers = Mapping[str, Handler]
View = Callable[..., Response]

W = "/worlds/<world>"
PAGES: dict[str, Handlers] = {
    "": {"GET": worlds.start},
    "/worlds": {"GET": worlds.show, "POST": worlds.create},
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
NO_PAGE = "/<path:rest>"


def routes() -> list[Rule]:
    """Return the routes of the console."""
    return [Rule(HOME + path, endpoint=f"console {path}") for path in (*PAGES, SIGN_IN, SIGN_OUT, FILE, NO_PAGE)]


def views(state: ServerState, application: Wsgi) -> dict[str, View]:
    """Return the view of each route, by its endpoint; `application` answers calls of the control API."""
    made = {f"console {path}": _view(state, application, handlers) for path, handlers in PAGES.items()}
    others = {SIGN_IN: _sign_in(state), SIGN_OUT: _sign_out(state), FILE: _file, NO_PAGE: _no_page}
    return made | {f"console {path}": _admitted(view) for path, view in others.items()}


def _admitted(view: View) -> View:
    """Let a view answer only calls with a `Host` of the mock's."""

    def answer(**variables: str) -> Response:
        try:
            guard.check_admission(request.environ)
            return view(**variables)
        except ControlError as error:
            return _problem(error.status, error.detail)
        except Unavailable as error:
            OUTAGE.warn(error)
            return _problem(503, f"{error}: reload this page")

    return answer


def _view(state: ServerState, application: Wsgi, handlers: Handlers) -> View:
    def answer(**variables: str) -> Response:
        cookie = request.cookies.get(COOKIE, "")
        if not access.is_session(state.control_token, cookie):
            return redirect(f"{HOME}{SIGN_IN}")
        handler = handlers.get(request.method)
        if handler is None:
            response = _problem(405, f"This page knows {' and '.join(handlers)} only.")
            response.headers["Allow"] = ", ".join(handlers)
            return response
        if request.method != "GET" and not access.is_own_form(
            state.control_token, cookie, request.form, request.headers.get("Origin"), request.host
        ):
            return _problem(
                403, "This form was not sent by a page of this session: load the page again, and send it there."
            )
        name = variables.pop("world", None)
        world = state.worlds.default if name is None else state.worlds.find(name)
        if world is None:
            return _problem(404, f"There is no world {name!r}: it may have ended.")
        calls = ControlCalls(application, state.control_token, request.host, request.scheme)
        visit = Visit(state, calls, access.form_token(state.control_token, cookie), request.form, request.args, world)
        try:
            return handler(visit, **variables)
        except Refused as error:
            return _problem(error.status, str(error))
        except WorldEnded as error:
            return _problem(404, str(error))

    return _admitted(answer)


def _sign_in(state: ServerState) -> View:
    def answer() -> Response:
        given = request.args.get("code") if request.method == "GET" else request.form.get("token")
        if given is not None and access.is_code(state.control_token, given.strip()):
            response = redirect(HOME)
            response.set_cookie(
                COOKIE, access.new_session(state.control_token), path=HOME, httponly=True, samesite="Strict",
                secure=request.scheme == "https",
            )  # fmt: skip
            return response
        wrong = given is not None
        page = render("sign_in", wrong=wrong, title="Sign in")
        return secured(Response(page, 403 if wrong else 200, content_type="text/html; charset=utf-8"))

    return answer


def _sign_out(state: ServerState) -> View:
    def answer() -> Response:
        cookie = request.cookies.get(COOKIE, "")
        response = redirect(f"{HOME}{SIGN_IN}")
        if request.method == "POST" and access.is_own_form(
            state.control_token, cookie, request.form, request.headers.get("Origin"), request.host
        ):
            response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="Strict")
        return response

    return answer


def _file(name: str) -> Response:
    if name not in ASSETS:
        return _problem(404, "There is no such file.")
    return secured(Response(asset(name), content_type=ASSETS[name]))


def _no_page(rest: str) -> Response:
    del rest
    return _problem(404, "There is no such page.")


def _problem(status: int, detail: str) -> Response:
    page = render("problem", status=status, detail=detail, title=f"Error {status}")
    return secured(Response(page, status, content_type="text/html; charset=utf-8"))
