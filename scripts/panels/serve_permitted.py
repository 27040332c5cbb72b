"""Start a server with one conduct of the panel `permitted`, and the gateway before it where the conduct has one.

    python scripts/panels/serve_permitted.py NAME

NAME is the conduct's name, or `none` for the mock as it is. One line of JSON says where it listens.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.panels.permitted.conduct import CONDUCTS, MOCK, NODE, SMALL, Ambient, Conduct
from scripts.panels.permitted.gateway import Gateway

ROOT = Path(__file__).resolve().parents[2]
BEHIND = "PERMITTED_BEHIND_A_GATEWAY"
MODULES = ("words", "spelling", "names", "gateways", "tokens", "documents", "queues")


def conducts() -> dict[str, Conduct]:
    """Return all conducts of the panel."""
    for module in MODULES:
        import_module(f"scripts.panels.permitted.{module}")
    return CONDUCTS


def main() -> None:
    """Serve until the process is ended."""
    conduct = conducts().get(sys.argv[1])
    if conduct is not None and issubclass(conduct.made, Gateway) and BEHIND not in os.environ:
        serve_behind(conduct)
        return
    if conduct is not None:
        behave(conduct)
    serve(MOCK if conduct is None else conduct.server, () if conduct is None else conduct.options)


def behave(conduct: Conduct) -> None:
    """Let what is served from now on behave so."""
    if conduct.server == SMALL:
        sys.path.insert(0, str(ROOT / "examples" / SMALL))
    if issubclass(conduct.made, Gateway):
        return
    if issubclass(conduct.made, Ambient):
        conduct.made().prepare()
        return
    from pacsimile_mock.worlds import worlds

    of_options = worlds._overrides
    worlds._overrides = lambda options: [*of_options(options), conduct.made]


def serve(server: str, options: tuple[str, ...]) -> None:
    """Run a server in this process."""
    if server == MOCK:
        from pacsimile.main import main as command

        fixed = ["--port", "0", "--json", "--no-runtime-file", "--pace", "realtime"]
        command(["serve", *fixed, *options], prog_name="pacsimile")
        return
    folder = ROOT / "examples" / server
    if server == NODE:
        os.execvp("node", ["node", str(folder / "server.mjs"), "--port", "0"])
    import runpy

    sys.path.insert(0, str(folder))
    sys.argv = ["serve.py", "--port", "0"]
    runpy.run_path(str(folder / "serve.py"), run_name="__main__")


def serve_behind(conduct: Conduct) -> None:
    """Run the server in another process, and the gateway in this one."""
    environment = {**os.environ, BEHIND: "1"}
    command = [sys.executable, __file__, conduct.name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            port = json.loads(line)["url"].rpartition(":")[2].strip("/")
            gateway: Gateway = conduct.made(int(port))
            print(line.replace(f":{port}", f":{gateway.own_port}").strip(), flush=True)
            gateway.serve()
        finally:
            process.terminate()


if __name__ == "__main__":
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main()
